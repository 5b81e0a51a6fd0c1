/** HLS as a player meets it: addresses, sessions, blocking, and what a playlist says. Under a manual clock. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Secret } from "#base/secret.ts";
import { streamError } from "#streams/errors.ts";
import { brokenRules, readPlaylist } from "#test/peers/hls-playlist.ts";
import { HlsStage, type StageOptions } from "#test/support/hls-stage.ts";

async function stage(t: { after(run: () => Promise<void>): void }, setup: StageOptions = {}): Promise<HlsStage> {
  const made = new HlsStage(setup);
  t.after(() => made.close());
  await made.publish();
  return made;
}

test("the first playlist is playable at once, from the key picture in the ring", async (t) => {
  const it = await stage(t);
  await it.play(40, { gop: 50 });
  const { got } = await it.open();
  const playlist = readPlaylist(got.text);
  assert.equal(got.status, 200);
  const [first] = playlist.segments;
  assert.ok(first?.uri !== undefined && first.duration >= 0.5, got.text);
  assert.equal(first.parts[0]?.independent, true);
  assert.deepEqual(brokenRules(playlist), []);
});

test("a first playlist waits for half a second of media, not for the next key picture", async (t) => {
  const it = await stage(t);
  await it.play(2, { gop: 250 });
  const opened = it.open();
  await it.play(14, { gop: 250 });
  assert.equal((await opened).got.status, 200);
});

test("the quick way and the long one give the same answers", async (t) => {
  const it = await stage(t);
  await it.play(80, { gop: 50 });
  const { playlist } = await it.open("?token=a");
  const { segments } = readPlaylist((await it.get(playlist)).text);
  const last = segments.at(-1);
  const media = `/cam/${last?.parts[0]?.uri ?? ""}`;
  const packed = { headers: { "accept-encoding": "gzip" } };
  const before = it.quickAnswers;
  for (const [address, ask] of [
    [playlist, {}],
    [playlist, packed],
    [playlist, { headers: { "user-agent": "AppleCoreMedia/1" } }],
    [`${playlist}&_HLS_skip=YES`, {}],
    [media, {}],
  ] as const) {
    const [quick, long] = [await it.get(address, ask), it.take(await it.handle(address, ask))];
    assert.deepEqual([quick.status, quick.headers, quick.body], [long.status, long.headers, long.body], address);
  }
  assert.equal(it.quickAnswers - before, 5);
});

test("the rules of low latency hold at every reload", async (t) => {
  const it = await stage(t);
  await it.play(80, { gop: 50 });
  const { playlist } = await it.open();
  const targets = new Set<number>();
  for (let i = 0; i < 100; i += 1) {
    await it.play(5, { gop: 50 });
    const listed = readPlaylist((await it.get(playlist)).text);
    assert.deepEqual(brokenRules(listed), []);
    targets.add(listed.targetDuration);
    assert.ok(listed.segments.length <= 8);
  }
  assert.deepEqual([...targets], [2]);
});

for (const hlsVariant of ["fmp4", "mpegts"] as const) {
  test(`the rules hold for ${hlsVariant}, and every segment listed is there`, async (t) => {
    const it = await stage(t, { options: { hlsVariant } });
    await it.play(45, { gop: 25 });
    const { playlist } = await it.open();
    await it.play(200, { gop: 25 });
    const listed = readPlaylist((await it.get(playlist)).text);
    assert.deepEqual(brokenRules(listed), []);
    assert.equal(listed.segments.length, 7);
    assert.equal(listed.independentSegments, true);
    for (const { uri, map } of listed.segments) {
      const got = await it.get(`/cam/${uri ?? ""}`);
      assert.equal(got.status, 200);
      assert.equal(got.headers["Content-Type"], hlsVariant === "mpegts" ? "video/mp2t" : "video/mp4");
      if (hlsVariant === "mpegts") assert.equal(got.body.length % 188, 0);
      else assert.equal((await it.get(`/cam/${map ?? ""}`)).body.toString("latin1", 4, 8), "ftyp");
    }
  });
}

test("a playlist is held until the part asked for is there", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const { playlist, got } = await it.open();
  const last = readPlaylist(got.text).segments.at(-1);
  const [msn, part] = last?.uri === undefined ? [last?.number ?? 0, last?.parts.length ?? 0] : [last.number + 1, 0];
  let answered = false;
  const held = it.get(`${playlist}&_HLS_msn=${String(msn)}&_HLS_part=${String(part)}`).then((reply) => {
    answered = true;
    return reply;
  });
  await it.play(1);
  assert.equal(answered, false);
  await it.play(6);
  const listed = readPlaylist((await held).text).segments.find(({ number }) => number === msn);
  assert.ok(listed !== undefined && listed.parts.length > part);
});

test("a sequence number alone waits for the segment's end", async (t) => {
  const it = await stage(t);
  await it.play(80, { gop: 50 });
  const { playlist, got } = await it.open();
  const current = readPlaylist(got.text).segments.at(-1);
  const held = it.get(`${playlist}&_HLS_msn=${String(current?.number)}`);
  await it.play(60, { gop: 50 });
  const ended = readPlaylist((await held).text).segments.find(({ number }) => number === current?.number);
  assert.ok(ended?.uri !== undefined);
});

test("positions that make no sense are refused at once", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const { playlist, got } = await it.open();
  const last = readPlaylist(got.text).segments.at(-1)?.number ?? 0;
  const refused = [
    "_HLS_part=1",
    "_HLS_msn=x",
    `_HLS_msn=${String(last + 3)}`,
    `_HLS_msn=${String(last)}&_HLS_part=99`,
    "_HLS_msn=1e9",
  ];
  for (const query of refused) assert.equal((await it.get(`${playlist}&${query}`)).status, 400, query);
  assert.equal((await it.get(`${playlist}&_HLS_msn=0&_HLS_part=0`)).status, 200);
});

test("who asks for positions or names that can't be gets no session", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const { playlist } = await it.open();
  const [address = ""] = playlist.split("?", 1);
  const before = it.server.sessions().length;
  assert.equal((await it.get(`${address}?_HLS_msn=9000&_HLS_part=1`)).status, 400);
  assert.equal((await it.get("/cam/nothing.m3u8")).status, 404);
  assert.equal(it.server.sessions().length, before);
  assert.equal((await it.get(address)).status, 200);
  assert.equal(it.server.sessions().length, before + 1);
});

test("the part that is announced can be asked for before it is there, any other can't", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const { got } = await it.open();
  const hint = readPlaylist(got.text).preloadHint ?? "";
  const held = it.get(`/cam/${hint}`);
  await it.play(6);
  const part = await held;
  assert.equal(part.status, 200);
  assert.equal(part.body.toString("latin1", 4, 8), "moof");
  const far = hint.replace(/part(\d+)/, (_, number: string) => `part${String(Number(number) + 50)}`);
  assert.equal((await it.get(`/cam/${far}`)).status, 404);
});

test("a delta update leaves out what is older than the skip boundary", async (t) => {
  const it = await stage(t, { options: { hlsSegmentCount: 20 } });
  await it.play(500);
  const { playlist } = await it.open();
  await it.play(500);
  const [whole, delta] = [
    readPlaylist((await it.get(playlist)).text),
    readPlaylist((await it.get(`${playlist}&_HLS_skip=YES`)).text),
  ];
  assert.ok(delta.skipped > 5);
  assert.deepEqual(delta.segments, whole.segments.slice(delta.skipped));
});

test("iOS sees gaps where there are too few segments", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const { got } = await it.open("", { headers: { "user-agent": "AppleCoreMedia/1.0.0.21 (iPhone)" } });
  const listed = readPlaylist(got.text);
  assert.deepEqual(
    listed.segments.slice(0, 3).map(({ gap }) => gap),
    [true, true, true],
  );
  assert.equal(listed.segments.filter(({ uri }) => uri !== undefined).length, 7);
  assert.equal((await it.get(`/cam/${listed.segments[0]?.uri ?? ""}`)).status, 404);
});

test("what a viewer adds to the address goes to every address in the playlists", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const first = await it.get("/cam/index.m3u8?token=a%26b&x=1");
  assert.equal(first.status, 302);
  assert.equal(first.headers["Location"], "/cam/index.m3u8?cookieCheck=1&token=a%26b&x=1");
  const { playlist, got } = await it.open("?token=a%26b&x=1");
  assert.match(playlist, /\?session=[\da-f-]{36}&token=a%26b&x=1$/);
  const addresses = [...got.text.matchAll(/URI="([^"]*)"|^([^#\n]+)$/gm)].map(([, quoted, plain]) => quoted ?? plain);
  assert.ok(addresses.length > 3);
  for (const address of addresses) assert.match(address ?? "", /\?session=[\da-f-]{36}&token=a%26b&x=1$/);
});

test("over HTTPS a cookie carries the session where the player keeps cookies", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const asked = await it.get("/cam/index.m3u8", { secure: true });
  assert.match(String(asked.headers["Set-Cookie"]), /^cookieCheck=1; HttpOnly; Secure; SameSite=None; Partitioned$/);
  const kept = await it.get(String(asked.headers["Location"]), { secure: true, headers: { cookie: "cookieCheck=1" } });
  const cookie = String(kept.headers["Set-Cookie"]).split(";", 1)[0] ?? "";
  assert.match(cookie, /^hlsSession=[\da-f-]{36}$/);
  assert.match(kept.text, /^video1_stream\.m3u8$/m);
  const media = await it.get("/cam/video1_stream.m3u8", { secure: true, headers: { cookie } });
  assert.doesNotMatch(media.text, /session=/);
  assert.equal(it.server.sessions().length, 1);
});

test("addresses: a slash is added, no other host can be made of it, nothing else is answered", async (t) => {
  const it = await stage(t);
  assert.equal((await it.get("/cam?a=1")).headers["Location"], "/cam/?a=1");
  assert.equal((await it.get("//evil.com")).headers["Location"], "/evil.com/");
  assert.equal((await it.get("/a%2f")).status, 302);
  assert.match((await it.get("/cam/")).text, /hls-player\.js/);
  const nowhere = await it.get("/elsewhere/");
  assert.equal(nowhere.status, 404, "the page of a path that isn't configured");
  assert.match(nowhere.text, /hls-player\.js/);
  assert.equal((await it.get("/cam/hls.min.js")).text, "hls");
  assert.equal((await it.get("/cam/other.js")).status, 404);
  assert.equal((await it.get("/cam/video1_stream.m3u8", { method: "POST" })).status, 405);
});

test("paths that aren't there are 404, whatever is asked", async (t) => {
  const it = await stage(t);
  for (const file of ["index.m3u8?cookieCheck=1", "video1_stream.m3u8", "a_video1_seg1.mp4"]) {
    assert.equal((await it.get(`/nobody/${file}`)).status, 404, file);
  }
  assert.equal((await it.get("/../x/index.m3u8?cookieCheck=1")).status, 400);
});

test("without credentials a viewer is asked for them; wrong ones are answered late", async (t) => {
  const authenticator = {
    authorize: (asked: { credentials: { kind: string; password?: string } }) =>
      Promise.resolve(
        asked.credentials.password === "right" ? { kind: "granted" as const, user: "u" } : { kind: "refused" as const },
      ),
  };
  const it = await stage(t, { authenticator });
  await it.play(45);
  const none = await it.get("/cam/index.m3u8?cookieCheck=1");
  assert.deepEqual([none.status, none.headers["WWW-Authenticate"]], [401, 'Basic realm="mediamtx"']);
  let answered = false;
  const wrong = it
    .get("/cam/index.m3u8?cookieCheck=1", { credentials: { kind: "password", user: "u", password: "no" } })
    .finally(() => (answered = true));
  await it.clock.run(500);
  assert.equal(answered, false);
  await it.clock.run(3000);
  assert.equal((await wrong).status, 401);
  await it.play(1);
  const right = await it.open("", { credentials: { kind: "password", user: "u", password: "right" } });
  assert.equal(right.got.status, 200);
  assert.equal(it.server.sessions()[0]?.user, "u");
});

test("a session reads its path, from one address, until nothing is asked for half a minute", async (t) => {
  const it = await stage(t);
  await it.play(45);
  const { playlist } = await it.open();
  const path = it.registry.find("cam");
  assert.deepEqual(
    path?.readers.map(({ type }) => type),
    ["hlsSession"],
  );
  await it.get(playlist, { address: "10.0.0.9" });
  assert.equal(it.server.sessions().length, 2, "another address is another viewer");
  await it.play(700);
  await it.clock.run(4000);
  assert.deepEqual([it.server.sessions().length, path.readers.length], [0, 0]);
  assert.equal((await it.get(playlist)).status, 200, "a paused player goes on under its old address");
  assert.equal(it.server.sessions().length, 1);
});

test("a content delivery network needs no user, and has one session, addresses of nobody and answers to keep", async (t) => {
  const refuse = { authorize: () => Promise.resolve({ kind: "refused" } as const) };
  const it = await stage(t, { options: { hlsCDNSecret: new Secret("cdn-word") }, authenticator: refuse });
  await it.play(80, { gop: 50 });
  const network = { credentials: { kind: "token", token: "cdn-word" } } as const;
  const { playlist, got } = await it.open("?token=viewer", { ...network, address: "192.0.2.1" });
  assert.equal(playlist, "/cam/video1_stream.m3u8", "neither a session nor the viewer's query");
  assert.match(String(got.headers["Cache-Control"]), /^public, /);
  const { segments } = readPlaylist(got.text);
  const media = await it.get(`/cam/${segments[0]?.uri ?? ""}`, { ...network, address: "192.0.2.2" });
  assert.deepEqual([media.status, media.headers["Cache-Control"]], [200, "public, max-age=3600"]);
  const [only, ...others] = it.server.sessions();
  assert.deepEqual([only?.isCDN, others.length], [true, 0]);
  assert.equal(only?.outboundBytes !== undefined && only.outboundBytes >= media.body.length, true);
  for (const credentials of [{ kind: "token", token: "guess" } as const, { kind: "none" } as const]) {
    const asked = it.get(playlist, { credentials });
    await it.clock.run(3000);
    assert.equal((await asked).status, 401);
  }
  await it.clock.run(31_000);
  assert.equal(it.server.sessions().length, 0);
});

test("without the secret no token is a content delivery network's", async (t) => {
  const refuse = { authorize: () => Promise.resolve({ kind: "refused" } as const) };
  const it = await stage(t, { authenticator: refuse });
  const asked = it.get("/cam/video1_stream.m3u8", { credentials: { kind: "token", token: "" } });
  await it.clock.run(3000);
  assert.equal((await asked).status, 401);
});

test("a session can be ended from outside, once", async (t) => {
  const it = await stage(t);
  await it.play(45);
  await it.open();
  const id = it.server.sessions()[0]?.id ?? "";
  assert.deepEqual([it.server.kick(id), it.server.kick(id)], [true, false]);
});

test("maxReaders counts viewers of HLS", async (t) => {
  const it = await stage(t, { path: { maxReaders: 1 } });
  await it.play(45);
  await it.open();
  const second = await it.get("/cam/index.m3u8?cookieCheck=1", { address: "10.0.0.2" });
  assert.deepEqual([second.status, (JSON.parse(second.text) as { code: string }).code], [503, "path-max-readers"]);
});

test("a stream nobody asks for is given up after a while, unless it is always prepared", async (t) => {
  const it = await stage(t);
  await it.play(45);
  await it.open();
  await it.play(25 * 59);
  assert.equal(it.server.muxers().length, 1);
  await it.play(50);
  assert.deepEqual([it.server.muxers().length, it.held], [0, 0]);
  const always = await stage(t, { options: { hlsAlwaysRemux: true } });
  await always.play(25 * 70);
  assert.deepEqual(
    always.server.muxers().map(({ path }) => path),
    ["cam"],
  );
});

test("other parameter sets make a new initialization segment and a discontinuity", async (t) => {
  const it = await stage(t);
  await it.play(50);
  const { playlist, got } = await it.open();
  const before = readPlaylist(got.text).segments.at(-1)?.map;
  it.size = { columns: 4, rows: 3 };
  it.restartGop();
  await it.play(50);
  const listed = readPlaylist((await it.get(playlist)).text);
  const broken = listed.segments.filter(({ discontinuity }) => discontinuity);
  assert.equal(broken.length, 1);
  assert.notEqual(broken[0]?.map, before);
  const init = await it.get(`/cam/${broken[0]?.map ?? ""}`);
  assert.equal(init.body.readUInt16BE(init.body.indexOf("avc1") + 4 + 24), 64);
  await it.play(25 * 12);
  assert.equal((await it.get(`/cam/${before ?? ""}`)).status, 404, "what no segment needs any more is let go of");
});

test("a camera that comes back goes on in the same playlist, after a discontinuity", async (t) => {
  const it = await stage(t);
  await it.play(50);
  const { playlist, got } = await it.open();
  it.input?.close(streamError("path-no-stream", { details: { path: "cam" } }));
  await it.clock.run(3000);
  await it.publish();
  await it.play(60);
  const listed = readPlaylist((await it.get(playlist)).text);
  assert.equal(listed.segments.filter(({ discontinuity }) => discontinuity).length, 1);
  assert.ok((listed.segments.at(-1)?.number ?? 0) > (readPlaylist(got.text).segments.at(-1)?.number ?? 0));
  assert.deepEqual(brokenRules(listed), []);
});

test("while a camera is away, a held playlist is answered as it is after three target durations", async (t) => {
  const it = await stage(t);
  await it.play(70);
  const { playlist, got } = await it.open();
  it.input?.close(streamError("path-no-stream", { details: { path: "cam" } }));
  const next = readPlaylist(got.text).segments.at(-1)?.number ?? 0;
  const held = it.get(`${playlist}&_HLS_msn=${String(next)}`);
  await it.clock.run(4500);
  await it.publish();
  await it.play(1);
  assert.equal((await held).status, 200);
});

test("dates follow the machine's clock when it is set; the stream goes on", async (t) => {
  const it = await stage(t);
  await it.play(50);
  const { playlist } = await it.open();
  it.clock.setWall(it.clock.wallNow() + 3_600_000);
  await it.play(60);
  const listed = readPlaylist((await it.get(playlist)).text);
  const newest = listed.segments.at(-1);
  assert.ok(Math.abs((newest?.dateTime ?? 0) - it.clock.wallNow()) < 2500);
  assert.equal(
    listed.segments.some(({ discontinuity }) => discontinuity),
    false,
  );
});

test("a ten-second GOP is played at once; its segments stay within the memory they may have", async (t) => {
  const it = await stage(t, { budgetBytes: 8 * 1024 * 1024, tracks: "video" });
  await it.play(240, { gop: 250, bytes: 4000 });
  const { playlist, got } = await it.open();
  assert.equal(got.status, 200);
  await it.play(1000, { gop: 250, bytes: 4000 });
  const listed = readPlaylist((await it.get(playlist)).text);
  assert.ok(listed.segments.length >= 2 && listed.segments.length < 8);
  assert.deepEqual(brokenRules(listed), []);
  assert.ok(it.held <= 4.5 * 1024 * 1024);
});

test("a GOP that doesn't fit at all is refused with the reason, and memory is given back", async (t) => {
  const it = await stage(t, { budgetBytes: 8 * 1024 * 1024, tracks: "video" });
  await it.play(20, { gop: 5000, bytes: 20_000 });
  const { playlist } = await it.open();
  await it.play(400, { gop: 5000, bytes: 20_000 });
  const refused = await it.get(playlist);
  assert.equal(refused.status, 503);
  assert.match(refused.text, /key frames are \d+ s apart/);
  assert.equal(it.held, 0);
});

test("bytes that a slow viewer is still being sent are held, and paid for, until it has them", async (t) => {
  const it = await stage(t, { tracks: "video" });
  await it.play(70, { bytes: 20_000 });
  const { got } = await it.open();
  const uri = readPlaylist(got.text).segments[0]?.uri ?? "";
  const reply = await it.begin(`/cam/${uri}`);
  const copy = Buffer.concat(reply.body as readonly Buffer[]);
  await it.play(25 * 20, { bytes: 20_000 });
  assert.equal((await it.get(`/cam/${uri}`)).status, 404, "it has left the window");
  assert.deepEqual(Buffer.concat(reply.body as readonly Buffer[]), copy);
  await it.server.close();
  assert.ok(it.held > 0);
  reply.sent?.(copy.length);
  assert.equal(it.held, 0);
});

test("floods of unknown playlists and forged positions leave nothing behind", async (t) => {
  const it = await stage(t);
  await it.play(70);
  const { playlist } = await it.open();
  for (let i = 0; i < 10_000; i += 1) await it.get(`/nobody${String(i)}/index.m3u8?cookieCheck=1`);
  for (let i = 0; i < 10_000; i += 1) await it.get(`${playlist}&_HLS_msn=${String(1000 + i)}`);
  assert.deepEqual([it.server.sessions().length, it.server.muxers().length, it.registry.list().length], [1, 1, 1]);
});

test("viewers who go away while they wait are forgotten", async (t) => {
  const it = await stage(t);
  await it.play(70);
  const { playlist, got } = await it.open();
  const next = readPlaylist(got.text).segments.at(-1)?.number ?? 0;
  const gone = new AbortController();
  const held = it.get(`${playlist}&_HLS_msn=${String(next + 1)}`, { signal: gone.signal });
  await it.clock.run(10);
  gone.abort(new Error("gone"));
  await assert.rejects(held, /gone/);
});

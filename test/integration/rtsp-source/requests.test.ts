/** Odd answers, addresses, and bytes in between (quirk rows 2, 5, 7, 9, 17). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";
import { pull } from "./pulled-camera.ts";

const account = { user: "admin", password: "pass1234" };

test("sends headers in the order and spelling that cameras insist on, with a User-Agent", async (t) => {
  const pulled = await pull(t, { strictHeaders: true, authentication: account });
  await pulled.state("live");
  const setup = pulled.camera.requests.filter(({ method }) => method === "SETUP").at(-1);
  const names = setup?.lines.map((line) => line.slice(0, line.indexOf(":")));
  assert.deepEqual(names, ["CSeq", "Authorization", "User-Agent", "Transport"]);
});

const plays: readonly { name: string; script: CameraScript }[] = [
  { name: "answers OPTIONS with 404", script: { answer: ({ method }) => (method === "OPTIONS" ? { status: 404 } : undefined) } },
  { name: "names a doubled scheme in Content-Base", script: contentBase("rtsp://rtsp://127.0.0.1/stream/") },
  { name: "names no scheme in Content-Base", script: contentBase("127.0.0.1/stream/") },
  { name: "names another host in Content-Base", script: contentBase("rtsp://192.168.1.64:554/stream/") },
  { name: "names a mapped address in Content-Base", script: contentBase("rtsp://::ffff:127.0.0.1/stream/") },
  { name: "sends no Content-Base", script: contentBase(undefined) },
  { name: "describes absolute controls on another host", script: control("rtsp://10.9.8.7:554/stream/track1") },
  { name: "describes controls that are only a query", script: control("?ctype=video") },
  { name: "describes controls with a query behind", script: control("track1?ctype=video") },
  { name: "gives one track without a control", script: { description: (sdp) => sdp.replace("a=control:track1\r\n", "") } },
  { name: "describes a control of * for its only track", script: control("*") },
  { name: "repeats no CSeq", script: withHeaders({ CSeq: undefined }) },
  { name: "repeats a wrong CSeq", script: withHeaders({ CSeq: "0" }) },
  {
    name: "names no time-out",
    script: { namesTimeout: false },
  },
  {
    name: "puts blanks around everything in Session",
    script: { answer: ({ method }) => (method === "SETUP" ? { headers: { Session: " s1 ; timeout = 60 " } } : undefined) },
  },
  {
    name: "answers with a Content-Length but no body on SETUP",
    script: { answer: ({ method }) => (method === "SETUP" ? { headers: { "Content-Length": "0" } } : undefined) },
  },
  {
    name: "refuses any Range",
    script: {
      answer: ({ method, headers }) =>
        method === "PLAY" && headers.has("range") ? { status: 457, reason: "Invalid Range" } : undefined,
    },
  },
  {
    name: "puts stray bytes between frames",
    script: { garbage: (index) => (index % 3 === 0 ? Buffer.from([0, 1, 2, 0xff, 0xfe, 9]) : undefined) },
  },
  {
    name: "puts whole texts between frames",
    script: { garbage: (index) => (index % 5 === 0 ? Buffer.from("RTSP/1.0 200 OK\r\nCSeq: 77\r\n\r\n") : undefined) },
  },
  {
    name: "puts blank lines between frames",
    script: { garbage: (index) => (index === 4 ? Buffer.from("\r\n\r\n") : undefined) },
  },
];

suite("plays from a camera that", { concurrency: true }, () => {
  for (const { name, script } of plays) {
    test(name, async (t) => {
      const pulled = await pull(t, script);
      await pulled.state("live");
      await pulled.video(20);
      assert.deepEqual(pulled.path, ["connecting", "live"]);
    });
  }
});

test("answers the camera's own OPTIONS requests", async (t) => {
  const ask = Buffer.from("OPTIONS rtsp://127.0.0.1/stream RTSP/1.0\r\nCSeq: 5\r\n\r\n");
  const pulled = await pull(t, { garbage: (index) => (index === 10 ? ask : undefined) });
  await pulled.video(20);
  await waitUntil(() => pulled.camera.answers.length > 0, { what: "an answer" });
  assert.match(pulled.camera.answers[0] ?? "", /^RTSP\/1\.0 200 OK\r\nCSeq: 5\r\nPublic: /);
});

test("leaves OPTIONS out for a camera that never answers it", async (t) => {
  const pulled = await pull(
    t,
    { answer: ({ method }) => (method === "OPTIONS" ? "silent" : undefined) },
    { timeouts: { optionsMs: 200 } },
  );
  await pulled.state("live");
  assert.equal(pulled.camera.count("OPTIONS"), 1);
});

const refusals: readonly { name: string; status: number; code: string }[] = [
  { name: "is at its limit of clients", status: 453, code: "source-camera-busy" },
  { name: "is overloaded", status: 503, code: "source-camera-busy" },
  { name: "fails within", status: 500, code: "source-request-refused" },
  { name: "knows no such stream", status: 404, code: "source-stream-not-found" },
  { name: "lets nobody in", status: 403, code: "source-forbidden" },
];

suite("says why and tries again when the camera", { concurrency: true }, () => {
  for (const { name, status, code } of refusals) {
    test(name, async (t) => {
      let refusing = true;
      const answer: CameraScript["answer"] = ({ method }) =>
        method === "DESCRIBE" && refusing ? { status, reason: "No" } : undefined;
      const pulled = await pull(t, { answer });
      await pulled.state("offline");
      assert.equal(pulled.source.lastError?.code, code);
      refusing = false;
      await pulled.state("live");
    });
  }
});

test("asks ever more seldom while the camera refuses", async (t) => {
  const pulled = await pull(t, {
    answer: ({ method }) => (method === "DESCRIBE" ? { status: 404, reason: "Not Found" } : undefined),
  });
  await pause(4500);
  const times = pulled.camera.requests.filter(({ method }) => method === "DESCRIBE").map(({ at }) => at);
  const pauses = times.slice(1).map((at, index) => at - (times[index] ?? 0));
  assert.ok(pauses.length >= 2 && pauses.length <= 4, pauses.join());
  assert.ok((pauses[1] ?? 0) > (pauses[0] ?? 0), pauses.join());
});

test("ends a session over bytes that are no RTSP", async (t) => {
  const noise = Buffer.alloc(100_000, 0x55);
  const pulled = await pull(t, { garbage: (index) => (index === 20 ? noise : undefined) });
  await pulled.state("live");
  await waitUntil(() => pulled.source.lastError?.code === "source-protocol-broken", { what: "the end of the session" });
});

function contentBase(value: string | undefined): CameraScript {
  return { answer: ({ method }) => (method === "DESCRIBE" ? { headers: { "Content-Base": value } } : undefined) };
}

function control(value: string): CameraScript {
  return { description: (sdp) => sdp.replace("a=control:track1", `a=control:${value}`) };
}

function withHeaders(headers: Readonly<Record<string, string | undefined>>): CameraScript {
  return { answer: () => ({ headers }) };
}

/** Sluice's own API over a configuration in memory: what is changed, what is refused, and what is told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HttpServer } from "#api/http-server.ts";
import type { OwnApi } from "#api/own/parts.ts";
import { addOwnApi } from "#api/own/own-api.ts";
import { cameraError } from "#cameras/errors.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { CONFIG_FILE } from "#test/support/config-store.ts";
import { openTestApi } from "#test/support/open-api.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";

const CANARY = "c@:/%#é";
const BASE = `# The shop.
authInternalUsers:
- user: guard
  pass: x
  permissions: [{action: read, path: gate}]
paths:
  # At the gate.
  gate:
    source: "rtsp://u:${CANARY}@10.0.0.2/1"
    subStream: gate/small
  gate/small:
  yard:
    subStream: gate
`;

function open(t: Cleanup) {
  const bench = openTestApi(t, BASE);
  const server = new HttpServer({
    address: { host: undefined, port: 0 },
    network: {} as Network,
    log: silentLogger,
    mount: (routes) => addOwnApi(routes, bench.own),
  });
  const call = async (what: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) => {
    const [method, url] = what.split(" ", 2) as ["GET" | "POST" | "PATCH" | "PUT" | "DELETE", string];
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
    const answer = await server.routes.inject({ method, url, headers, ...payload });
    const text = answer.body;
    assert.ok(!text.includes("%#é"), text);
    const json = text === "" || !text.startsWith("{") ? {} : (JSON.parse(text) as Record<string, unknown>);
    return { status: answer.statusCode, body: json, text };
  };
  return Object.assign(bench, { call, text: () => bench.files.files.get(CONFIG_FILE) ?? "" });
}

test("a camera is added with user and password beside its address", async (t) => {
  const { call, store } = open(t);
  const added = await call("POST /api/cameras", {
    name: "door",
    address: "10.0.0.7/s",
    user: "a@b",
    password: CANARY,
    label: "Door",
  });
  assert.deepEqual([added.status, added.body["saved"]], [201, "file"]);
  const path = store.inForce.config.paths.find(({ name }) => name === "door");
  assert.equal(path?.source, `rtsp://a%40b:${encodeURIComponent(CANARY)}@10.0.0.7/s`);
  const shown = await call("GET /api/cameras/door");
  assert.deepEqual(shown.body["source"], {
    kind: "pull",
    type: null,
    address: "rtsp://10.0.0.7/s",
    user: "a@b",
    hasPassword: true,
    onDemand: false,
  });
  assert.equal((await call("POST /api/cameras", { name: "door" })).status, 400);
});

test("a new address of the same host keeps the password, one of another host needs it again", async (t) => {
  const { call, store } = open(t);
  assert.equal((await call("PATCH /api/cameras/gate", { address: "rtsp://10.0.0.2/2" })).status, 200);
  assert.equal(store.inForce.config.paths[0]?.source, `rtsp://u:${encodeURIComponent(CANARY)}@10.0.0.2/2`);
  const elsewhere = await call("PATCH /api/cameras/gate", { address: "rtsp://10.0.0.3/2" });
  assert.deepEqual([elsewhere.status, elsewhere.body["code"]], [400, "config-secret-elsewhere"]);
  assert.equal((await call("PATCH /api/cameras/gate", { address: "rtsp://10.0.0.3/2", password: "new" })).status, 200);
  assert.equal(store.inForce.config.paths[0]?.source, "rtsp://u:new@10.0.0.3/2");
});

test("what names a camera follows it when it is renamed, comments stay", async (t) => {
  const { call, text } = open(t);
  assert.equal((await call("PATCH /api/cameras/gate", { name: "front/gate", label: "Front" })).status, 200);
  assert.match(text(), /# At the gate\.\n {2}front\/gate:\n/);
  assert.match(text(), /yard:\n {4}subStream: front\/gate/);
  assert.match(text(), /path: front\/gate/);
  assert.equal((await call("PATCH /api/cameras/yard", { name: "front/gate" })).status, 400);
  assert.equal((await call("PATCH /api/cameras/none", { label: "x" })).status, 404);
});

test("cameras are switched off, put in order and deleted", async (t) => {
  const { call, store } = open(t);
  assert.equal((await call("PATCH /api/cameras/yard", { enabled: false })).status, 200);
  assert.equal((await call("PUT /api/camera-order", { names: ["yard", "gate"] })).status, 200);
  const { body } = await call("GET /api/cameras");
  const cameras = body["cameras"] as { name: string; mark: string; subStreamOf: string[] }[];
  assert.deepEqual(
    cameras.map(({ name, mark }) => [name, mark]),
    [
      ["yard", "off"],
      ["gate", "needs-you"],
      ["gate/small", "off"],
    ],
  );
  assert.deepEqual(cameras[2]?.subStreamOf, ["gate"]);
  assert.equal((await call("DELETE /api/cameras/gate%2Fsmall")).status, 200);
  assert.equal(store.inForce.config.paths.length, 2);
});

test("the text is shown without secrets, saved with them, and rolled back", async (t) => {
  const { call, text } = open(t);
  const before = await call("GET /api/config");
  const shown = String(before.body["text"]);
  assert.match(shown, /<redacted>/);
  const etag = String(before.body["etag"]);
  const edited = shown.replace("# The shop.", "# Our shop.");
  const check = await call("POST /api/config/check", { text: edited.replace("subStream: gate\n", "maxReaders: 3\n") });
  assert.deepEqual([check.body["valid"], (check.body["changes"] as { changedPaths: string[] }).changedPaths], [true, ["yard"]]);
  const saved = await call("PUT /api/config", { text: edited }, { "if-match": `"${etag}"` });
  assert.equal(saved.status, 200);
  assert.ok(text().startsWith("# Our shop.") && text().includes(CANARY));
  assert.equal((await call("PUT /api/config", { text: shown }, { "if-match": `"${etag}"` })).status, 409);
  const broken = await call("PUT /api/config", { text: `${shown}nonsense: 1\n` });
  assert.equal(broken.status, 400);
  assert.equal((broken.body["problems"] as { key: string; line: number }[])[0]?.key, "nonsense");
  const { body } = await call("GET /api/config/history");
  assert.equal((body["backups"] as unknown[]).length, 1);
  assert.equal((await call("POST /api/config/rollback")).status, 200);
  assert.equal(text(), BASE);
  assert.equal((await call("POST /api/config/rollback", { id: "none" })).status, 404);
});

test("readers are listed and kicked", async (t) => {
  const { call, readers } = open(t);
  const reader = { id: "r1", path: "gate", protocol: "rtsp", type: "rtspSession", since: 1, address: "10.0.0.9:1", user: "" };
  const figures = { userAgent: "", transport: "TCP", outboundBytes: 5, drops: 2, reportedLost: 0 };
  let here = true;
  readers.push({ list: () => (here ? [{ ...reader, ...figures }] : []), kick: (id) => id === "r1" && (here = false) === false });
  const gate = await call("GET /api/cameras/gate");
  assert.deepEqual(gate.body["readers"], { total: 1, byProtocol: { rtsp: 1 }, drops: 2 });
  assert.equal((await call("POST /api/readers/r1/kick")).status, 200);
  assert.equal((await call("POST /api/readers/r1/kick")).status, 404);
  const { events } = (await call("GET /api/events/list")).body as { events: { kind: string }[] };
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ["reader-kicked"],
  );
});

test("a camera's trouble is told with its cause, as a state, an event and a problem", async (t) => {
  const { call, board, own } = open(t);
  const camera = board.observe("gate", () => undefined);
  const error = cameraError("camera-stalled", { details: { media: "video", mediaZh: "视频", seconds: 9 } });
  camera.state({ kind: "needs-credentials" }, { error, quirk: undefined });
  const gate = await call("GET /api/cameras/gate");
  assert.deepEqual([gate.body["state"], gate.body["mark"]], [{ kind: "needs-credentials" }, "needs-you"]);
  assert.equal((gate.body["cause"] as { code: string }).code, "camera-stalled");
  const problems = (await call("GET /api/health")).body["problems"] as { id: string; action: string }[];
  assert.deepEqual(
    problems.map(({ id, action }) => [id, action]),
    [["camera:gate", "edit-camera"]],
  );
  const { events } = own.monitor.events.since(undefined);
  assert.deepEqual(
    events.map((event) => [event.kind, "cause" in event ? event.cause?.code : ""]),
    [["camera-state", "camera-stalled"]],
  );
});

test("players report what they see; nonsense is refused", async (t) => {
  const { call } = open(t);
  const report = {
    player: "p",
    camera: "gate",
    kind: "webrtc",
    firstPictureMs: 90,
    stalls: 1,
    stalledMs: 10,
    errors: 0,
    ended: false,
  };
  assert.equal((await call("POST /api/viewers", report)).status, 204);
  assert.equal(((await call("GET /api/viewers")).body["viewers"] as unknown[]).length, 1);
  for (const wrong of [{ kind: "tape" }, { stalls: -1 }, { player: "x".repeat(65) }, { camera: 5 }, { errors: "1" }]) {
    assert.equal((await call("POST /api/viewers", { ...report, ...wrong })).status, 400, JSON.stringify(wrong));
  }
});

test("addresses that are no camera's are refused before anything is sent", async (t) => {
  const { call } = open(t);
  assert.equal((await call("POST /api/probe", { address: "ftp://x" })).status, 200);
  assert.equal((await call("POST /api/probe", {})).status, 400);
});

test("the doctor looks once at a time, and tells what it found", async (t) => {
  const { call, setDoctor } = open(t);
  const found = Promise.withResolvers<Awaited<ReturnType<OwnApi["doctor"]>>>();
  const asked = Promise.withResolvers<undefined>();
  setDoctor(() => {
    asked.resolve(undefined);
    return found.promise;
  });
  const first = call("POST /api/doctor");
  await asked.promise;
  const second = await call("POST /api/doctor");
  assert.deepEqual([second.status, second.body["code"]], [429, "api-doctor-busy"]);
  const finding = {
    subject: "disk",
    state: "ok",
    code: null,
    text: { en: "well", zh: "正常" },
    remedy: null,
    command: null,
  } as const;
  found.resolve({ state: "ok", findings: [finding] });
  const { status, body } = await first;
  assert.deepEqual([status, body["state"], body["findings"]], [200, "ok", [finding]]);
  setDoctor(() => Promise.reject(new Error("broken")));
  assert.equal((await call("POST /api/doctor")).status, 500);
  setDoctor(() => Promise.resolve({ state: "ok", findings: [] }));
  assert.equal((await call("POST /api/doctor")).status, 200, "it can be asked again");
});

test("everything leaves the box encrypted, and comes back with its secrets; plainly exported it has none", async (t) => {
  const { call, text } = open(t);
  const passphrase = "four words make one";
  assert.equal((await call("POST /api/config/export", { passphrase: "short" })).body["code"], "config-passphrase-short");
  const { text: sealed, status } = await call("POST /api/config/export", { passphrase });
  assert.equal(status, 200);
  assert.doesNotMatch((await call("GET /api/config/export")).text, /c@:/);
  assert.equal((await call("PUT /api/config", { text: "paths:\n" })).status, 200);
  const wrong = await call("POST /api/config/import", { text: sealed, passphrase: "four words make two" });
  assert.deepEqual([wrong.status, wrong.body["code"]], [400, "config-passphrase-wrong"]);
  const checked = await call("POST /api/config/import?dryRun=1", { text: sealed, passphrase });
  assert.deepEqual((checked.body["changes"] as { addedPaths: unknown }).addedPaths, ["gate", "gate/small", "yard"]);
  assert.equal((await call("POST /api/config/import", { text: sealed, passphrase })).status, 200);
  assert.equal(text(), BASE);
});

/** The configuration under fire through the API of a whole process, in small; `api-writes.slow.test.ts` has the full measure. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { callAtOnce, configFile, killInTheMiddle, startBox } from "./api-box.ts";

test("kill -9 in the middle of writes leaves a file that loads, with its comments and all that was acknowledged", async (t) => {
  await killInTheMiddle(t, { writes: 60, kills: 2 });
});

test("calls at once, writes among them, are all answered, and no update is lost", async (t) => {
  await callAtOnce(t, 100);
});

test("no answer, line of the log or backup shows a secret", async (t) => {
  const canary = "Kq7@:/%#é";
  const encoded = encodeURIComponent(canary);
  const users = `authInternalUsers:\n- user: any\n  ips: [127.0.0.1]\n  permissions: [{action: api}, {action: read}]\n- user: admin\n  pass: "${canary}"\n  permissions: [{action: api}]\n`;
  const paths = `paths:\n  raw:\n    source: "rtsp://u:${canary}@127.0.0.1:9/x"\n  escaped:\n    source: rtsp://u:${encoded}@127.0.0.1:9/x\n    sourceOnDemand: yes\n`;
  const { file, port } = await configFile(t, `# pass: ${canary}\n${users}${paths}`);
  const { program, call } = await startBox(t, { file, port });
  const asked = [
    "GET /v3/config/global/get",
    "GET /v3/config/pathdefaults/get",
    "GET /v3/config/paths/list",
    "GET /v3/config/paths/get/raw",
    "GET /v3/paths/list",
    "GET /v3/info",
    "GET /api/cameras",
    "GET /api/cameras/raw",
    "GET /api/cameras/escaped",
    "GET /api/config",
    "GET /api/config/export",
    "GET /api/config/history",
    "GET /api/config/schema",
    "GET /api/readers",
    "GET /api/events/list",
    "GET /api/log",
    "GET /api/log/download",
    "GET /api/device",
    "GET /api/health",
    "GET /api/memory",
    "GET /api/viewers",
  ];
  const answers = new Map<string, string>();
  for (const what of asked) {
    const { status, text } = await call(what);
    assert.equal(status, 200, `${what}: ${text}`);
    answers.set(what, text);
  }
  const source = `rtsp://u:${canary}@`;
  const refused: readonly (readonly [string, unknown])[] = [
    ["POST /v3/config/paths/add/x", { source }],
    ["PATCH /v3/config/global/patch", { authInternalUsers: [{ user: "any", pass: canary }] }],
    ["POST /api/cameras", { name: "y", address: source }],
    ["POST /api/config/check", { text: `paths:\n  z:\n    source: ${source}\n    pass: ${canary}\n` }],
    ["PATCH /api/cameras/raw", { user: "u", password: canary, label: 4 }],
  ];
  for (const [what, body] of refused) answers.set(what, (await call(what, body)).text);
  const changed = await call("PATCH /api/cameras/raw", { password: `${canary}2` });
  assert.equal(changed.status, 200, changed.text);
  answers.set("changed", changed.text);
  answers.set("log", program.stdout + program.stderr);
  const base64 = Buffer.from(canary).toString("base64").slice(0, 10);
  for (const [what, text] of answers) {
    for (const form of ["Kq7", encoded, base64]) assert.ok(!text.includes(form), `${what} shows ${form}: ${text.slice(0, 2000)}`);
  }
});

/**
 * Canaries: a whole process whose every secret holds the characters that URLs, YAML and JSON escape, through all that may make
 * it say one – a camera that refuses its password, wrong logins, edits, refused edits, a broken file, both reports on the
 * command line. Nothing it prints, answers or shows among its arguments holds a piece of one in any form.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { printBasic } from "#formats/http-auth/basic.ts";
import { digestAnswer, RtspClient } from "#test/peers/rtsp-client.ts";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { runProgram } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** In every piece of every secret, so that a half that a mask leaves shows too. */
const MARK = "zQx7";
/** Masks must not depend on what a secret is for, so each has a name. */
const secret = (name: string): string => `${MARK}${name}@${MARK}a:${MARK}b/${MARK}c%${MARK}d#${MARK}é${MARK}e`;
const hashed = (password: string): string => createHash("sha256").update(password).digest("base64");
const WRONG = secret("wrong");
const ADMIN = secret("admin");
const HASHED = hashed(secret("hashed"));

/** The mark as base64 has it, wherever in a group of three bytes it begins: what of it doesn't depend on its neighbours. */
const base64Marks = [0, 1, 2].map((offset) => {
  const coded = Buffer.from("\0".repeat(offset) + MARK)
    .toString("base64")
    .replace(/=+$/, "");
  return coded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + MARK.length) * 4) / 3));
});
const percentMark = [...Buffer.from(MARK)].map((byte) => `%${byte.toString(16)}`).join("");
const FORMS = [
  MARK,
  MARK.toLowerCase(),
  percentMark,
  ...base64Marks,
  HASHED.slice(0, 12),
  encodeURIComponent(HASHED).slice(0, 12),
];

/** Where a form of a secret shows, with its surroundings. */
function leaksOf(shown: ReadonlyMap<string, string>): readonly string[] {
  return [...shown].flatMap(([what, text]) =>
    FORMS.flatMap((form) => {
      const at = text.indexOf(form);
      return at < 0 ? [] : [`${what}: …${text.slice(Math.max(0, at - 160), at + 80)}…`];
    }),
  );
}

/** A process and everything that it started, as far as that still runs. */
function processesOf(pid: number | undefined): readonly string[] {
  const own = String(pid);
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = /^PPid:\s*(\d+)$/m.exec(readFileSync(`/proc/${name}/status`, "utf8"))?.[1];
        return parent === undefined ? [] : [[name, parent] as const];
      } catch {
        return []; // ended meanwhile
      }
    });
  const family = new Set([own]);
  for (const [name, parent] of parents.sort(([a], [b]) => Number(a) - Number(b))) if (family.has(parent)) family.add(name);
  return [...family];
}

function users(): string {
  const api = "permissions: [{action: api}, {action: metrics}, {action: read}]";
  return [
    "authInternalUsers:",
    `- user: admin\n  pass: "${ADMIN}"\n  ${api}`,
    `- user: hashed\n  pass: "sha256:${HASHED}" # ${secret("comment")}\n  ${api}`,
  ].join("\n");
}

test("every form of a secret is found, or the next test would find nothing", () => {
  const forms = [
    secret("x"),
    encodeURIComponent(secret("x")),
    printBasic({ user: "u", password: secret("x") }),
    printBasic({ user: "us", password: secret("x") }),
    printBasic({ user: "use", password: secret("x") }),
    `sha256:${HASHED}`,
    `${MARK}e`, // the end that is left where a mask stops at `@`, `/` or `#`
  ];
  for (const form of forms) assert.notDeepEqual(leaksOf(new Map([["shown", form]])), [], form);
});

test("no line of the log, answer, metric, report or argument shows a secret in any form", async (t) => {
  const camera = await RtspCamera.start({ authentication: { user: "u", password: "another", offers: ["basic", "md5"] } });
  t.after(() => camera.close());
  const webPort = await freeTcpPort();
  const metricsPort = await freeTcpPort();
  const at = `127.0.0.1:${String(camera.port)}/${"stream"}`;
  const config = `metrics: yes\nmetricsAddress: 127.0.0.1:${String(metricsPort)}\n${users()}\npaths:
  escaped:
    source: rtsp://u:${encodeURIComponent(secret("escaped"))}@${at}
  raw:
    source: "rtsp://u:${secret("raw")}@${at}"
  unreachable:
    source: "rtsp://u:${encodeURIComponent(secret("gone"))}@127.0.0.1:9/x?password=${encodeURIComponent(secret("query"))}"
  film:\n`;
  const env = { SLUICE_WEB: "yes", SLUICE_WEBADDRESS: `127.0.0.1:${String(webPort)}`, XDG_RUNTIME_DIR: tempDir(t) };
  const sluice = await startSluice(t, { config, env });
  const shown = new Map<string, string>();
  const keep = (what: string, text: string): void => void shown.set(`${String(shown.size)} ${what}`, text);
  const right = printBasic({ user: "admin", password: ADMIN });
  const call = async (what: string, body?: unknown, { port = sluice.apiPort, authorization = right } = {}) => {
    const [method = "", path = ""] = what.split(" ", 2);
    const headers = { authorization, ...(body === undefined ? {} : { "content-type": "application/json" }) };
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: text }),
    });
    keep(what, `${[...answer.headers].join("\n")}\n${await answer.text()}`);
    return answer.status;
  };

  await waitUntil(() => camera.wrongPasswords >= 1, { what: "the camera to refuse the password", timeoutMs: 10_000 });
  await waitUntil(() => sluice.log().includes("unreachable"), { what: "the camera that isn't there", timeoutMs: 10_000 });

  const source = `rtsp://u:${secret("added")}@${at}`;
  const escaped = `rtsp://u:${encodeURIComponent(secret("added"))}@${at}`;
  const edits: readonly (readonly [status: number, what: string, body: unknown])[] = [
    [200, "POST /v3/config/paths/add/more", { source: escaped }],
    [200, "PATCH /v3/config/paths/patch/more", { source: `rtsp://u:${encodeURIComponent(secret("patched"))}@${at}` }],
    [400, "POST /v3/config/paths/add/x", { source, nonsense: secret("value") }],
    [400, "POST /v3/config/paths/add/y", { source: `ftp://u:${secret("scheme")}@${at}` }],
    [400, "POST /v3/config/paths/add/z", { source: [source] }],
    [400, "POST /v3/config/paths/add/z", `{"source": "${source}"`],
    [400, "PATCH /v3/config/global/patch", { authInternalUsers: [{ user: "any", pass: secret("any"), nonsense: 1 }] }],
    [400, "PATCH /v3/config/global/patch", { authInternalUsers: [{ user: "b", pass: [secret("list")], permissions: 3 }] }],
    [201, "POST /api/cameras", { name: "own", address: `rtsp://${at}`, user: "u", password: secret("own") }],
    [200, "PATCH /api/cameras/own", { password: secret("own2") }],
    [400, "PATCH /api/cameras/own", { password: secret("own3"), label: 4 }],
    [400, "POST /api/cameras", { name: "bad name", address: source }],
    [200, "POST /api/config/check", { text: `paths:\n  z:\n    source: ${source}\n    pass: "${secret("checked")}\n` }],
    [200, "POST /api/config/check", { text: `authInternalUsers:\n- user: q\n  pass: ["${secret("checked")}"]\n` }],
  ];
  const statuses: unknown[] = [];
  for (const [expected, what, body] of edits) {
    const status = await call(what, body);
    if (status !== expected && status >= 400 !== expected >= 400)
      statuses.push(`${what} ${JSON.stringify(body)}: ${String(status)}`);
  }
  assert.deepEqual(statuses, []);
  const web = { port: webPort };
  assert.equal(await call("POST /api/users", { name: "new", role: "viewer", password: secret("new") }, web), 201);
  assert.equal(await call("PATCH /api/users/new", { password: secret("new2") }, web), 200);
  assert.equal((await call("POST /api/users", { name: "new", role: "viewer", password: secret("again") }, web)) >= 400, true);
  const probe = { address: source, user: "u", password: secret("probed") };
  await call("POST /api/probe", probe);

  // Wrong logins.
  assert.equal(
    await call("GET /v3/paths/list", undefined, { authorization: printBasic({ user: "hashed", password: WRONG }) }),
    401,
  );
  await call("GET /v3/paths/list", undefined, { authorization: `Bearer ${encodeURIComponent(WRONG)}` });
  await call("POST /api/session", { user: secret("name"), password: WRONG }, { ...web, authorization: "" });
  await call(`GET /v3/nothing?jwt=${encodeURIComponent(WRONG)}&pass=${encodeURIComponent(WRONG)}`);
  const client = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => client.close());
  const url = `rtsp://hashed:${encodeURIComponent(WRONG)}@127.0.0.1:${String(sluice.rtspPort)}/film`;
  const challenge = await client.request("DESCRIBE", url);
  assert.equal(challenge.status, 401);
  const authorization = printBasic({ user: "hashed", password: WRONG });
  keep("rtsp", JSON.stringify((await client.request("DESCRIBE", url, { headers: { Authorization: authorization } })).headers));
  const answer = { user: "admin", password: WRONG, method: "DESCRIBE", uri: sluice.url("film") };
  const digest = digestAnswer(challenge.headers.get("WWW-Authenticate") ?? "", answer);
  const late = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => late.close());
  keep(
    "rtsp",
    JSON.stringify((await late.request("DESCRIBE", sluice.url("film"), { headers: { Authorization: digest } })).headers),
  );

  // A broken file, in a line that holds a secret, and a sound one.
  const good = readFileSync(sluice.file, "utf8");
  const put = (text: string): void => {
    writeFileSync(`${sluice.file}.edited`, text);
    renameSync(`${sluice.file}.edited`, sluice.file);
  };
  for (const broken of [
    good.replace("pass: ", "pass "),
    good.replace(/source: "rtsp:/, 'source: "ftp:'),
    good.replace(/^ +source: "/m, '    nonsense: "'),
    good.replace(/^( +source: "rtsp:.*)"$/m, "$1"),
  ]) {
    assert.notEqual(broken, good);
    const before = sluice.log().length;
    put(broken);
    await waitUntil(() => sluice.log().slice(before).includes("configuration"), {
      what: "the file to be refused",
      timeoutMs: 10_000,
    });
    const check = await runProgram(join(ROOT, "scripts", "sluice"), ["check", sluice.file], { timeoutMs: 20_000 });
    assert.notEqual(check.code, 0, check.stdout);
    keep("sluice check", check.stdout + check.stderr);
    await call("GET /v3/info");
    await call("GET /healthz", undefined, web);
    await call("GET /api/health");
    await call("GET /api/config");
  }
  put(good);

  for (const what of [
    "GET /v3/config/global/get",
    "GET /v3/config/pathdefaults/get",
    "GET /v3/config/paths/list",
    "GET /v3/config/paths/get/raw",
    "GET /v3/paths/list",
    "GET /v3/rtspconns/list",
    "GET /v3/rtspsessions/list",
    "GET /v3/info",
    "GET /api/cameras",
    "GET /api/cameras/raw",
    "GET /api/cameras/escaped",
    "GET /api/cameras/own",
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
    "GET /api/jobs",
    "GET /api/openapi.json",
  ])
    assert.equal(await call(what), 200, what);
  assert.equal(await call("GET /api/users", undefined, web), 200);
  assert.equal(await call("GET /metrics", undefined, { port: metricsPort }), 200);
  const events = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/api/events`, {
    headers: { authorization: right, "last-event-id": "0" },
  });
  const reader = events.body?.getReader();
  keep("GET /api/events", Buffer.from((await reader?.read())?.value ?? []).toString());
  await reader?.cancel();

  for (const args of [
    ["check", sluice.file],
    ["check", "--json", sluice.file],
    ["doctor", "--json", "--config", sluice.file],
    ["status", "--config", sluice.file],
    ["status", "--json", "--config", sluice.file],
    ["logs", "--config", sluice.file, "--lines", "5000"],
    ["logs", "--json", "--config", sluice.file, "--lines", "5000"],
  ]) {
    const result = await runProgram(join(ROOT, "scripts", "sluice"), args, { env, timeoutMs: 60_000 });
    assert.ok(result.stdout.length > 0, `${args.join(" ")}: ${result.stderr}`);
    keep(`sluice ${args.join(" ")}`, result.stdout + result.stderr);
  }
  const { pid } = sluice.program.child;
  for (const process of processesOf(pid)) keep(`arguments of ${process}`, readFileSync(`/proc/${process}/cmdline`, "utf8"));
  // A dump would be the memory itself, with every secret: there is none, whatever ends the process.
  assert.match(readFileSync(`/proc/${String(pid)}/limits`, "utf8"), /^Max core file size +0 +0 /m);
  await sluice.stop();
  keep("log", sluice.log());
  assert.deepEqual(leaksOf(shown), []);
});

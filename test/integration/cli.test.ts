/** The command line as people use it: the real process, its output and its exit codes. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { tempDir } from "#test/support/temp-dir.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const MAIN = join(ROOT, "src", "main.ts");
/** A start that takes longer has failed. */
const START_MS = 20_000;

const anyPorts =
  "rtspAddress: 127.0.0.1:0\nrtpAddress: 127.0.0.1:0\nrtcpAddress: 127.0.0.1:0\nrtspTransports: [tcp]\nweb: no\nhls: no\nwebrtc: no\n";

interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
class Process {
  stdout = "";
  stderr = "";
  readonly #child;
  readonly #closed: Promise<unknown[]>;

  constructor(words: readonly string[], how: { cwd?: string; env?: Readonly<Record<string, string>>; program?: string } = {}) {
    const { cwd = ROOT, env = {}, program } = how;
    const [command, ...before] = program === undefined ? [process.execPath, MAIN] : [program];
    const environment = { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", SLUICE_NATIVE: "off", ...env };
    this.#child = spawn(command ?? "", [...before, ...words], { cwd, env: environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#child.stdout.setEncoding("utf8").on("data", (text: string) => (this.stdout += text));
    this.#child.stderr.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    this.#closed = once(this.#child, "close");
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async end(): Promise<Outcome> {
    const [code] = await this.#closed;
    return { code: code as number | null, stdout: this.stdout, stderr: this.stderr };
  }

  /** Resolves when standard output has `text`; rejects when the process ends or takes too long. */
  async says(text: string): Promise<void> {
    const deadline = AbortSignal.timeout(START_MS);
    while (!this.stdout.includes(text)) {
      await Promise.race([once(this.#child.stdout, "data", { signal: deadline }), this.#closed]);
      if (this.#child.exitCode !== null && !this.stdout.includes(text))
        throw new Error(`ended first: ${this.stdout}${this.stderr}`);
    }
  }
}

const sluice = (...words: readonly string[]): Promise<Outcome> => new Process(words).end();

test("help is shown for the program and each command, in the language of the locale", async () => {
  const general = await sluice("--help");
  assert.equal(general.code, 0);
  for (const word of ["run", "check FILE", "version", "Exit codes"]) assert.ok(general.stdout.includes(word), word);
  const run = await sluice("run", "--help");
  assert.match(run.stdout, /--port-fallback/);
  const chinese = await new Process(["check", "--help"], { env: { LANG: "zh_CN.UTF-8" } }).end();
  assert.match(chinese.stdout, /用法: sluice check FILE/);
  assert.match(chinese.stdout, /退出码/);
});

test("version is printed", async () => {
  const { code, stdout } = await sluice("version");
  assert.equal(code, 0);
  assert.match(stdout, /^sluice \d+\.\d+\.\d+ \(Node v24\./);
});

test("what is typed wrongly is explained, with exit code 1", async () => {
  const table: readonly [readonly string[], RegExp][] = [
    [["fly"], /there is no command 'fly'.*app-unknown-command/],
    [["run", "--fast"], /'run' has no option '--fast'.*app-unknown-option/],
    [["run", "--config"], /option '--config' needs a value: FILE.*app-option-value/],
    [["run", "--port", "x"], /'x' is not a port.*app-bad-port/],
    [["check"], /'check' needs FILE.*app-argument-missing/],
    [["check", "a", "b"], /'b' is one argument too many.*app-argument-unexpected/],
  ];
  for (const [words, expected] of table) {
    const { code, stderr } = await sluice(...words);
    assert.equal(code, 1, words.join(" "));
    assert.match(stderr, expected);
  }
});

test("check shows every error at its place and fails, warnings pass", async (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, "bad.yml"), "logLevel: inof\npaths:\n  cam:\n    sorce: x\n");
  writeFileSync(join(folder, "good.yml"), "rtmpAddress: :1936\npaths:\n  cam:\n");
  const check = (file: string): Promise<Outcome> => new Process(["check", file], { cwd: folder }).end();
  const bad = await check("bad.yml");
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /^bad\.yml:1:11: logLevel: /m);
  assert.match(bad.stderr, /^bad\.yml:4:5: paths\.cam\.sorce: .*did you mean 'source'/m);
  const good = await check("good.yml");
  assert.equal(good.code, 0);
  assert.match(good.stderr, /warning: .*rtmpAddress/);
  assert.match(good.stdout, /good\.yml: configuration is valid, 1 path/);
  assert.equal((await check("none.yml")).code, 1);
});

test("check shows what comes of a profile and the environment, as text or JSON", async (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, "site.yml"), "logLevel: warn\npaths:\n  cam: {source: 'rtsp://u:${PASS}@h/'}\n");
  writeFileSync(join(folder, "site-prod.yml"), "rtspTransports: [tcp]\n");
  const env = { PASS: "hunter2", MTX_LOGLEVEL: "debug" };
  const check = (...words: readonly string[]): Promise<Outcome> =>
    new Process(["check", "site.yml", ...words], { cwd: folder, env }).end();
  const { code, stdout } = await check("--profile", "prod");
  assert.equal(code, 0);
  assert.match(stdout, /^logLevel: debug +# \$MTX_LOGLEVEL$/m);
  assert.match(stdout, /^ {2}- tcp +# site-prod\.yml:1$/m);
  assert.match(stdout, /source: rtsp:\/\/u:<redacted>@h\/ +# site\.yml:3 \$\{PASS\}$/m);
  assert.match(stdout, /^site\.yml \+ site-prod\.yml: configuration is valid, 1 path\(s\)$/m);
  const json = await check("--json");
  assert.partialDeepStrictEqual(JSON.parse(json.stdout), { valid: true, files: ["site.yml"], paths: 1, problems: [] });
  assert.doesNotMatch(stdout + json.stdout, /hunter2/);
  writeFileSync(join(folder, "site.yml"), "logLevle: warn\n");
  const bad = await check("--json");
  assert.equal(bad.code, 1);
  const problem = { severity: "error", code: "config-misspelled-key", key: "logLevle", file: "site.yml", line: 1, column: 1 };
  assert.partialDeepStrictEqual(JSON.parse(bad.stdout), { valid: false, problems: [problem] });
});

test("init writes a default configuration once, readable by its owner alone", async (t) => {
  const folder = tempDir(t);
  const run = (...words: readonly string[]): Promise<Outcome> => new Process(words, { cwd: folder }).end();
  assert.equal((await run("init")).stdout, "wrote sluice.yml\n");
  assert.equal(statSync(join(folder, "sluice.yml")).mode & 0o777, 0o600);
  const checked = await run("check", "sluice.yml");
  assert.deepEqual([checked.code, checked.stderr], [0, ""]);
  const again = await run("init");
  assert.equal(again.code, 2);
  assert.match(again.stderr, /'sluice\.yml' is there already.*\[init-file-exists\]/);
  assert.match((await run("init", "none/x.yml")).stderr, /\[init-file-unwritable\]/);
  assert.match((await run("init", "-")).stdout, /^logLevel: info$/m);
});

test("schema is printed as JSON", async () => {
  const { code, stdout } = await sluice("schema");
  assert.equal(code, 0);
  assert.partialDeepStrictEqual(JSON.parse(stdout), { $schema: "https://json-schema.org/draft/2020-12/schema" });
});

test("run refuses a broken configuration with exit code 1", async (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, "sluice.yml"), "rtsp: perhaps\n");
  const { code, stderr } = await new Process(["run"], { cwd: folder }).end();
  assert.equal(code, 1);
  assert.match(stderr, /sluice\.yml:1:7: rtsp: 'perhaps' is neither yes nor no/);
});

test("run serves until SIGTERM and ends within two seconds with exit code 0", async (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, "sluice.yml"), `${anyPorts}api: yes\napiAddress: 127.0.0.1:0\npaths:\n  cam:\n`);
  const server = new Process(["run"], { cwd: folder });
  await server.says("sluice is running");
  const port = /\[api\] listening \(tcp 127\.0\.0\.1:(\d+)\)/.exec(server.stdout)?.[1] ?? "";
  const answer = await fetch(`http://127.0.0.1:${port}/v3/paths/list`);
  assert.partialDeepStrictEqual(await answer.json(), { itemCount: 1, items: [{ name: "cam", source: null, ready: false }] });
  const before = performance.now();
  server.kill("SIGTERM");
  const { code, stdout } = await server.end();
  assert.equal(code, 0);
  assert.ok(performance.now() - before < 2000);
  assert.match(stdout, /WAR no users are configured: only this machine itself is served/);
  assert.match(stdout, /sluice has stopped/);
});

test("a taken port is said to be, with who holds it and what to do, and exit code 2", async (t) => {
  const folder = tempDir(t);
  const holder = createServer();
  holder.listen(0, "127.0.0.1");
  await once(holder, "listening");
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  writeFileSync(join(folder, "sluice.yml"), anyPorts);
  const { code, stderr } = await new Process(["run", "--port", String(port)], { cwd: folder }).end();
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`TCP port ${String(port)} is already in use by .*\\(pid ${String(process.pid)}\\)`));
  assert.match(stderr, /--port-fallback/);
});

test("with --port-fallback the next free port is taken", async (t) => {
  const folder = tempDir(t);
  const holder = createServer();
  holder.listen(0, "127.0.0.1");
  await once(holder, "listening");
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  writeFileSync(join(folder, "sluice.yml"), anyPorts);
  const server = new Process(["run", "--port", String(port), "--port-fallback"], { cwd: folder });
  await server.says("sluice is running");
  server.kill("SIGINT");
  const { code, stdout } = await server.end();
  assert.equal(code, 0);
  assert.match(stdout, /port is taken, trying the next/);
  const used = Number(/\[RTSP\] listening \(tcp (\d+)/.exec(stdout)?.[1]);
  assert.ok(used > port && used <= port + 50, String(used));
});

test("an address this machine doesn't have is refused with exit code 2", async (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, "sluice.yml"), anyPorts.replace("127.0.0.1:0", "192.0.2.1:8554"));
  const { code, stderr } = await new Process(["run"], { cwd: folder }).end();
  assert.equal(code, 2);
  assert.match(stderr, /no address 192\.0\.2\.1/);
});

test("a structured log is JSON, one object per line", async (t) => {
  const folder = tempDir(t);
  writeFileSync(join(folder, "sluice.yml"), `${anyPorts}logStructured: yes\n`);
  const server = new Process(["run"], { cwd: folder });
  await server.says("sluice is running");
  server.kill("SIGTERM");
  const { stdout } = await server.end();
  const records = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { msg: string });
  assert.ok(records.some((record) => record.msg === "listening"));
});

test("scripts/sluice works from any folder and through a link, and is the server's own process", async (t) => {
  const folder = tempDir(t);
  mkdirSync(join(folder, "bin"));
  symlinkSync(join(ROOT, "scripts", "sluice"), join(folder, "bin", "sluice"));
  writeFileSync(join(folder, "sluice.yml"), anyPorts);
  const server = new Process(["run", "--config", "sluice.yml"], { cwd: folder, program: join(folder, "bin", "sluice") });
  await server.says("sluice is running");
  server.kill("SIGTERM");
  assert.equal((await server.end()).code, 0);
});

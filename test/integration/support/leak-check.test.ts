/**
 * The watchman watched: the leak check fails the files it should, ends them, and leaves clean ones alone.
 */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runProgram } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const cases: readonly { name: string; body: string; found: string | undefined }[] = [
  { name: "a clean file passes", body: "await Promise.resolve();", found: undefined },
  { name: "a timer left running is found", body: "setTimeout(() => {}, 60_000);", found: "Timeout" },
  { name: "an interval that was unreferenced may stay", body: "setInterval(() => {}, 1000).unref();", found: undefined },
  {
    name: "a listening socket is found",
    body: "const server = net.createServer(); await new Promise((ok) => server.listen(0, ok));",
    found: "TCPServerWrap",
  },
  {
    name: "a UDP socket is found",
    body: "const socket = dgram.createSocket('udp4'); await new Promise((ok) => socket.bind(0, ok));",
    found: "UDPWrap",
  },
  { name: "a child process is found", body: "childProcess.spawn('sleep', ['4'], { stdio: 'ignore' });", found: "ProcessWrap" },
  { name: "a signal listener is found", body: "process.on('SIGHUP', () => {});", found: "SIGHUP: 1" },
  {
    name: "a listener leak that was warned of is found",
    body: "for (let i = 0; i < 12; i++) emitter.on('x', () => {}); await new Promise((ok) => setImmediate(ok));",
    found: "Possible EventEmitter memory leak",
  },
];

const head = [
  "import { test } from 'node:test';",
  "import net from 'node:net';",
  "import dgram from 'node:dgram';",
  "import childProcess from 'node:child_process';",
  "import { EventEmitter } from 'node:events';",
  "const emitter = new EventEmitter();",
].join("\n");

for (const { name, body, found } of cases) {
  test(name, async (t) => {
    const file = join(tempDir(t), "some.test.mjs");
    writeFileSync(file, `${head}\ntest("does something", async () => { ${body} });\n`);
    const args = ["--test", "--test-reporter=tap", "--import", join(ROOT, "test/support/leak-check.ts"), file];
    const { code, stdout } = await runProgram(process.execPath, args, {
      timeoutMs: 20_000,
      env: { NODE_TEST_CONTEXT: undefined },
    });
    assert.equal(code, found === undefined ? 0 : 1, stdout);
    if (found !== undefined) assert.match(stdout, new RegExp(`leak-check of .*some\\.test\\.mjs`));
    if (found !== undefined) assert.ok(stdout.includes(found), stdout);
  });
}

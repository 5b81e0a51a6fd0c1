/** The file by which the command line finds a running server, in real folders. */
import assert from "node:assert/strict";
import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { findRunning, removeRunningFile, writeRunningFile } from "#app/local/running-file.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const SERVER = { pid: process.pid, startedAt: 1, configuration: null, url: "http://127.0.0.1:1", token: "t" };
const own = ({ pid }: { readonly pid: number }): boolean => pid === process.pid;

test("a server is found while it runs, by its owner's file, which is for nobody else", (t) => {
  const environment = { XDG_RUNTIME_DIR: tempDir(t) };
  assert.ok(writeRunningFile(environment, SERVER));
  const file = join(environment.XDG_RUNTIME_DIR, "sluice", `running-${String(process.pid)}.json`);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.deepEqual(findRunning(environment).filter(own), [SERVER]);
  removeRunningFile(environment);
  assert.deepEqual(findRunning(environment).filter(own), []);
});

test("a folder that is a link elsewhere is neither read nor written", (t) => {
  const environment = { XDG_RUNTIME_DIR: tempDir(t) };
  const elsewhere = tempDir(t);
  writeFileSync(join(elsewhere, `running-${String(process.pid)}.json`), JSON.stringify(SERVER));
  symlinkSync(elsewhere, join(environment.XDG_RUNTIME_DIR, "sluice"));
  assert.deepEqual(findRunning(environment).filter(own), []);
  assert.equal(writeRunningFile(environment, SERVER), false);
});

test("somebody else's folder is neither read nor written", { skip: process.getuid?.() !== 0 && "root only" }, (t) => {
  const environment = { XDG_RUNTIME_DIR: tempDir(t) };
  const folder = join(environment.XDG_RUNTIME_DIR, "sluice");
  mkdirSync(folder);
  writeFileSync(join(folder, `running-${String(process.pid)}.json`), JSON.stringify(SERVER));
  chmodSync(folder, 0o777);
  chownSync(folder, 12_345, 12_345);
  assert.deepEqual(findRunning(environment).filter(own), []);
  assert.equal(writeRunningFile(environment, SERVER), false);
});

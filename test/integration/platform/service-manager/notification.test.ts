/** Notifications reach a datagram socket of the Unix family, as a service manager has one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadNative } from "#platform/native.ts";
import { openServiceManager } from "#platform/service-manager/notification.ts";
import { missingPrograms, RunningProgram } from "#test/support/programs.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const { native } = loadNative(process.env);
const skip = native === undefined ? "the native module is not built (scripts/native)" : missingPrograms(["python3", "--version"]);

/** The runtime has no such sockets, so another program listens and prints what comes as one line of JSON each. */
const LISTENER = `
import json, socket, sys
path = sys.argv[1]
server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind("\\0" + path[1:] if path.startswith("@") else path)
print("listening", flush=True)
while True:
    print(json.dumps(server.recv(8192).decode()), flush=True)
`;

for (const kind of ["path", "abstract name"]) {
  test(`the service manager hears ready, status, watchdog and stopping (${kind})`, { skip }, async (t) => {
    const path = kind === "path" ? join(tempDir(t), "notify") : `@sluice-test-${String(process.pid)}`;
    const listener = new RunningProgram("python3", ["-c", LISTENER, path]);
    t.after(() => listener.stop());
    await waitUntil(() => listener.stdout.includes("listening"), { what: "the listener" });

    const manager = openServiceManager(native, {
      NOTIFY_SOCKET: path,
      WATCHDOG_USEC: "30000000",
      WATCHDOG_PID: String(process.pid),
    });
    assert.equal(manager.present, true);
    assert.equal(manager.watchdogIntervalMs, 7500);
    manager.ready("3 cameras");
    manager.status("two\nlines 摄像机");
    manager.alive();
    manager.stopping("signal");
    await waitUntil(() => listener.stdout.split("\n").length > 5, { what: "four notifications" });
    const [, ...lines] = listener.stdout.trim().split("\n");
    assert.deepEqual(
      lines.map((line) => JSON.parse(line) as unknown),
      ["READY=1\nSTATUS=3 cameras", "STATUS=two lines 摄像机", "WATCHDOG=1", "STOPPING=1\nSTATUS=signal"],
    );
    assert.equal(manager.lost, 0);
  });
}

test("a service manager that has gone costs a count, not an error", { skip }, (t) => {
  const manager = openServiceManager(native, { NOTIFY_SOCKET: join(tempDir(t), "nobody") });
  manager.alive();
  assert.equal(manager.lost, 1);
});

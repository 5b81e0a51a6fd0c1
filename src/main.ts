/** The process: hands the command line, signals and standard streams to `app`, and ends with its exit code. */
import { runCli } from "#app/cli.ts";
import { readSecret } from "#app/users/read-secret.ts";

// The name by which others see who holds a port.
process.title = "sluice";

const ended = new AbortController();

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    // Asked twice, somebody is in a hurry.
    if (ended.signal.aborted) process.exit(1);
    ended.abort();
  });
}

// Whoever read our output may be gone; that is no reason to stop serving.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

void runCli(process.argv.slice(2), {
  environment: process.env,
  folder: process.cwd(),
  stdout: (text) => process.stdout.write(text),
  stderr: (text) => process.stderr.write(text),
  readSecret: () => readSecret(process.stdin),
  signal: ended.signal,
  onHangup: (run) => process.on("SIGHUP", run),
  // What is still open (a peer that doesn't hang up) doesn't keep a stopped server alive.
}).then((code) => process.exit(code));

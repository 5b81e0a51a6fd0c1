/** A whole process that serves its API and nothing else, on a file of the test's, and what is done to it. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { join } from "node:path";
import { createSchema } from "#app/schema.ts";
import { loadText } from "#config/load.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { RunningProgram } from "#test/support/programs.ts";
import { accepts } from "#test/support/sluice-process.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir, type Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const schema = createSchema();

/** A running process and its API. */
export interface Box {
  readonly program: RunningProgram;
  readonly call: (what: string, body?: unknown) => Promise<{ status: number; text: string }>;
}

/** Starts a process on `file`; without streams or a page, so that all its time is the API's. */
export async function startBox(t: Cleanup, { file, port }: { file: string; port: number }): Promise<Box> {
  const program = new RunningProgram(join(ROOT, "scripts", "sluice"), ["run", "--config", file]);
  const agent = new Agent({ keepAlive: true, maxSockets: 200 });
  t.after(async () => {
    agent.destroy();
    await program.stop();
  });
  await waitUntil(
    () => {
      if (program.ended) throw new Error(`Sluice ended:\n${program.stdout}${program.stderr}`);
      return accepts(port);
    },
    { what: "the API", timeoutMs: 20_000, pollMs: 50 },
  );
  const call = (what: string, body?: unknown): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const [method = "", path] = what.split(" ", 2);
      const asked = request({ host: "127.0.0.1", port, method, path, agent }, (answer) => {
        let text = "";
        answer.setEncoding("utf8");
        answer.on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
        answer.on("error", reject);
      });
      asked.on("error", reject);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
  return { program, call };
}

/** A file with comments, and the port its API will have. */
export async function configFile(t: Cleanup, rest: string): Promise<{ file: string; port: number }> {
  const port = await freeTcpPort();
  const file = join(tempDir(t), "sluice.yml");
  const head = `# The shop's box.\napi: yes\napiAddress: 127.0.0.1:${String(port)} # here\nweb: no\nrtsp: no\nhls: no\nwebrtc: no\n`;
  writeFileSync(file, head + rest);
  return { file, port };
}

/** Paths of a file that must load, with its comments. */
export function pathsOf(file: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  const { config, problems } = loadText(schema, text);
  assert.ok(config, `${problems.map(({ error }) => error.message).join("; ")}\n${text}`);
  for (const comment of ["# The shop's box.", "# here", "# At the gate.", "# main stream"])
    assert.ok(text.includes(comment), comment);
  return config.paths.map(({ name }) => name);
}

const COMMENTED = "paths:\n  # At the gate.\n  gate:\n    maxReaders: 3 # main stream\n";

/** Kills the process again and again in the middle of writes; the file must load each time and hold what was acknowledged. */
export async function killInTheMiddle(t: Cleanup, { writes, kills }: { writes: number; kills: number }): Promise<void> {
  const { file, port } = await configFile(t, COMMENTED);
  const acknowledged = new Set<string>();
  let next = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const { program, call } = await startBox(t, { file, port });
    const names = Array.from({ length: writes / kills }, () => `cam${String(next++)}`);
    let answered = 0;
    const sent = names.map(async (name) => {
      const { status } = await call(`POST /v3/config/paths/add/${name}`, { maxReaders: 2 });
      answered += 1;
      if (status === 200) acknowledged.add(name);
      if (answered === 10 + kill * 15) program.child.kill("SIGKILL");
    });
    await Promise.allSettled(sent);
    program.child.kill("SIGKILL");
    await program.end(5000);
    const found = new Set(pathsOf(file));
    assert.ok(found.has("gate"));
    assert.deepEqual(
      [...acknowledged].filter((name) => !found.has(name)),
      [],
    );
  }
  assert.ok(acknowledged.size > kills * 10, String(acknowledged.size));
}

/** Many calls at once, writes among them: each is answered with 200, and every write is in the file afterwards. */
export async function callAtOnce(t: Cleanup, calls: number): Promise<void> {
  const { file, port } = await configFile(t, COMMENTED);
  const { call } = await startBox(t, { file, port });
  const statuses = new Map<number, number>();
  const count = ({ status }: { status: number }): void => {
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  };
  const reads = [
    "GET /v3/config/paths/list",
    "GET /v3/paths/list",
    "GET /api/cameras",
    "GET /v3/config/global/get",
    "GET /api/config",
  ];
  const all = Array.from({ length: calls }, (_, index) => {
    const name = `cam${String(index)}`;
    switch (index % 5) {
      case 0:
        return call(`POST /v3/config/paths/add/${name}`, { maxReaders: 1 });
      case 1:
        return call(`POST /v3/config/paths/replace/${name}`, { maxReaders: 2 });
      case 2:
        return call("PATCH /v3/config/paths/patch/gate", { maxReaders: index });
      default:
        return call(reads[index % reads.length] ?? "");
    }
  });
  for (const answer of await Promise.all(all)) count(answer);
  assert.deepEqual([...statuses], [[200, calls]]);
  const found = pathsOf(file);
  const wanted = Array.from({ length: calls }, (_, index) => index).filter((index) => index % 5 < 2);
  assert.deepEqual(
    wanted.map((index) => `cam${String(index)}`).filter((name) => !found.includes(name)),
    [],
  );
  assert.equal(found.length, wanted.length + 1);
}

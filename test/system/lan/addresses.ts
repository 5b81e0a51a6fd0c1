/** In a network of its own: the box gets another address, then has none but IPv6's. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { lan, onTheBox } from "#test/support/own-network.ts";
import { RunningProgram, runProgram } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const TIMEOUT_MS = 60_000;
const FOLLOW_MS = 10_000;
const V6 = { box: "fd00:77::1", here: "fd00:77::20" } as const;

async function ip(...words: readonly string[]): Promise<void> {
  const [program = "", ...rest] = [...onTheBox(), "ip", ...words];
  const { code, stderr } = await runProgram(program, rest, { timeoutMs: TIMEOUT_MS });
  assert.equal(code, 0, stderr);
}

/** Milliseconds until page and RTSP answer at this address. */
async function followed(t: TestContext, host: string): Promise<void> {
  const began = performance.now();
  const literal = host.includes(":") ? `[${host}]` : host;
  const isThere = async (): Promise<boolean> => {
    try {
      const page = await fetch(`http://${literal}:8080/`, { signal: AbortSignal.timeout(2000) });
      const client = await RtspClient.connect({ host, port: 8554 });
      const { status } = await client.request("OPTIONS", `rtsp://${literal}:8554/demo`).finally(() => client.close());
      return page.status === 200 && (await page.text()).includes("<title>") && status === 200;
    } catch {
      return false;
    }
  };
  await waitUntil(isThere, { what: `the page at ${host}`, timeoutMs: TIMEOUT_MS, pollMs: 100 });
  const took = performance.now() - began;
  t.diagnostic(`${host}: ${String(Math.round(took))} ms`);
  assert.ok(took < FOLLOW_MS, `${String(took)} ms`);
}

test("listeners and the list of names it answers to follow the address", async (t) => {
  const file = join(tempDir(t), "sluice.yml");
  const everybody = "authInternalUsers: [{user: any, permissions: [{action: read}, {action: api}]}]";
  writeFileSync(file, `${everybody}\npaths: {}\n`);
  const [command = "", ...words] = [...onTheBox(), join(ROOT, "scripts", "sluice"), "run", "--demo", "--config", file];
  const program = new RunningProgram(command, words, { env: { XDG_RUNTIME_DIR: tempDir(t) } });
  t.after(async () => {
    await program.stop();
  });
  await waitUntil(() => (program.stdout + program.stderr).includes("sluice is running"), {
    what: "the start",
    timeoutMs: TIMEOUT_MS,
  });
  await followed(t, lan.box);

  await ip("addr", "del", `${lan.box}/24`, "dev", "lan");
  await ip("addr", "add", "192.168.77.2/24", "dev", "lan");
  await followed(t, "192.168.77.2");

  await ip("addr", "del", "192.168.77.2/24", "dev", "lan");
  await ip("-6", "addr", "add", `${V6.box}/64`, "dev", "lan", "nodad");
  const { code } = await runProgram("ip", ["-6", "addr", "add", `${V6.here}/64`, "dev", "lan", "nodad"], {
    timeoutMs: TIMEOUT_MS,
  });
  assert.equal(code, 0);
  await followed(t, V6.box);

  await ip("addr", "add", `${lan.box}/24`, "dev", "lan");
  await followed(t, lan.box);
});

/** In a network of its own (test/support/own-network.ts): this side is the machine, the “box” is the other device. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SystemClock } from "#base/clock.ts";
import { AddressClaims } from "#platform/host/address-claims.ts";
import { loadNative } from "#platform/native.ts";
import { createNetwork } from "#platform/network.ts";
import { lan, onTheBox } from "#test/support/own-network.ts";
import { runProgram } from "#test/support/programs.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";

const TIMEOUT_MS = 60_000;
const { native } = loadNative({});
const network = createNetwork({ native });

function claims(): AddressClaims {
  return new AddressClaims({ native, clock: new SystemClock(), addresses: () => network.addresses() });
}

async function run(...command: readonly string[]): Promise<string> {
  const [program = "", ...words] = command;
  const { code, stdout, stderr } = await runProgram(program, words, { timeoutMs: TIMEOUT_MS });
  assert.equal(code, 0, command.join(" ") + stderr);
  return stdout;
}

/** What `sluice doctor` finds of our addresses. */
async function doctor(
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly state: string; readonly text: { readonly en: string } } | undefined> {
  const words = ["doctor", "--config", file, "--json"];
  const { stdout } = await runProgram(join(ROOT, "scripts", "sluice"), words, { timeoutMs: TIMEOUT_MS, env });
  const { findings } = JSON.parse(stdout) as {
    findings: readonly { readonly subject: string; readonly state: string; readonly text: { readonly en: string } }[];
  };
  return findings.find(({ subject }) => subject === "network-address");
}

test("nobody has our address, then somebody has, then nobody", async (t) => {
  const file = join(tempDir(t), "sluice.yml");
  writeFileSync(file, "paths: {}\n");
  assert.equal(await claims().find(), undefined);
  assert.deepEqual([(await doctor(file))?.state, (await doctor(file))?.text.en], ["ok", "well"]);
  assert.match((await doctor(file, { SLUICE_NATIVE: "off" }))?.text.en ?? "", /needs root/);

  await run(...onTheBox(), "ip", "addr", "add", `${lan.otherCamera}/24`, "dev", "lan");
  const link = JSON.parse(await run(...onTheBox(), "ip", "-j", "link", "show", "lan")) as readonly { address: string }[];
  assert.deepEqual(await claims().find(), {
    address: lan.otherCamera,
    interface: "lan",
    hardware: link[0]?.address,
  });
  const found = await doctor(file);
  assert.equal(found?.state, "warning");
  assert.match(found.text.en, new RegExp(`${lan.otherCamera} of lan too`));

  await run(...onTheBox(), "ip", "addr", "del", `${lan.otherCamera}/24`, "dev", "lan");
  assert.equal(await claims().find(), undefined);
});

test("a second plug of ours in the same LAN is no other device", async () => {
  await run("ip", "link", "add", "macvlan", "link", "lan", "type", "macvlan", "mode", "bridge").catch(() => undefined);
  await run("sh", "-c", "ip link set macvlan up && ip addr add 192.168.77.30/24 dev macvlan").catch(() => undefined);
  assert.equal(await claims().find(), undefined);
});

test("without the right to raw packets nothing is known, and it isn't asked for again", async () => {
  const opened: string[] = [];
  const refusing = {
    arpOpen: (name: string): number => {
      opened.push(name);
      throw Object.assign(new Error("arpOpen: Operation not permitted"), { code: "EPERM" });
    },
    arpAsk: () => undefined,
    arpAnswers: () => [],
    arpClose: () => undefined,
  };
  const quiet = new AddressClaims({ native: refusing, clock: new SystemClock(), addresses: () => network.addresses() });
  assert.equal(await quiet.find(), undefined);
  const once = opened.length;
  assert.ok(once > 0 && !quiet.canAsk);
  assert.equal(await quiet.find(), undefined);
  assert.equal(opened.length, once);
});

/** Another device with an address of ours. The story is in lan/, run in a network of its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadNative } from "#platform/native.ts";
import { ownNetworkCommand, runInOwnNetwork } from "#test/support/own-network.ts";
import { missingPrograms } from "#test/support/programs.ts";

const TIMEOUT_MS = 120_000;
const skip = missingPrograms(ownNetworkCommand) || (loadNative({}).native === undefined && "no native module");

test("another device with our address is found, by its hardware address, and gone again", { skip }, async () => {
  const { code, stdout, stderr } = await runInOwnNetwork(join(import.meta.dirname, "lan", "address-claims.ts"), TIMEOUT_MS);
  assert.equal(code, 0, stdout + stderr);
});

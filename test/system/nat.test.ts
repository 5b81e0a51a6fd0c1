/** A box behind a NAT, and viewers on the other side of it. The story is in nat/, run in a network of its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { ownNetworkCommand, runOutsideNat } from "#test/support/own-network.ts";
import { missingPrograms } from "#test/support/programs.ts";

const TIMEOUT_MS = 170_000;
const skip = missingPrograms(ownNetworkCommand, ["nft", "--version"], ["turnserver", "--version"]);

test("a box behind a NAT is watched by STUN and by TURN", { skip }, async () => {
  const { code, stdout, stderr } = await runOutsideNat(join(import.meta.dirname, "nat", "outside.ts"), TIMEOUT_MS);
  assert.equal(code, 0, stdout + stderr);
});

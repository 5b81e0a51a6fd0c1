import assert from "node:assert/strict";
import { test } from "node:test";
import { holdsRecoveryPoint } from "#codecs/h264/key-unit.ts";

/** Bodies of SEI NAL units, header not included. */
const messages: readonly { name: string; body: string; found: boolean }[] = [
  { name: "a recovery point at once", body: "06 01 84 80", found: true },
  { name: "a recovery point some pictures later", body: "06 01 44 80", found: false },
  { name: "no recovery point", body: "01 01 80 80", found: false },
  { name: "one after another message", body: "01 04 11223344 06 01 84 80", found: true },
  { name: "one after a message with emulation prevention", body: "05 04 0000 03 0111 06 01 84 80", found: true },
  { name: "one after a message of 300 bytes", body: `05 ff 2d ${"aa".repeat(300)} 06 01 c0 80`, found: true },
  { name: "one after a message of type 262", body: "ff 07 01 aa 06 01 84 80", found: true },
  { name: "an empty one", body: "06 00 80", found: false },
  { name: "a size past the end", body: "05 f0 112233", found: false },
  { name: "nothing but type bytes", body: "ffffffffffff", found: false },
  { name: "nothing", body: "", found: false },
];

for (const { name, body, found } of messages) {
  test(`looks for a recovery point: ${name}`, () => {
    const bytes = Buffer.concat([Buffer.of(6), Buffer.from(body.replaceAll(" ", ""), "hex"), Buffer.from("06018480", "hex")]);
    assert.equal(holdsRecoveryPoint(bytes, 1, bytes.length - 4), found);
  });
}

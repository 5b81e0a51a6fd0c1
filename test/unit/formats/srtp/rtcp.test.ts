import assert from "node:assert/strict";
import { test } from "node:test";
import { printReceiverReport } from "#formats/rtcp/packet.ts";
import { deriveSessionKeys, srtpProfiles } from "#formats/srtp/profile.ts";
import { SrtcpReceiver, SrtcpSender } from "#formats/srtp/rtcp.ts";

for (const profile of srtpProfiles) {
  const keys = deriveSessionKeys({ profile, key: Buffer.alloc(16, 5), salt: Buffer.alloc(profile.saltBytes, 6) }, "rtcp");
  const plain = printReceiverReport(77, [
    {
      ssrc: 1,
      fractionLost: 2,
      cumulativeLost: 3,
      highestSequence: 4,
      jitter: 5,
      lastSenderReport: 6,
      delaySinceLastSenderReport: 7,
    },
  ]);

  test(`${profile.name}: a compound packet is opened again, once only`, () => {
    const [sender, receiver] = [new SrtcpSender(keys), new SrtcpReceiver(keys)];
    for (let index = 0; index < 3; index += 1) {
      const sealed = sender.protect(plain);
      assert.ok(sealed);
      assert.ok(!sealed.includes(plain.subarray(8)), "encrypted");
      assert.deepEqual(receiver.open(sealed), plain);
      assert.equal(receiver.open(sealed), undefined, "a repetition");
    }
  });

  test(`${profile.name}: a changed bit anywhere is noticed`, () => {
    const sealed = new SrtcpSender(keys).protect(plain) ?? Buffer.alloc(0);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 0x80;
      assert.equal(new SrtcpReceiver(keys).open(changed), undefined, `byte ${String(at)}`);
    }
  });

  test(`${profile.name}: short packets are refused`, () => {
    for (let bytes = 0; bytes < 28; bytes += 1) assert.equal(new SrtcpReceiver(keys).open(Buffer.alloc(bytes, 0x80)), undefined);
    assert.equal(new SrtcpSender(keys).protect(Buffer.alloc(7)), undefined);
  });
}

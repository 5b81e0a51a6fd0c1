import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { test } from "node:test";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { deriveSessionKeys, srtpProfiles, type SrtpSessionKeys } from "#formats/srtp/profile.ts";
import { MAX_SOURCES, SrtpReceiver, SrtpSender } from "#formats/srtp/rtp.ts";

function keysOf(profile: (typeof srtpProfiles)[number]): SrtpSessionKeys {
  return deriveSessionKeys({ profile, key: Buffer.alloc(16, 5), salt: Buffer.alloc(profile.saltBytes, 6) }, "rtp");
}

function packet(sequence: number, ssrc = 1): Buffer {
  return printRtpPacket(
    { marker: true, payloadType: 96, sequence, timestamp: sequence, ssrc },
    Buffer.from(`payload ${String(sequence)}`),
  );
}

function seal(sender: SrtpSender, plain: Buffer): Buffer {
  const into = Buffer.alloc(plain.length + 16);
  return into.subarray(0, sender.protect(plain, into, 0));
}

test("a packet is protected as RFC 7714 16.1.1 has it", () => {
  const [profile] = srtpProfiles;
  assert.ok(profile);
  const key = Buffer.from("000102030405060708090a0b0c0d0e0f", "hex");
  const salt = Buffer.from("517569642070726f2071756f", "hex");
  const keys = { profile, key, salt, authKey: Buffer.alloc(0), cipherKey: createSecretKey(key) };
  const plain = Buffer.from(
    "8040f17b8041f8d35501a0b247616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573",
    "hex",
  );
  assert.equal(
    seal(new SrtpSender(keys), plain).toString("hex"),
    "8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee4390cce",
  );
});

for (const profile of srtpProfiles) {
  test(`${profile.name}: what was sent is opened again, once only, and in any order`, () => {
    const [sender, receiver] = [new SrtpSender(keysOf(profile)), new SrtpReceiver(keysOf(profile))];
    const sealed = [10, 11, 12, 13].map((sequence) => seal(sender, packet(sequence)));
    for (const index of [1, 3, 0, 2]) assert.deepEqual(receiver.open(sealed[index] ?? Buffer.alloc(0)), packet(10 + index));
    for (const each of sealed) assert.equal(receiver.open(each), undefined, "a repetition");
  });

  test(`${profile.name}: a changed bit anywhere is noticed`, () => {
    const sealed = seal(new SrtpSender(keysOf(profile)), packet(500));
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.equal(new SrtpReceiver(keysOf(profile)).open(changed), undefined, `byte ${String(at)}`);
    }
  });

  test(`${profile.name}: header extension and sources stay readable`, () => {
    const plain = Buffer.concat([Buffer.from("9161000500000001000000020000000abede0001aabbccdd", "hex"), Buffer.from("secret")]);
    const sealed = seal(new SrtpSender(keysOf(profile)), plain);
    assert.deepEqual(sealed.subarray(0, 24), plain.subarray(0, 24));
    assert.ok(!sealed.includes("secret"));
    assert.deepEqual(new SrtpReceiver(keysOf(profile)).open(sealed), plain);
  });
}

test("numbers may wrap many times", () => {
  const [profile] = srtpProfiles;
  assert.ok(profile);
  const [sender, receiver] = [new SrtpSender(keysOf(profile)), new SrtpReceiver(keysOf(profile))];
  for (let index = 0; index < 300_000; index += 900) {
    const plain = packet(index & 0xffff);
    assert.deepEqual(receiver.open(seal(sender, plain)), plain, String(index));
  }
});

test("inventing sources ends at a bound", () => {
  const [profile] = srtpProfiles;
  assert.ok(profile);
  const [sender, receiver] = [new SrtpSender(keysOf(profile)), new SrtpReceiver(keysOf(profile))];
  const opened = Array.from({ length: MAX_SOURCES + 5 }, (_, ssrc) => receiver.open(seal(sender, packet(1, ssrc))));
  assert.equal(opened.filter((each) => each !== undefined).length, MAX_SOURCES);
});

test("anything that is no RTP packet is refused", () => {
  const [profile] = srtpProfiles;
  assert.ok(profile);
  for (const bytes of [Buffer.alloc(0), Buffer.alloc(11, 0x80), Buffer.alloc(100), Buffer.alloc(20, 0x9f)]) {
    assert.equal(new SrtpReceiver(keysOf(profile)).open(bytes), undefined);
    assert.equal(new SrtpSender(keysOf(profile)).protect(bytes, Buffer.alloc(200), 0), 0);
  }
});

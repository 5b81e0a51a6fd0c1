import assert from "node:assert/strict";
import { test } from "node:test";
import { deriveSessionKeys, srtpProfiles } from "#formats/srtp/profile.ts";

test("session keys are those of RFC 3711 B.3", () => {
  const profile = srtpProfiles.find(({ name }) => name === "AES_CM_128_HMAC_SHA1_80");
  assert.ok(profile);
  const master = {
    profile,
    key: Buffer.from("E1F97A0D3E018BE0D64FA32C06DE4139", "hex"),
    salt: Buffer.from("0EC675AD498AFEEBB6960B3AABE6", "hex"),
  };
  const { key, salt, authKey } = deriveSessionKeys(master, "rtp");
  assert.equal(key.toString("hex"), "c61e7a93744f39ee10734afe3ff7a087");
  assert.equal(salt.toString("hex"), "30cbbc08863d8c85d49db34a9ae1");
  assert.equal(authKey.toString("hex"), "cebe321f6ff7716b6fd4ab49af256a156d38baa4");
});

test("SRTCP's keys differ from SRTP's, and GCM has no authentication key", () => {
  const [profile] = srtpProfiles;
  assert.ok(profile);
  const master = { profile, key: Buffer.alloc(16, 1), salt: Buffer.alloc(12, 2) };
  const [rtp, rtcp] = [deriveSessionKeys(master, "rtp"), deriveSessionKeys(master, "rtcp")];
  assert.notDeepEqual(rtp.key, rtcp.key);
  assert.notDeepEqual(rtp.salt, rtcp.salt);
  assert.deepEqual([rtp.salt.length, rtp.authKey.length], [12, 0]);
});

/** SRTP to many viewers: the native module, with and without segmentation by the kernel, and TypeScript. */
import { test } from "node:test";
import { loadNative } from "#platform/native.ts";
import { createNetwork } from "#platform/network.ts";
import { ScriptSrtp } from "#protocols/webrtc/egress/script-srtp.ts";
import { testSrtpFanOut } from "./srtp-fan-out.ts";

const { native } = loadNative(process.env);
testSrtpFanOut("TypeScript", { srtp: new ScriptSrtp(), network: createNetwork() });
for (const segmentation of [true, false]) {
  const name = segmentation ? "native" : "native without segmentation";
  const network = createNetwork({ native, segmentation });
  if (network.srtp === undefined)
    test(`${name}: SRTP`, { skip: "the native module is not built (scripts/native)" }, () => undefined);
  else testSrtpFanOut(name, { srtp: network.srtp, network });
}

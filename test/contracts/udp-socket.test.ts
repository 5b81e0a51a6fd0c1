/** The UDP suite over every implementation. */
import { test } from "node:test";
import { loadNative } from "#platform/native.ts";
import { createNetwork } from "#platform/network.ts";
import { testUdpSockets } from "./udp-socket.ts";

testUdpSockets("dgram", () => createNetwork());

const { native } = loadNative(process.env);
if (native === undefined) {
  test("native: UDP sockets", { skip: "the native module is not built (scripts/native)" }, () => undefined);
} else {
  testUdpSockets("native with segmentation", () => createNetwork({ native }));
  testUdpSockets("native without segmentation", () => createNetwork({ native, segmentation: false }));
}

/** The fan-out suite over its implementation. */
import { test } from "node:test";
import { loadNative } from "#platform/native.ts";
import { createNetwork } from "#platform/network.ts";
import { testTcpFanOut } from "./tcp-fan-out.ts";

const network = createNetwork({ native: loadNative(process.env).native });
const { fanOut } = network;
if (fanOut === undefined) {
  test("native: TCP fan-out", { skip: "the native module is not built (scripts/native)" }, () => undefined);
} else {
  testTcpFanOut("native", {
    fanOut,
    srtp: network.srtp,
    resolve: (host) => network.resolve(host),
    addresses: () => network.addresses(),
    bindUdp: (options) => network.bindUdp(options),
    connectTcp: (options) => network.connectTcp(options),
    listenTcp: (options) => network.listenTcp(options),
    limitSendBuffer: (socket, bytes) => {
      network.limitSendBuffer(socket, bytes);
    },
  });
}

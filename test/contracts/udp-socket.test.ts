/** The UDP suite over every implementation. */
import { createNetwork } from "#platform/network.ts";
import { testUdpSockets } from "./udp-socket.ts";

testUdpSockets("dgram", () => createNetwork());

/** What configuration needs to know of WebRTC beyond its options: which of its keys make something listen, and what they mean together. */
import { webrtcError } from "./errors.ts";
import { webrtcOptions } from "./options.ts";

type Values = Readonly<Record<string, unknown>>;

const serves =
  (key: string) =>
  (values: Values): boolean =>
    values["webrtc"] === true && values[key] !== undefined;

/** WebRTC's part of the configuration's schema. */
export const webrtcSchema = {
  global: webrtcOptions,
  listeners: [
    { key: "webrtcAddress", transport: "tcp", active: serves("webrtcAddress") },
    { key: "webrtcLocalUDPAddress", transport: "udp", active: serves("webrtcLocalUDPAddress") },
    { key: "webrtcLocalTCPAddress", transport: "tcp", active: serves("webrtcLocalTCPAddress") },
  ],
  /** Without a port no media can ever flow. With ICE servers MediaMTX takes ports at random: such a file loads. */
  check: (values: Values) => {
    const { webrtc, webrtcLocalUDPAddress: udp, webrtcLocalTCPAddress: tcp, webrtcICEServers2: servers } = values;
    const isShut = webrtc === true && udp === undefined && tcp === undefined && Array.isArray(servers) && servers.length === 0;
    return isShut ? [{ steps: ["webrtcLocalUDPAddress"], error: webrtcError("webrtc-no-port") }] : [];
  },
} as const;

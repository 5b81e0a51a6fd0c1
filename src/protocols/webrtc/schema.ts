/** What configuration needs to know of WebRTC beyond its options: which of its keys make something listen. */
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
} as const;

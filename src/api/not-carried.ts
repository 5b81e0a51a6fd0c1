/** Protocols of MediaMTX that Sluice doesn't have: what its API and metrics call their clients, and when it has them on. */
import type { Config } from "#config/config.ts";

/** Clients of such a protocol, as in addresses and names of families. */
export type NotCarriedClients = "rtmp_conns" | "rtmps_conns" | "srt_conns" | "moq_sessions";

const isOn: Readonly<Record<NotCarriedClients, (values: Config["values"]) => boolean>> = {
  rtmp_conns: (values) => values["rtmp"] === true && values["rtmpEncryption"] !== "strict",
  rtmps_conns: (values) => values["rtmp"] === true && values["rtmpEncryption"] !== "no",
  srt_conns: (values) => values["srt"] === true,
  moq_sessions: (values) => values["moq"] === true,
};

/** All of them. */
export const notCarriedClients = Object.keys(isOn) as readonly NotCarriedClients[]; // the keys of the table above

/** Whether MediaMTX would serve them with this configuration. */
export function isServedThere(clients: NotCarriedClients, { values }: Config): boolean {
  return isOn[clients](values);
}

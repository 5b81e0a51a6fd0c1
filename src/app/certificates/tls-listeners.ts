/** Every listener that can speak TLS: how its keys begin, and whether it does with given values. */
import type { Config } from "#config/config.ts";
import type { TlsService } from "./certificates.ts";

/** A listener; its files are named by `…ServerKey` and `…ServerCert` behind the prefix. */
export interface TlsListener {
  readonly service: TlsService;
  readonly prefix: string;
  readonly isServed: (values: Config["values"]) => boolean;
}

/** See the head of this file. */
export const tlsListeners: readonly TlsListener[] = [
  {
    service: "rtsps",
    prefix: "rtsp",
    isServed: (values) => values["rtsp"] === true && values["rtspEncryption"] !== "no",
  },
  ...(["hls", "webrtc", "api", "metrics", "web"] as const).map((name): TlsListener => ({
    service: name,
    prefix: name,
    isServed: (values) => values[name] === true && values[`${name}Encryption`] === true,
  })),
];

/**
 * What configuration needs to know of RTSP beyond its options: which URLs it pulls, which of its keys make something listen,
 * and which settings contradict each other.
 */
import type { SluiceError } from "#base/errors.ts";
import { parseRtspUrl } from "#formats/rtsp-message/url.ts";
import { optionError } from "./option-errors.ts";
import { rtspServerOptions, rtspSourceOptions } from "./options.ts";
import type { RtspServerOptions, RtspSourceOptions } from "./options.ts";

type Values = Readonly<Record<string, unknown>>;

/** Values read with a schema that holds `rtspServerOptions`. */
function serverValues(values: Values): RtspServerOptions {
  return values as RtspServerOptions; // composed of rtspServerOptions: every key is there with its type
}

const servesPlain = (values: Values): boolean => {
  const { rtsp, rtspEncryption } = serverValues(values);
  return rtsp && rtspEncryption !== "strict";
};
const servesTls = (values: Values): boolean => {
  const { rtsp, rtspEncryption } = serverValues(values);
  return rtsp && rtspEncryption !== "no";
};
const servesUdp = (values: Values): boolean => servesPlain(values) && serverValues(values).rtspTransports.includes("udp");

const rtp = { key: "rtpAddress", transport: "udp", active: servesUdp } as const;
const rtcp = { key: "rtcpAddress", transport: "udp", active: servesUdp } as const;

/** RTSP's part of the configuration's schema. */
export const rtspSchema = {
  global: rtspServerOptions,
  source: {
    schemes: ["rtsp", "rtsps", "rtsp+http", "rtsps+http", "rtsp+ws", "rtsps+ws"],
    options: rtspSourceOptions,
    isUrl: isRtspUrl,
    check: checkSourceOptions,
  },
  listeners: [
    { key: "rtspAddress", transport: "tcp", active: servesPlain },
    { key: "rtspsAddress", transport: "tcp", active: servesTls },
    rtp,
    rtcp,
  ],
  portPairs: [[rtp, rtcp]],
  /** Digest responses are computed from the password itself. */
  needsPlainPasswords: (values: Values): boolean => {
    const { rtsp, rtspAuthMethods } = serverValues(values);
    return rtsp && rtspAuthMethods.includes("digest");
  },
} as const;

function isRtspUrl(url: string): boolean {
  try {
    return parseRtspUrl(url).host !== "";
  } catch {
    return false;
  }
}

function checkSourceOptions(path: RtspSourceOptions): readonly { readonly key: string; readonly error: SluiceError }[] {
  const found: { key: string; error: SluiceError }[] = [];
  const [first, last] = path.rtspUDPSourcePortRange;
  if (last - first < 1) {
    found.push({ key: "rtspUDPSourcePortRange", error: optionError("rtsp-port-range", { details: { first, last } }) });
  }
  if ((path.rtspRangeType === "") !== (path.rtspRangeStart === "")) {
    const [key, missing] = path.rtspRangeType === "" ? ["rtspRangeStart", "rtspRangeType"] : ["rtspRangeType", "rtspRangeStart"];
    found.push({ key, error: optionError("rtsp-range-incomplete", { details: { missing } }) });
  }
  return found;
}

/**
 * Options of the RTSP server, and of a path pulled over RTSP. Names and defaults are MediaMTX's.
 */
import {
  allLive,
  booleanOption,
  choiceOption,
  durationOption,
  integerOption,
  ipRangeOption,
  listenAddressOption,
  listOption,
  optionalNumberOption,
  pairOption,
  reloads,
  textOption,
} from "#base/option.ts";
import type { OptionValues } from "#base/option.ts";

/** Time-outs below this would cut healthy peers. */
const MIN_TIMEOUT_MS = 100;
/** Ethernet's 1500 less an IPv4 and a UDP header; MediaMTX's limit too. */
const MAX_UDP_PAYLOAD = 1472;
/** Below this, headers outweigh media. */
const MIN_UDP_PAYLOAD = 200;
const MAX_UDP_BUFFER = 256 * 1024 * 1024;
const PORT = { minimum: 1, maximum: 65_535 } as const;

const transport = choiceOption(["udp", "multicast", "tcp"], { fallback: "tcp" }, "A way the media travels to and from clients.");
const authMethod = choiceOption(["basic", "digest"], { fallback: "basic" }, "A way clients prove who they are.");

/** Global keys the RTSP server reads. */
export const rtspServerOptions = {
  rtsp: booleanOption(true, "Serve streams over RTSP, and let clients publish over it."),
  // Connections and sessions stay, whatever of these changes.
  ...allLive({
    rtspTransports: listOption(
      transport,
      { fallback: ["udp", "multicast", "tcp"], minItems: 1, maxItems: 3, uniqueItems: true },
      "The ways media may travel; commands always use TCP.",
    ),
    rtspEncryption: choiceOption(
      ["no", "optional", "strict"],
      { fallback: "no", synonyms: { false: "no", off: "no", true: "strict", yes: "strict", on: "strict" } },
      "Whether RTSPS is served: no, optional (beside plain RTSP) or strict (alone).",
    ),
    rtspAddress: listenAddressOption(":8554", "Where plain RTSP listens. Used unless rtspEncryption is strict."),
    rtspsAddress: listenAddressOption(":8322", "Where RTSPS listens. Used when rtspEncryption is optional or strict."),
    rtpAddress: listenAddressOption(
      ":8000",
      "Where RTP over UDP is sent from and received; the port is even and one below that of rtcpAddress.",
    ),
    rtcpAddress: listenAddressOption(":8001", "Where RTCP over UDP is sent from and received."),
    multicastIPRange: ipRangeOption("224.1.0.0/16", "The multicast groups that are handed out to multicast readers."),
    multicastRTPPort: integerOption(8002, PORT, "RTP port of multicast groups."),
    multicastRTCPPort: integerOption(8003, PORT, "RTCP port of multicast groups."),
    rtspServerKey: textOption("server.key", "File with the private key for RTSPS, PEM."),
    rtspServerCert: textOption("server.crt", "File with the certificate for RTSPS, PEM."),
    rtspAuthMethods: listOption(
      authMethod,
      { fallback: ["basic"], minItems: 1, maxItems: 2, uniqueItems: true },
      "The ways clients may prove who they are. digest needs passwords that are stored in plain text.",
    ),
    readTimeout: durationOption("10s", { minimumMs: MIN_TIMEOUT_MS }, "A peer that sends nothing for this long is given up."),
    writeTimeout: durationOption("10s", { minimumMs: MIN_TIMEOUT_MS }, "A peer that takes nothing for this long is closed."),
    udpMaxPayloadSize: integerOption(
      1452,
      { minimum: MIN_UDP_PAYLOAD, maximum: MAX_UDP_PAYLOAD, unit: "bytes" },
      "Largest payload of a UDP packet we send, bytes. Lower it where the network's MTU is below 1500.",
    ),
    udpReadBufferSize: integerOption(
      0,
      { minimum: 0, maximum: MAX_UDP_BUFFER, unit: "bytes" },
      "Receive buffer of each UDP socket, bytes; 0 leaves it to the system.",
    ),
  }),
} as const;

/** Keys of a path whose source is an RTSP URL. */
export const rtspSourceOptions = {
  rtspTransport: reloads(
    "source",
    choiceOption(
      ["automatic", "udp", "multicast", "tcp"],
      { fallback: "automatic" },
      "How the camera is asked to send its media; automatic tries TCP first and remembers what worked.",
    ),
  ),
  rtspAnyPort: reloads(
    "source",
    booleanOption(
      false,
      "Accept media from other ports than the camera named, or when it named none. Only for cameras that need it: others on the network could slip in media.",
    ),
  ),
  rtspRangeType: reloads(
    "source",
    choiceOption(
      ["", "clock", "npt", "smpte"],
      { fallback: "" },
      "Kind of the start position asked of a recorder; empty asks for none.",
    ),
  ),
  rtspRangeStart: reloads(
    "source",
    textOption("", "Start position: a UTC time such as 20230812T120000Z for clock, a duration for npt and smpte."),
  ),
  rtspScale: reloads(
    "source",
    optionalNumberOption("Playback speed asked of a recorder; negative plays backwards, empty asks for none."),
  ),
  rtspUDPSourcePortRange: reloads(
    "source",
    pairOption([32_768, 60_999], { minimum: 1, maximum: 65_535 }, "Our own UDP ports for cameras, first and last."),
  ),
} as const;

/** Parsed options of the RTSP server; durations in milliseconds, sizes in bytes. */
export type RtspServerOptions = OptionValues<typeof rtspServerOptions>;

/** Parsed options of an RTSP source. */
export type RtspSourceOptions = OptionValues<typeof rtspSourceOptions>;

declare module "#streams/options.ts" {
  /** Every path carries the RTSP source's keys. */
  interface PathOptions extends RtspSourceOptions {}
}

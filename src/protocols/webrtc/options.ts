/**
 * Options of WebRTC. Names are MediaMTX's, and its defaults but for TCP: without it, a viewer whose network blocks UDP gets HLS,
 * of which browsers play two streams at once.
 */
import { httpOptionSet } from "#base/http-options.ts";
import {
  allLive,
  booleanOption,
  durationOption,
  groupOption,
  listenAddressOption,
  listOption,
  optionalListenAddressOption,
  reloads,
  secretOption,
  textOption,
} from "#base/option.ts";
import type { OptionValues } from "#base/option.ts";

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

const host = textOption("", "A host name or numeric address.");

const iceServer = groupOption(
  {
    url: textOption("", "Address such as stun:stun.example.com:3478 or turn:turn.example.com:3478?transport=udp."),
    username: textOption("", "User name; AUTH_SECRET with the server's shared secret as password makes credentials for a day."),
    password: secretOption("Password."),
    clientOnly: booleanOption(
      false,
      "Tell it to browsers only. Otherwise this machine asks it too, over UDP: to learn its address from outside (STUN), or for a port that relays to it (TURN).",
    ),
  },
  "A STUN or TURN server.",
);

/** Global keys WebRTC reads. */
export const webrtcOptions = {
  webrtc: booleanOption(true, "Serve streams over WebRTC (WHEP), and let clients publish over it (WHIP)."),
  webrtcAddress: reloads("live", listenAddressOption(":8889", "Where WHEP, WHIP and their pages are served.")),
  ...httpOptionSet("webrtc", "WHEP, WHIP and their pages"),
  // Sessions stay, whatever of these changes.
  ...allLive({
    webrtcLocalUDPAddress: optionalListenAddressOption(
      ":8189",
      "Where media over UDP is sent from and received, one port for all sessions. Empty: none.",
    ),
    webrtcLocalTCPAddress: optionalListenAddressOption(
      ":8189",
      "Where media over TCP is received, for viewers who can't use UDP. Empty: none.",
    ),
    webrtcIPsFromInterfaces: booleanOption(true, "Tell clients the addresses of this machine's network interfaces."),
    webrtcIPsFromInterfacesList: listOption(
      textOption("", "Name of a network interface."),
      { fallback: [], maxItems: 32 },
      "The interfaces whose addresses are told; empty: all.",
    ),
    webrtcAdditionalHosts: listOption(
      host,
      { fallback: [], maxItems: 16 },
      "Further addresses clients reach this machine by, such as a router's public one that forwards the port.",
    ),
    webrtcICEServers2: listOption(
      iceServer,
      { fallback: [], maxItems: 16 },
      "STUN and TURN servers, for clients that can't reach this machine otherwise: told to browsers, and used by this machine itself.",
    ),
    webrtcHandshakeTimeout: durationOption(
      "10s",
      { minimumMs: SECOND_MS, maximumMs: MINUTE_MS },
      "A session that isn't connected after this is given up.",
    ),
    webrtcTrackGatherTimeout: durationOption(
      "2s",
      { minimumMs: 0, maximumMs: MINUTE_MS },
      "How long the tracks of a publisher are waited for after it has connected.",
    ),
  }),
} as const;

/** Their parsed values; the time-outs are shared with other protocols. */
export type WebRtcOptions = OptionValues<typeof webrtcOptions> & { readonly readTimeout: number; readonly writeTimeout: number };

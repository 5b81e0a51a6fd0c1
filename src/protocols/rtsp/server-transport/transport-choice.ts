/**
 * Which of the transports a client offers in SETUP is taken (RFC 2326 §12.39). The first one that can be served wins; all
 * tracks of a session travel alike. `destination` is not looked at: media goes to the peer's own address. Over TLS and in
 * tunnels media stays on the connection, since beside it it would go in clear or to a proxy.
 */
import { isInterleaved, type NumberPair, type TransportSpec } from "#formats/rtsp-message/transport.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { ByteChannel } from "./byte-channel.ts";

/** Ways media travels. */
export type TransportKind = "tcp" | "udp" | "multicast";

/** What was taken of the client's offer. */
export type TransportChoice =
  | { readonly kind: "tcp"; readonly channels: NumberPair | undefined }
  | { readonly kind: "udp"; readonly ports: NumberPair }
  | { readonly kind: "multicast" };

/** What can be served on this connection and in this session. */
export interface TransportTerms {
  readonly allowed: readonly TransportKind[];
  readonly channel: ByteChannel;
  /** Of the tracks set up before. */
  readonly sessionKind: TransportKind | undefined;
  /** A unicast request over UDP means multicast: the client said so in its query. */
  readonly forceMulticast: boolean;
}

/** Takes the first alternative that can be served. Throws `rtsp-transport-unsupported`. */
export function chooseTransport(offered: readonly TransportSpec[], terms: TransportTerms): TransportChoice {
  let refusal = "the Transport header is missing or empty";
  for (const spec of offered) {
    const choice = readOffer(spec, terms.forceMulticast);
    const objection = typeof choice === "string" ? choice : objectionTo(choice, terms);
    if (typeof choice !== "string" && objection === undefined) return choice;
    refusal = objection ?? refusal;
  }
  throw rtspServerError("rtsp-transport-unsupported", { details: { reason: refusal } });
}

/** What an alternative asks for, or why it can't be served by anyone. */
function readOffer(spec: TransportSpec, forceMulticast: boolean): TransportChoice | string {
  if (!/^RTP\/AVPF?(\/(UDP|TCP))?$/.test(spec.protocol)) return `${spec.protocol.slice(0, 40)} is not spoken here`;
  if (isInterleaved(spec)) return { kind: "tcp", channels: spec.interleaved };
  if (spec.delivery === "multicast" || forceMulticast) return { kind: "multicast" };
  const ports = spec.clientPort;
  if (ports === undefined || ports.includes(0) || ports[0] === ports[1]) return "client_port is missing or odd";
  return { kind: "udp", ports };
}

function objectionTo(choice: TransportChoice, terms: TransportTerms): string | undefined {
  const { allowed, channel, sessionKind } = terms;
  if (!allowed.includes(choice.kind)) return `${choice.kind} is switched off`;
  if (sessionKind !== undefined && sessionKind !== choice.kind) return `the session's other tracks use ${sessionKind}`;
  if (choice.kind === "tcp") return undefined;
  if (channel.secure) return "media of an encrypted connection must stay on it";
  if (channel.tunnel !== "none") return "media of a tunnel must stay in it";
  if (choice.kind === "multicast" && channel.peer.address.includes(":")) return "multicast is served over IPv4 only";
  return undefined;
}

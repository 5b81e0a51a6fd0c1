/**
 * What a server has for media beside its connections: the UDP port pair and the multicast groups. Both can be changed while
 * sessions use them: what is new is opened beside what there was, which goes with its last session. Only where the new pair needs
 * a port of the old one does that close first, and the sessions on it end.
 */
import { SluiceError } from "#base/errors.ts";
import type { Clock } from "#base/clock.ts";
import type { Network } from "#base/network.ts";
import type { RtspServerOptions } from "#protocols/rtsp/options.ts";
import type { PathRegistry } from "#streams/path-registry.ts";
import { MulticastGroups } from "./multicast.ts";
import { UdpPorts } from "./udp-ports.ts";

/** What the pair is made with. */
const UDP_KEYS = ["rtpAddress", "rtcpAddress", "udpReadBufferSize"] satisfies readonly (keyof RtspServerOptions)[];
/** What the groups are made with. */
const MULTICAST_KEYS = [
  "multicastIPRange",
  "multicastRTPPort",
  "multicastRTCPPort",
  "udpMaxPayloadSize",
] satisfies readonly (keyof RtspServerOptions)[];

/** Collaborators. */
export interface MediaPortsParts {
  readonly network: Network;
  readonly clock: Clock;
  readonly slabs: PathRegistry["slabs"];
}

/** A change that is ready; one of the two is called, once. */
export interface MediaPortsChange {
  commit(): void;
  rollback(): Promise<void>;
}

/** See the head of this file. */
export class MediaPorts {
  readonly #parts: MediaPortsParts;
  #options: RtspServerOptions;
  #udp: UdpPorts | undefined;
  #multicast: MulticastGroups | undefined;
  /** Nobody new uses these. */
  readonly #former = new Set<UdpPorts | MulticastGroups>();

  private constructor(parts: MediaPortsParts, options: RtspServerOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** Opens what the options ask for. Rejects where a port can't be had. */
  static async open(parts: MediaPortsParts, options: RtspServerOptions): Promise<MediaPorts> {
    const made = new MediaPorts(parts, options);
    if (wants(options, "udp")) made.#udp = await made.#openUdp(options);
    if (wants(options, "multicast")) made.#multicast = made.#makeGroups(options);
    return made;
  }

  /** The pair; undefined where UDP isn't offered. */
  get udp(): UdpPorts | undefined {
    return this.#udp;
  }

  /** The groups; undefined where multicast isn't offered. */
  get multicast(): MulticastGroups | undefined {
    return this.#multicast;
  }

  /** Opens what other options need. Rejects where a port can't be had; everything is as before then. */
  async change(options: RtspServerOptions): Promise<MediaPortsChange> {
    const before = this.#options;
    const [oldUdp, oldGroups] = [this.#udp, this.#multicast];
    const sameUdp = wants(before, "udp") === wants(options, "udp") && same(before, options, UDP_KEYS);
    const sameGroups = wants(before, "multicast") === wants(options, "multicast") && same(before, options, MULTICAST_KEYS);
    let udp = oldUdp;
    if (!sameUdp) {
      udp = undefined;
      try {
        if (wants(options, "udp")) udp = await this.#openUdp(options);
      } catch (error) {
        if (oldUdp === undefined || !(error instanceof SluiceError) || error.code !== "port-in-use") throw error;
        udp = await this.#openInPlace(oldUdp, { before, options });
      }
    }
    return {
      commit: () => {
        this.#options = options;
        if (oldUdp !== undefined && oldUdp !== udp && !oldUdp.closed) this.#former.add(oldUdp);
        this.#udp = udp;
        if (sameGroups) return;
        if (oldGroups !== undefined) this.#former.add(oldGroups);
        this.#multicast = wants(options, "multicast") ? this.#makeGroups(options) : undefined;
      },
      rollback: async () => {
        if (udp !== oldUdp) udp?.close();
        if (oldUdp?.closed === true) this.#udp = await this.#openUdp(before);
      },
    };
  }

  /** Closes what its last session has left. */
  sweep(): void {
    for (const former of this.#former) {
      if (!former.idle) continue;
      former.close();
      this.#former.delete(former);
    }
  }

  /** Closes everything. Idempotent. */
  close(): void {
    for (const one of [this.#udp, this.#multicast, ...this.#former]) one?.close();
    this.#former.clear();
  }

  /** A port can't be had twice: the old pair closes, and comes back where the new one can't be had after all. */
  async #openInPlace(old: UdpPorts, how: { before: RtspServerOptions; options: RtspServerOptions }): Promise<UdpPorts> {
    old.close();
    try {
      return await this.#openUdp(how.options);
    } catch (error) {
      this.#udp = await this.#openUdp(how.before);
      throw error;
    }
  }

  #openUdp({ rtpAddress, rtcpAddress, udpReadBufferSize }: RtspServerOptions): Promise<UdpPorts> {
    return UdpPorts.open(this.#parts.network, { rtpAddress, rtcpAddress, receiveBufferBytes: udpReadBufferSize });
  }

  #makeGroups(options: RtspServerOptions): MulticastGroups {
    const made = {
      ...this.#parts,
      range: options.multicastIPRange,
      rtpPort: options.multicastRTPPort,
      rtcpPort: options.multicastRTCPPort,
      maxPacketBytes: options.udpMaxPayloadSize,
      writeTimeoutMs: options.writeTimeout,
    };
    return new MulticastGroups(made, this.#multicast);
  }
}

/** Media over UDP goes beside plain connections only. */
function wants({ rtspEncryption, rtspTransports }: RtspServerOptions, transport: "udp" | "multicast"): boolean {
  return rtspEncryption !== "strict" && rtspTransports.includes(transport);
}

function same(a: RtspServerOptions, b: RtspServerOptions, keys: readonly (keyof RtspServerOptions)[]): boolean {
  return keys.every((key) => JSON.stringify(a[key]) === JSON.stringify(b[key]));
}

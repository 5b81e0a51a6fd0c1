/**
 * Multicast delivery (RFC 2326 §12.39): each track of a stream has a group of its own from the configured range, and all its
 * multicast readers share one egress, which runs while at least one of them plays. IPv4 only. Sent on the interface by which
 * the first reader came; a second network of the machine isn't served at the same time.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import { type IpRange, isLoopback } from "#base/ip-range.ts";
import type { Network, UdpSocket } from "#base/network.ts";
import { createRtspReader, type RtspReader } from "#protocols/rtsp/from-stream.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { Path } from "#streams/path.ts";
import type { SlabPool } from "#streams/ring/slab.ts";

/** Routers that multicast packets may pass; enough for a site, as other servers do. */
const MULTICAST_TTL = 16;
/** RTCP packet type (RFC 3550 §12.1). */
const RECEIVER_REPORT = 201;
/** Groups handed out at most, however wide the range. */
const MAX_GROUPS = 4096;

/** Ports and collaborators. */
export interface MulticastOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly range: IpRange;
  readonly rtpPort: number;
  readonly rtcpPort: number;
  readonly maxPacketBytes: number;
  readonly writeTimeoutMs: number;
  readonly slabs: SlabPool;
}

/** A session that reads by multicast. */
export interface MulticastMember {
  readonly address: string;
  /** RTCP of its address arrived on a group. */
  heard(): void;
  close(error: SluiceError): void;
}

/** Where a track is sent. */
export interface GroupAddress {
  readonly address: string;
  readonly ports: readonly [rtp: number, rtcp: number];
  readonly ttl: number;
}

/** All multicast streams of one server. */
export class MulticastGroups {
  readonly #options: MulticastOptions;
  readonly #streams = new Map<Path, Promise<MulticastStream>>();
  readonly #addresses: GroupAddresses;
  #closed = false;

  /** Where `former` sends to the same range, its groups stay its own. */
  constructor(options: MulticastOptions, former?: MulticastGroups) {
    this.#options = options;
    const shared = former !== undefined && former.#options.range.text === options.range.text;
    this.#addresses = shared ? former.#addresses : new GroupAddresses(options.range);
  }

  /** Whether no session uses one. */
  get idle(): boolean {
    return this.#streams.size === 0;
  }

  /** Address printed in session descriptions, where the stream's own groups aren't known yet. */
  get anyAddress(): string {
    return `${this.#addresses.first}/${String(MULTICAST_TTL)}`;
  }

  /** Joins the egress of `path`, opening it for its first member. `localAddress` is ours as that member reached it. */
  async join(path: Path, member: MulticastMember, localAddress: string): Promise<MulticastStream> {
    const known = this.#streams.get(path);
    const opening = known ?? this.#open(path, localAddress);
    if (known === undefined) this.#streams.set(path, opening);
    try {
      const stream = await opening;
      stream.members.add(member);
      return stream;
    } catch (error) {
      if (this.#streams.get(path) === opening) this.#streams.delete(path);
      throw error;
    }
  }

  /** Leaves; the last member takes the egress down. */
  leave(stream: MulticastStream, member: MulticastMember): void {
    stream.pause(member);
    stream.members.delete(member);
    if (stream.members.size === 0) this.#drop(stream);
  }

  /** Closes every egress. Members are not told. */
  close(): void {
    this.#closed = true;
    for (const opening of this.#streams.values()) void opening.then((stream) => this.#drop(stream)).catch(() => undefined);
  }

  async #open(path: Path, localAddress: string): Promise<MulticastStream> {
    const { network, rtpPort, rtcpPort } = this.#options;
    const groups = this.#addresses.take(path.stream?.tracks.length ?? 0);
    const sockets: UdpSocket[] = [];
    try {
      for (const port of [rtpPort, rtcpPort]) {
        sockets.push(await network.bindUdp({ address: "0.0.0.0", port, reuseAddress: true }));
      }
      const [rtp, rtcp] = sockets;
      if (rtp === undefined || rtcp === undefined || this.#closed) throw rtspServerError("rtsp-server-stopping");
      prepare({ rtp, rtcp }, groups, localAddress);
      return new MulticastStream(this.#options, { path, groups, rtp, rtcp, onEnded: (stream) => this.#drop(stream) });
    } catch (error) {
      for (const socket of sockets) socket.close();
      this.#addresses.give(groups);
      throw error;
    }
  }

  #drop(stream: MulticastStream): void {
    if (!stream.close()) return;
    this.#addresses.give(stream.groups);
    this.#streams.delete(stream.path);
  }
}

function prepare(sockets: { rtp: UdpSocket; rtcp: UdpSocket }, groups: readonly string[], localAddress: string): void {
  const chosen = isLoopback(localAddress) ? undefined : localAddress;
  for (const socket of [sockets.rtp, sockets.rtcp]) {
    socket.setMulticastTtl(MULTICAST_TTL);
    if (chosen !== undefined) socket.setMulticastInterface(chosen);
  }
  for (const group of groups) {
    try {
      sockets.rtcp.joinGroup(group, chosen);
    } catch {
      // Without the receivers' reports, their requests alone keep the sessions alive.
    }
  }
}

/** Free addresses of the range. */
class GroupAddresses {
  readonly #base: number;
  readonly #size: number;
  readonly #taken = new Set<string>();

  constructor(range: IpRange) {
    const [address = "", prefix = "32"] = range.text.split("/");
    const mask = Number(prefix) === 0 ? 0 : (-1 << (32 - Number(prefix))) >>> 0;
    this.#base = (address.split(".").reduce((sum, octet) => sum * 256 + Number(octet), 0) & mask) >>> 0;
    this.#size = Math.min(MAX_GROUPS, 2 ** (32 - Number(prefix)));
  }

  get first(): string {
    return this.#at(0);
  }

  /** Takes `count` addresses. Throws `rtsp-multicast-exhausted` and takes none where there aren't as many. */
  take(count: number): readonly string[] {
    const free: string[] = [];
    for (let index = 0; index < this.#size && free.length < count; index += 1) {
      const address = this.#at(index);
      if (!this.#taken.has(address)) free.push(address);
    }
    if (free.length < count) throw rtspServerError("rtsp-multicast-exhausted");
    for (const address of free) this.#taken.add(address);
    return free;
  }

  give(addresses: readonly string[]): void {
    for (const address of addresses) this.#taken.delete(address);
  }

  #at(index: number): string {
    const value = this.#base + index;
    return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");
  }
}

/** The egress of one stream to its groups, shared by its multicast readers. */
export class MulticastStream {
  readonly path: Path;
  readonly groups: readonly string[];
  readonly members = new Set<MulticastMember>();
  readonly #rtp: UdpSocket;
  readonly #rtcp: UdpSocket;
  readonly #ports: readonly [number, number];
  readonly #playing = new Set<MulticastMember>();
  readonly reader: RtspReader;
  #closed = false;

  constructor(
    options: MulticastOptions,
    what: {
      path: Path;
      groups: readonly string[];
      rtp: UdpSocket;
      rtcp: UdpSocket;
      onEnded: (stream: MulticastStream) => void;
    },
  ) {
    const { path, groups, rtp, rtcp } = what;
    this.path = path;
    this.groups = groups;
    this.#rtp = rtp;
    this.#rtcp = rtcp;
    this.#ports = [options.rtpPort, options.rtcpPort];
    rtcp.onDatagram((data, range, from) => {
      // Our own sender reports come back here, so only a receiver's count.
      if (data[range.start + 1] === RECEIVER_REPORT) this.#heard(from.address);
    });
    this.reader = createRtspReader({
      path,
      clock: options.clock,
      tracks: groups.map((address, track) => ({
        track,
        target: {
          kind: "udp",
          rtp: rtp.destination({ address, port: options.rtpPort }),
          rtcp: rtcp.destination({ address, port: options.rtcpPort }),
        },
      })),
      slabs: options.slabs,
      sink: { kind: "udp", rtp, rtcp, maxPacketBytes: options.maxPacketBytes },
      writeTimeoutMs: options.writeTimeoutMs,
      onClose: (error) => {
        for (const member of [...this.members]) member.close(error);
        what.onEnded(this);
      },
    });
  }

  /** Where `track` is sent; undefined where the stream has no such track. */
  groupOf(track: number): GroupAddress | undefined {
    const address = this.groups[track];
    return address === undefined ? undefined : { address, ports: this.#ports, ttl: MULTICAST_TTL };
  }

  /** The member wants media: starts the egress with the first one. */
  start(member: MulticastMember): void {
    if (this.#playing.size === 0) {
      this.reader.play();
      this.reader.start();
    }
    this.#playing.add(member);
  }

  /** The member wants no media for now: the egress rests when nobody does. */
  pause(member: MulticastMember): void {
    if (this.#playing.delete(member) && this.#playing.size === 0) this.reader.pause();
  }

  /** False when it was closed before. */
  close(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    this.reader.close();
    this.#rtp.close();
    this.#rtcp.close();
    return true;
  }

  #heard(address: string): void {
    for (const member of this.members) if (member.address === address) member.heard();
  }
}

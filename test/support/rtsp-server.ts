/**
 * A whole RTSP server on loopback with the real hub behind it, for integration tests: free ports, publishers made by hand,
 * and, where a test wants it, connections that look as if they came from elsewhere.
 */
import type { Socket } from "node:net";
import { SystemClock, type Clock } from "#base/clock.ts";
import { silentLogger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import { systemRandom } from "#base/random.ts";
import { defaultsOf } from "#config/read-value.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import { createNetwork } from "#platform/network.ts";
import { type RtspServerOptions, rtspServerOptions, rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import { RtspServer } from "#protocols/rtsp/server.ts";
import type { AdmissionLimits } from "#protocols/rtsp/server-listener/admission.ts";
import type { AccessRequest, Authenticator } from "#protocols/rtsp/server/authentication.ts";
import type { StreamInput } from "#streams/input.ts";
import { type PathOptions, pathOptions } from "#streams/options.ts";
import { PathRegistry } from "#streams/path-registry.ts";
import { fakeTrack } from "./fake-stream.ts";

const ANY_PORT = { host: "127.0.0.1", port: 0 };
const BUDGET_BYTES = 64 * 1024 * 1024;

/** What a test may choose. */
export interface ServerSettings {
  readonly options?: Partial<RtspServerOptions>;
  readonly paths?: readonly (Partial<PathOptions> & { name: string })[];
  readonly authenticator?: Authenticator;
  readonly clock?: Clock;
  readonly limits?: AdmissionLimits;
  /** Address that the next accepted connection seems to come from. */
  readonly seenFrom?: () => string;
  readonly certificate?: { key: string; cert: string };
}

/** A running server. */
export interface TestServer {
  readonly server: RtspServer;
  readonly registry: PathRegistry;
  readonly port: number;
  url(path: string): string;
  close(): Promise<void>;
}

/** Lets everybody in. */
export const openDoor: Authenticator = { claimed: true, authorize: () => Promise.resolve({ kind: "granted", user: "" }) };

/** Lets `user` in with `password`, and notes who asked for what; with a clock, whoever is wrong waits for 2 s. */
export function guardedDoor(user: string, password: string, clock?: Clock): Authenticator & { asked: AccessRequest[] } {
  const asked: AccessRequest[] = [];
  return {
    claimed: true,
    asked,
    authorize: async (request, signal) => {
      asked.push(request);
      const { credentials } = request;
      const right =
        (credentials.kind === "password" && credentials.user === user && credentials.password === password) ||
        (credentials.kind === "digest" && credentials.user === user && credentials.proves(password));
      if (!right && credentials.kind !== "none") await clock?.sleep("wrong credentials", 2000, signal);
      return right ? { kind: "granted", user } : { kind: "refused" };
    },
  };
}

/** Starts a server; without settings it has one path, `cam`, that anyone may publish to and read. */
export async function startRtspServer(settings: ServerSettings = {}): Promise<TestServer> {
  const clock = settings.clock ?? new SystemClock();
  const paths = settings.paths ?? [{ name: "cam" }];
  const registry = new PathRegistry({
    paths: paths.map((path) => ({ ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), ...path })),
    clock,
    random: systemRandom,
    log: silentLogger,
    budgetBytes: BUDGET_BYTES,
    sourceFactory: { create: () => undefined },
  });
  const addresses = { rtspAddress: ANY_PORT, rtspsAddress: ANY_PORT, rtpAddress: ANY_PORT, rtcpAddress: ANY_PORT };
  const { certificate, limits, seenFrom } = settings;
  const server = new RtspServer({
    options: { ...defaultsOf(rtspServerOptions), ...addresses, ...settings.options },
    registry,
    network: seenFrom === undefined ? createNetwork() : networkSeenFrom(seenFrom),
    clock,
    random: systemRandom,
    log: silentLogger,
    authenticator: settings.authenticator ?? openDoor,
    ...(limits === undefined ? {} : { limits }),
    ...(certificate === undefined ? {} : { readCertificate: () => Promise.resolve(asBuffers(certificate)) }),
  });
  await server.start();
  registry.start();
  const port = server.ports.rtsp ?? server.ports.rtsps ?? 0;
  const scheme = server.ports.rtsp === undefined ? "rtsps" : "rtsp";
  return {
    server,
    registry,
    port,
    url: (path) => `${scheme}://127.0.0.1:${String(port)}/${path}`,
    close: async () => {
      await server.close();
      registry.close();
    },
  };
}

/** Feeds a path by hand: one video and one audio track of invented codecs. */
export class HandPublisher {
  readonly #sequences = [0, 0];
  readonly #input: StreamInput;

  private constructor(input: StreamInput) {
    this.#input = input;
  }

  /** Begins to publish, and sends a first key unit so that the path is ready. */
  static async open(registry: PathRegistry, path = "cam", audio = true): Promise<HandPublisher> {
    const tracks = audio ? [fakeTrack("video"), fakeTrack("audio")] : [fakeTrack("video")];
    const publisher = { id: "hand", type: "rtspSession", close: () => undefined };
    const hand = new HandPublisher(await registry.publish(path, publisher, tracks));
    hand.video("K0", 0);
    return hand;
  }

  /** One picture; a key unit when `payload` begins with K. */
  video(payload: string, timestamp: number): void {
    this.#push(0, payload, timestamp);
  }

  audio(payload: string, timestamp: number): void {
    this.#push(1, payload, timestamp);
  }

  /** The source is lost. */
  leave(): void {
    this.#input.close(rtspServerError("rtsp-publisher-paused"));
  }

  #push(track: 0 | 1, payload: string, timestamp: number): void {
    const sequence = this.#sequences[track] ?? 0;
    this.#sequences[track] = (sequence + 1) & 0xffff;
    const header = { marker: true, payloadType: track === 0 ? 100 : 101, sequence, timestamp, ssrc: 7 + track };
    const bytes = printRtpPacket(header, Buffer.from(payload));
    this.#input.pushRtp(track, bytes, { start: 0, end: bytes.length });
  }
}

/** The machine's network, but accepted sockets say they come from another address. */
function networkSeenFrom(address: () => string): Network {
  const network = createNetwork();
  return {
    bindUdp: (options) => network.bindUdp(options),
    connectTcp: (options) => network.connectTcp(options),
    listenTcp: (options) =>
      network.listenTcp({
        ...options,
        onConnection: (socket: Socket) => {
          Object.defineProperty(socket, "remoteAddress", { value: address() });
          options.onConnection(socket);
        },
      }),
    limitSendBuffer: (socket, bytes) => network.limitSendBuffer(socket, bytes),
    fanOut: network.fanOut,
    srtp: network.srtp,
    resolve: (host) => network.resolve(host),
    addresses: () => network.addresses(),
  };
}

function asBuffers(certificate: { key: string; cert: string }): { key: Buffer; cert: Buffer } {
  return { key: Buffer.from(certificate.key), cert: Buffer.from(certificate.cert) };
}

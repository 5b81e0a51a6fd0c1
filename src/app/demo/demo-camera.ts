/**
 * The demo camera: a real RTSP server on loopback with a path, a memory budget and a password of its own, so that
 * `sluice run --demo` pulls its picture the way it pulls any camera's. TCP only; the password is new at each start.
 */
import { open } from "node:fs/promises";
import type { Clock } from "#base/clock.ts";
import { messageOf } from "#base/errors.ts";
import type { Logger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import { openTrack } from "#codecs/registry.ts";
import { defaultsOf } from "#config/read-value.ts";
import { rtspServerOptions, rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { RtspServer } from "#protocols/rtsp/server.ts";
import type { AccessRequest, Authenticator } from "#protocols/rtsp/server/authentication.ts";
import { readAsset } from "#platform/assets.ts";
import { pathOptions } from "#streams/options.ts";
import { PathRegistry } from "#streams/path-registry.ts";
import { ClipPlayer } from "./clip-player.ts";
import { MAX_CLIP_BYTES, parseClip, type Clip, type ClipTrack } from "./clip.ts";
import { demoError } from "./errors.ts";

/** Name of the released clip among the program's assets. */
const CLIP = "demo.clip";
const HOST = "127.0.0.1";
const PATH = "clip";
const USER = "demo";
const PASSWORD_BYTES = 18;
/** The clip has 60 kbit/s: what the ring holds is a small part of this. */
const BUDGET_BYTES = 4 * 1024 * 1024;

/** What the camera is made with; `file` replaces the released clip. */
export interface DemoCameraOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly file?: string;
}

/** A running demo camera. */
export interface DemoCamera {
  /** Where to pull it, credentials included: never log it. */
  readonly url: string;
  /** Idempotent. */
  close(): Promise<void>;
}

/** Starts the camera. Rejects with `demo-clip-unreadable`, or with why no port could be opened. */
export async function startDemoCamera(options: DemoCameraOptions): Promise<DemoCamera> {
  const { network, clock, random } = options;
  const clip = options.file === undefined ? releasedClip() : await readClip(options.file);
  const log = options.log.child({ part: "demo camera" });
  const password = random.bytes(PASSWORD_BYTES).toString("base64url");
  const path = { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: PATH };
  const sourceFactory = { create: () => undefined };
  const registry = new PathRegistry({ paths: [path], clock, random, log, budgetBytes: BUDGET_BYTES, sourceFactory });
  registry.start();
  const server = new RtspServer({
    options: {
      ...defaultsOf(rtspServerOptions),
      rtspTransports: ["tcp"],
      rtspAuthMethods: ["digest"],
      rtspAddress: { host: HOST, port: 0 },
    },
    registry,
    network,
    clock,
    random,
    log,
    authenticator: readersWith(password),
  });
  const tracks = clip.tracks.map((track) => openTrack(formatOf(track)));
  const input = await registry.publish(PATH, { id: "demo", type: "demoClip", close: () => player.close() }, tracks);
  const player = new ClipPlayer({ clip, tracks, input, clock, random });
  const close = async (): Promise<void> => {
    await server.close();
    registry.close();
    player.close();
  };
  try {
    await server.start();
  } catch (error) {
    await close();
    throw error;
  }
  return { url: `rtsp://${USER}:${password}@${HOST}:${String(server.ports.rtsp)}/${PATH}`, close };
}

/** Lets anyone read who knows the password, and nobody publish. */
function readersWith(password: string): Authenticator {
  const isAllowed = ({ action, credentials }: AccessRequest): boolean =>
    action === "read" && credentials.kind === "digest" && credentials.user === USER && credentials.proves(password);
  return {
    claimed: true,
    authorize: (request) => Promise.resolve(isAllowed(request) ? { kind: "granted", user: USER } : { kind: "refused" }),
  };
}

function formatOf(track: ClipTrack): Parameters<typeof openTrack>[0] {
  return { ...track, channels: track.channels, fmtp: new Map(Object.entries(track.fmtp)) };
}

function releasedClip(): Clip {
  const bytes = readAsset(CLIP);
  if (bytes === undefined) throw demoError("demo-clip-unreadable", { details: { reason: `${CLIP} is missing` } });
  return parseClip(bytes);
}

/** Reads no more of the file than a clip may have. */
async function readClip(file: string): Promise<Clip> {
  const buffer = Buffer.alloc(MAX_CLIP_BYTES + 1);
  try {
    await using handle = await open(file, "r");
    let length = 0;
    for (let bytesRead = -1; bytesRead !== 0 && length < buffer.length; length += bytesRead) {
      ({ bytesRead } = await handle.read(buffer, length, buffer.length - length, length));
    }
    return parseClip(Buffer.from(buffer.subarray(0, length)));
  } catch (error) {
    if (error instanceof Error && "code" in error && String(error.code).startsWith("demo-")) throw error;
    throw demoError("demo-clip-unreadable", { details: { reason: messageOf(error) }, cause: error });
  }
}

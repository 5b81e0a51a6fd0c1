/**
 * One camera that goes away and comes back, with one reader behind the server: killed (its port refuses), frozen (SIGSTOP:
 * TCP stays, nothing answers), or a black hole (it holds its connections, takes new ones, and nothing passes).
 */
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { CameraCommands, CameraOptions } from "./load/camera.ts";
import { machineNow } from "./load/clock.ts";
import { Reader } from "./load/reader.ts";
import { Tally, type Unit } from "./load/track-check.ts";
import { Worker } from "./load/worker.ts";

/** Ways in which a camera goes away. */
export const FLAP_KINDS = ["kill", "freeze", "black-hole"] as const;
/** One of them. */
export type FlapKind = (typeof FLAP_KINDS)[number];

/** One absence to make. */
export interface Flap {
  readonly kind: FlapKind;
  readonly awaySeconds: number;
}

/** What came of it; `seenMs` is undefined when the API said nothing while the camera was away. */
export interface FlapResult extends Flap {
  readonly seenMs: number | undefined;
  readonly pictureMs: number | undefined;
  readonly readerKept: boolean;
}

const CAMERA: Omit<CameraOptions, "port"> = { cameras: 1, bitrate: 1_000_000, gopSeconds: 2, audio: false, pacing: "frame" };
const API_POLL_MS = 100;
const REJOIN_MS = 100;
const STEADY_TIMEOUT_MS = 60_000;
const PICTURE_TIMEOUT_MS = 60_000;
const STEADY_MS = 3_000;
/** A new camera process needs this long to start; it listens at the moment of return. */
const SPAWN_AHEAD_MS = 1_000;

/** Addresses of a lane: the path at the server, and its state in the API (`undefined`: there is no such API). */
export interface LaneAddresses {
  readonly url: string;
  readonly apiUrl: string | undefined;
}

/** A camera process on a fixed port and a reader that joins again whenever it was closed. */
export class FlapLane {
  readonly #port: number;
  #camera: Worker<CameraCommands>;
  #reader: Reader | undefined;
  #closedCount = 0;
  #lastKey: Unit | undefined;
  #open = true;

  private constructor(port: number, camera: Worker<CameraCommands>) {
    this.#port = port;
    this.#camera = camera;
  }

  /** Starts the camera on `port`. */
  static async start(port: number): Promise<FlapLane> {
    const camera = new Worker<CameraCommands>("camera.ts");
    await camera.call("start", { ...CAMERA, port });
    return new FlapLane(port, camera);
  }

  /** Keeps a reader at `url` for as long as the lane is open. */
  async read(url: string): Promise<void> {
    while (this.#open) {
      try {
        const closed = Promise.withResolvers<void>();
        const onUnit = (unit: Unit): void => void (unit.key && (this.#lastKey = unit));
        this.#reader = await Reader.join({ url, transport: "tcp", tally: new Tally(), onUnit, onClose: () => closed.resolve() });
        await closed.promise;
        this.#closedCount += 1;
      } catch {
        // No stream yet, or none any more: the next try comes soon.
      }
      await sleep(REJOIN_MS);
    }
  }

  /** Makes one absence and measures it; rejects when the stream doesn't even run before it. */
  async flap(flap: Flap, addresses: LaneAddresses): Promise<FlapResult> {
    await this.#pictureAfter(machineNow(), STEADY_TIMEOUT_MS);
    await sleep(STEADY_MS * (1 + Math.random()));
    const closedBefore = this.#closedCount;
    const left = machineNow();
    const prepareReturn = await this.#leave(flap.kind);
    const returnAt = left + flap.awaySeconds * 1_000;
    const seenMs = await this.#watchApi(addresses.apiUrl, { from: left, until: returnAt - SPAWN_AHEAD_MS });
    const comeBack = await prepareReturn();
    await sleep(Math.max(0, returnAt - machineNow()));
    // Before it returns: its first key unit may be on its way by the time the call is over.
    const returned = machineNow();
    await comeBack();
    const picture = await this.#pictureAfter(returned, PICTURE_TIMEOUT_MS).catch(() => undefined);
    const pictureMs = picture === undefined ? undefined : picture.receivedAt - returned;
    return { ...flap, seenMs, pictureMs, readerKept: this.#closedCount === closedBefore };
  }

  /** Ends camera and reader. */
  async close(): Promise<void> {
    this.#open = false;
    this.#reader?.close();
    await this.#camera.close();
  }

  /** Takes the camera away; what is returned brings it back in two steps, the second of which is quick. */
  async #leave(kind: FlapKind): Promise<() => Promise<() => Promise<void>>> {
    if (kind === "freeze") {
      this.#camera.signal("SIGSTOP");
      return () => Promise.resolve(() => Promise.resolve(this.#camera.signal("SIGCONT")));
    }
    if (kind === "black-hole") {
      await this.#camera.call("silence", true);
      return () => Promise.resolve(() => this.#camera.call("silence", false));
    }
    await this.#camera.close();
    return async () => {
      this.#camera = new Worker<CameraCommands>("camera.ts");
      await this.#camera.call("report", null);
      return async () => void (await this.#camera.call("start", { ...CAMERA, port: this.#port }));
    };
  }

  async #watchApi(
    apiUrl: string | undefined,
    span: { readonly from: number; readonly until: number },
  ): Promise<number | undefined> {
    while (apiUrl !== undefined && machineNow() < span.until) {
      if ((await readyAt(apiUrl)) === false) return machineNow() - span.from;
      await sleep(API_POLL_MS);
    }
    return undefined;
  }

  /** The first complete key unit that the camera sent after `since`. */
  async #pictureAfter(since: number, timeoutMs: number): Promise<Unit> {
    const deadline = machineNow() + timeoutMs;
    while (machineNow() < deadline) {
      const key = this.#lastKey;
      if (key !== undefined && key.sentAt >= since) return key;
      await sleep(5);
    }
    throw new Error("no picture");
  }
}

/** `ready` of a path by the API; `undefined` when it doesn't say. On a connection of its own: kept ones would count as the server's handles. */
async function readyAt(apiUrl: string): Promise<boolean | undefined> {
  try {
    const request = get(apiUrl, { agent: false, signal: AbortSignal.timeout(2_000) });
    const [response] = (await once(request, "response")) as [IncomingMessage];
    const body: unknown = await json(response);
    if (response.statusCode === 404) return false;
    return typeof body === "object" && body !== null && "ready" in body ? body.ready === true : undefined;
  } catch {
    return undefined;
  }
}

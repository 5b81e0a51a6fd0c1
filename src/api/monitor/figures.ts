/**
 * Rates of one path from its tracks' counters, looked at once a second: over two seconds for what a person watches, ten for
 * loss, and the last hour in steps of ten seconds for charts. Bounded: some 5 KB for a path that has ever had a stream.
 */
import type { Track } from "#streams/track.ts";
import type { CameraFigures, CameraHistory, TrackFigures } from "../contract/cameras.ts";

/** Samples kept of each track: ten seconds and the one before. */
const MAX_SAMPLES = 11;
const WINDOW_MS = 2000;
const HISTORY_STEP_MS = 10_000;
const HISTORY_STEPS = 360;

/** What a path has to say for its figures. */
export interface MeasuredPath {
  readonly inboundBytes: number;
  readonly outboundBytes: number;
  readonly stream:
    { readonly tracks: readonly Track[]; readonly feed: { readonly ring: { readonly bytes: number } } } | undefined;
}

interface Sample {
  readonly at: number;
  readonly octets: number;
  readonly units: number;
  readonly unitAt: number | undefined;
  readonly lost: number;
  readonly packets: number;
}

class TrackSamples {
  readonly track: Track;
  readonly #samples: Sample[] = [];

  constructor(track: Track) {
    this.track = track;
  }

  add(at: number): void {
    const { octets, meter } = this.track;
    const { units, unitAt, lost, packets } = meter;
    this.#samples.push({ at, octets, units, unitAt, lost, packets });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  bitrate(windowMs: number): number {
    const [from, to] = this.#span(windowMs);
    return from === undefined || to === undefined || to.at === from.at
      ? 0
      : ((to.octets - from.octets) * 8000) / (to.at - from.at);
  }

  /** By when units arrived, so that a unit more or less at the edge of the window changes nothing. */
  unitsPerSecond(windowMs: number): number | null {
    const [from, to] = this.#span(windowMs);
    if (from?.unitAt === undefined || to?.unitAt === undefined) return null;
    if (to.units === from.units || to.unitAt === from.unitAt) return 0;
    return ((to.units - from.units) * 1000) / (to.unitAt - from.unitAt);
  }

  loss(): { lost: number; packets: number } {
    const [from, to] = this.#span(Number.POSITIVE_INFINITY);
    return from === undefined || to === undefined
      ? { lost: 0, packets: 0 }
      : { lost: to.lost - from.lost, packets: to.packets - from.packets };
  }

  #span(windowMs: number): readonly [Sample | undefined, Sample | undefined] {
    const to = this.#samples.at(-1);
    // Half a period of tolerance: a timer is never quite on time.
    const from = this.#samples.find((sample) => to !== undefined && to.at - sample.at <= windowMs + 500);
    return from === to ? [undefined, undefined] : [from, to];
  }
}

/** See the head of this file. */
export class PathFigures {
  #tracks: readonly TrackSamples[] = [];
  #lostBefore = 0;
  #history: History | undefined;

  /** Looks at the counters; call once a second. Times are monotonic ms. */
  sample(path: MeasuredPath, now: number): void {
    const tracks = path.stream?.tracks ?? [];
    if (tracks.length !== this.#tracks.length || tracks.some((track, index) => this.#tracks[index]?.track !== track)) {
      this.#lostBefore += this.#lost();
      this.#tracks = tracks.map((track) => new TrackSamples(track));
    }
    for (const samples of this.#tracks) samples.add(now);
    if (tracks.length > 0) this.#history ??= new History(now);
    this.#history?.add(now, () => ({
      bitrate: this.#bitrate(HISTORY_STEP_MS),
      fps: this.#video()?.unitsPerSecond(HISTORY_STEP_MS) ?? Number.NaN,
      lossRatio: this.#lossRatio(),
    }));
  }

  /** The figures now; `wallOffset` turns monotonic times into times since 1970. */
  view(path: MeasuredPath, context: { wallOffset: number; limitBytes: number }): CameraFigures {
    const video = this.#video();
    const media = video ?? this.#tracks[0];
    const { wallOffset, limitBytes } = context;
    return {
      bitrate: Math.round(this.#bitrate(WINDOW_MS)),
      fps: round(video?.unitsPerSecond(WINDOW_MS) ?? null),
      gop: gopOf(video?.track),
      keyframeAt: wall(video?.track.meter.keyAt, wallOffset),
      lastMediaAt: wall(media?.track.meter.unitAt, wallOffset),
      lostPackets: this.#lostBefore + this.#lost(),
      lossRatio: this.#lossRatio(),
      inboundBytes: path.inboundBytes,
      outboundBytes: path.outboundBytes,
      memoryBytes: path.stream?.feed.ring.bytes ?? 0,
      memoryLimitBytes: Math.round(limitBytes),
    };
  }

  /** The figures of each track now. */
  tracks(wallOffset: number): readonly TrackFigures[] {
    return this.#tracks.map((samples) => ({
      bitrate: Math.round(samples.bitrate(WINDOW_MS)),
      fps: round(samples.unitsPerSecond(WINDOW_MS)),
      gop: gopOf(samples.track),
      keyframeAt: wall(samples.track.meter.keyAt, wallOffset),
    }));
  }

  /** The last hour. */
  history(wallOffset: number): CameraHistory {
    return this.#history?.view(wallOffset) ?? { from: 0, stepMs: HISTORY_STEP_MS, bitrate: [], fps: [], lossRatio: [] };
  }

  #video(): TrackSamples | undefined {
    return this.#tracks.find(({ track }) => track.kind === "video");
  }

  #bitrate(windowMs: number): number {
    return this.#tracks.reduce((sum, samples) => sum + samples.bitrate(windowMs), 0);
  }

  #lost(): number {
    return this.#tracks.reduce((sum, { track }) => sum + track.meter.lost, 0);
  }

  #lossRatio(): number {
    let [lost, packets] = [0, 0];
    for (const samples of this.#tracks) {
      const loss = samples.loss();
      lost += loss.lost;
      packets += loss.packets;
    }
    return lost + packets === 0 ? 0 : Number((lost / (lost + packets)).toFixed(4));
  }
}

/** Three series in rings of equal steps. */
class History {
  readonly #bitrate = new Float32Array(HISTORY_STEPS).fill(Number.NaN);
  readonly #fps = new Float32Array(HISTORY_STEPS).fill(Number.NaN);
  readonly #loss = new Float32Array(HISTORY_STEPS).fill(Number.NaN);
  #steps = 0;
  #nextAt: number;

  constructor(now: number) {
    this.#nextAt = now + HISTORY_STEP_MS;
  }

  add(now: number, measure: () => { bitrate: number; fps: number; lossRatio: number }): void {
    if (now < this.#nextAt) return;
    this.#nextAt += HISTORY_STEP_MS * Math.max(1, Math.floor((now - this.#nextAt) / HISTORY_STEP_MS) + 1);
    const at = this.#steps % HISTORY_STEPS;
    const { bitrate, fps, lossRatio } = measure();
    this.#bitrate[at] = bitrate;
    this.#fps[at] = fps;
    this.#loss[at] = lossRatio;
    this.#steps += 1;
  }

  view(wallOffset: number): CameraHistory {
    const count = Math.min(this.#steps, HISTORY_STEPS);
    const read = (series: Float32Array, digits: number): (number | null)[] =>
      Array.from({ length: count }, (_, index) => {
        const value = series[(this.#steps - count + index) % HISTORY_STEPS] ?? Number.NaN;
        return Number.isNaN(value) ? null : Number(value.toFixed(digits));
      });
    const from = Math.round(this.#nextAt - (count + 1) * HISTORY_STEP_MS + wallOffset);
    return {
      from,
      stepMs: HISTORY_STEP_MS,
      bitrate: read(this.#bitrate, 0),
      fps: read(this.#fps, 2),
      lossRatio: read(this.#loss, 4),
    };
  }
}

function gopOf(track: Track | undefined): CameraFigures["gop"] {
  const gop = track?.meter.gop;
  return gop === undefined ? null : { durationMs: Math.round(gop.durationMs), pictures: gop.units };
}

function wall(at: number | undefined, wallOffset: number): number | null {
  return at === undefined ? null : Math.round(at + wallOffset);
}

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toFixed(2));
}

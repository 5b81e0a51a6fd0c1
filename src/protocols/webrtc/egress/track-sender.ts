/**
 * One track on its way to one viewer: what becomes of its packets' headers, and which packet of the ring an outgoing sequence
 * number stands for. Numbers go out without gaps: where the viewer skips or starts over, the difference between the ring's
 * numbers and its own changes, and the last `MAX_RUNS` differences are remembered for packets that are asked for again.
 */
import type { SrtpContext, SrtpTarget } from "#base/network.ts";
import { sequenceDistance } from "#formats/rtp/packet.ts";
import type { TimestampSqueeze } from "#streams/ring/catch-up.ts";

/** Differences remembered: each is one start or skip, and a packet is asked for within a second. */
const MAX_RUNS = 4;

/** Retransmissions in a stream of their own (RFC 4588). */
export interface RetransmissionStream {
  readonly ssrc: number;
  readonly payloadType: number;
}

/** A track as it was negotiated. */
export interface ViewerTrack {
  /** Its number in the stream. */
  readonly track: number;
  readonly kind: "video" | "audio";
  readonly ssrc: number;
  readonly payloadType: number;
  readonly retransmission: RetransmissionStream | undefined;
}

/** A burst whose timestamps were mapped: packets of chunks before `endChunk`. */
export interface Burst {
  readonly endChunk: number;
  readonly squeeze: TimestampSqueeze;
}

/** Outgoing numbers from `first` on are the ring's plus `offset`. */
interface Run {
  readonly first: number;
  readonly offset: number;
  readonly burst: Burst | undefined;
}

/** See the head of this file. */
export class TrackSender implements SrtpTarget {
  readonly negotiated: ViewerTrack;
  readonly context: SrtpContext;
  readonly ssrc: number;
  readonly payloadType: number;
  sequenceOffset = 0;
  readonly #runs: Run[] = [];
  #last: number | undefined;
  #burst: Burst | undefined;
  #starting = true;

  constructor(negotiated: ViewerTrack, context: SrtpContext) {
    this.negotiated = negotiated;
    this.context = context;
    this.ssrc = negotiated.ssrc;
    this.payloadType = negotiated.payloadType;
  }

  /** The next packet begins a run of its own: the viewer starts, starts over or has skipped. */
  startRun(burst?: Burst): void {
    this.#starting = true;
    this.#burst = burst;
  }

  /** Packets with the ring's numbers `first` to `last` go out now; sets `sequenceOffset`. */
  advance(first: number, last: number): void {
    if (this.#starting) {
      this.#starting = false;
      this.sequenceOffset = this.#last === undefined ? 0 : (this.#last + 1 - first) & 0xffff;
      this.#runs.push({ first: (first + this.sequenceOffset) & 0xffff, offset: this.sequenceOffset, burst: this.#burst });
      if (this.#runs.length > MAX_RUNS) this.#runs.shift();
    }
    this.#last = (last + this.sequenceOffset) & 0xffff;
  }

  /** The ring's number of the packet that went out as `sequence`, and the burst it belonged to; undefined where it didn't. */
  find(sequence: number): { readonly sequence: number; readonly burst: Burst | undefined } | undefined {
    if (this.#last === undefined || sequenceDistance(sequence, this.#last) < 0) return undefined;
    const run = this.#runs.findLast((each) => sequenceDistance(each.first, sequence) >= 0);
    return run === undefined ? undefined : { sequence: (sequence - run.offset) & 0xffff, burst: run.burst };
  }
}

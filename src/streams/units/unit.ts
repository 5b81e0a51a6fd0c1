/** An access unit of a stream, as whole-unit readers (HLS, RTMP, recording) get it. */
import type { AccessUnit } from "#codecs/codec.ts";

/** Times are ticks of the track's clock, counted from one instant for all tracks of the stream; they never wrap. */
export interface StreamUnit extends AccessUnit {
  /** Index of the track. */
  readonly track: number;
  readonly pts: number;
  /** In step with decoding order, ≤ `pts` where the stream's reordering is known. */
  readonly dts: number;
  /** Goes up with every new source of the stream: what came before doesn't join what comes after. */
  readonly epoch: number;
  /** Of all its units together. */
  readonly bytes: number;
}

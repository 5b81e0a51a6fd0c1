/**
 * What one RTSP peer may make us hold: the limits of the stream reader and of message heads, in one place.
 */
import { MAX_HEADERS, MAX_HEADER_NAME_BYTES, MAX_HEADER_VALUE_BYTES } from "./headers.ts";

/** Limits of one byte stream. */
export interface RtspLimits {
  readonly maxUrlBytes: number;
  readonly maxHeaders: number;
  readonly maxHeaderNameBytes: number;
  readonly maxHeaderValueBytes: number;
  /** Start line and headers together. */
  readonly maxHeadBytes: number;
  readonly maxBodyBytes: number;
  /** Bytes skipped in one stretch before the stream is given up. Tolerant reading only. */
  readonly maxGarbageBytes: number;
  /** True towards cameras: garbage between frames is skipped and odd header lines are stepped over. */
  readonly tolerant: boolean;
}

/** The limits everyone gets; 64 KiB of head and garbage, the rest as MediaMTX's users know them. */
export const defaultLimits: RtspLimits = {
  maxUrlBytes: 2048,
  maxHeaders: MAX_HEADERS,
  maxHeaderNameBytes: MAX_HEADER_NAME_BYTES,
  maxHeaderValueBytes: MAX_HEADER_VALUE_BYTES,
  maxHeadBytes: 65536,
  maxBodyBytes: 131072,
  maxGarbageBytes: 65536,
  tolerant: false,
};

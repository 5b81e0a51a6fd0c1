/** Options of the HLS server. Names and defaults are MediaMTX's. */
import { httpOptionSet } from "#base/http-options.ts";
import {
  booleanOption,
  choiceOption,
  durationOption,
  integerOption,
  listenAddressOption,
  reloads,
  secretOption,
  sizeOption,
  textOption,
} from "#base/option.ts";
import type { OptionValues } from "#base/option.ts";

const MIB = 1024 * 1024;
const HOUR_MS = 3_600_000;
/** Fewer and players run dry (RFC 8216 §6.2.2 wants three target durations). */
const MIN_SEGMENTS = 3;
const MAX_SEGMENTS = 1000;
const MIN_SEGMENT_MS = 100;
const MIN_PART_MS = 50;
const MAX_PART_MS = 5000;

/** Global keys the HLS server reads. */
export const hlsServerOptions = {
  hls: booleanOption(true, "Serve streams over HLS."),
  hlsAddress: reloads("live", listenAddressOption(":8888", "Where HLS listens.")),
  ...httpOptionSet("hls", "HLS"),
  hlsAlwaysRemux: reloads(
    "live",
    booleanOption(
      false,
      "Prepare HLS of every stream all the time, so that the first viewer needn't wait. Takes memory and CPU without viewers too.",
    ),
  ),
  hlsVariant: choiceOption(
    ["lowLatency", "fmp4", "mpegts"],
    { fallback: "lowLatency" },
    "lowLatency (about a second behind, every modern player), fmp4 (some seconds behind) or mpegts (oldest players; H264, H265, AAC and Opus only).",
  ),
  hlsSegmentCount: reloads(
    "live",
    integerOption(
      7,
      { minimum: MIN_SEGMENTS, maximum: MAX_SEGMENTS },
      "Segments kept for viewers. Low latency keeps 7 at least.",
    ),
  ),
  hlsSegmentDuration: durationOption(
    "1s",
    { minimumMs: MIN_SEGMENT_MS, maximumMs: HOUR_MS },
    "Shortest segment. A segment ends at a key frame, so cameras with rare key frames make longer ones.",
  ),
  hlsPartDuration: durationOption(
    "200ms",
    { minimumMs: MIN_PART_MS, maximumMs: MAX_PART_MS },
    "Shortest part of a segment, low latency only. Viewers are about five parts behind.",
  ),
  hlsSegmentMaxSize: reloads(
    "live",
    sizeOption(
      "50M",
      { minimumBytes: MIB, maximumBytes: 4096 * MIB },
      "Largest segment; a stream that needs more isn't served over HLS.",
    ),
  ),
  hlsDirectory: textOption(
    "",
    "Directory for finished segments, for windows longer than memory allows; empty: they stay in memory, within memory.budget. It holds nothing but what viewers can have just now. One server per directory.",
  ),
  hlsMuxerCloseAfter: reloads(
    "live",
    durationOption(
      "60s",
      { minimumMs: 1000, maximumMs: 24 * HOUR_MS },
      "HLS of a stream is given up when nobody has asked for it for this long.",
    ),
  ),
  hlsCDNSecret: reloads(
    "live",
    secretOption(
      "A content delivery network that shows this as bearer token needs no user, and may keep what it gets. Empty: none may.",
    ),
  ),
} as const;

/** Parsed options of the HLS server; durations in milliseconds, sizes in bytes. */
export type HlsServerOptions = OptionValues<typeof hlsServerOptions>;

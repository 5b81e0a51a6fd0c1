/** The Range header of PLAY, from the options of a path (recorders play from a position). */
import { parseDuration } from "#base/duration.ts";
import { parseRange, printRange } from "#formats/rtsp-message/range.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";

/** What cameras expect when nothing is asked; some refuse PLAY without it. */
const FROM_THE_BEGINNING = "npt=0.000-";

/** The header for a start of this kind. Throws `source-range-invalid`. */
export function rangeHeader(type: "" | "clock" | "npt" | "smpte", start: string): string {
  if (type === "") return FROM_THE_BEGINNING;
  const range = type === "clock" ? parseRange(`clock=${start}-`) : durationRange(type, start);
  if (range === undefined) throw sourceError("source-range-invalid", { details: { type, start } });
  return printRange(range);
}

function durationRange(type: "npt" | "smpte", start: string): Parameters<typeof printRange>[0] | undefined {
  const ms = parseDuration(start);
  if (ms === undefined || ms < 0) return undefined;
  if (type === "npt") return { kind: "npt", start: ms / 1000, end: undefined };
  return { kind: "smpte", type: "smpte", start: { seconds: Math.floor(ms / 1000), frames: 0, subframes: 0 }, end: undefined };
}

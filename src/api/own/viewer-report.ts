/** Reports of players, as they come from a browser: everything is checked, nothing is believed to be short. */
import type { PlayerKind, ViewerReport } from "../contract/viewers.ts";
import { readSettings } from "../configuration/json-edits.ts";
import { apiError } from "../errors.ts";

const MAX_WORD = 64;
const MAX_CAMERA = 512;
/** Longer than any player runs. */
const MAX_NUMBER = 1e12;
const kinds: readonly PlayerKind[] = ["webrtc", "low-latency-hls", "hls", "still"];

/** Reads a report. Throws `api-bad-body`. */
export function readViewerReport(body: unknown): ViewerReport {
  const fields = readSettings(body);
  const kind = kinds.find((word) => word === fields["kind"]);
  if (kind === undefined) throw bad("kind");
  const word = (name: string, max: number): string | undefined => {
    const value = fields[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string" || value.length > max) throw bad(name);
    return value;
  };
  const number = (name: string): number => {
    const value = fields[name] ?? 0;
    if (typeof value !== "number" || !(value >= 0 && value <= MAX_NUMBER)) throw bad(name);
    return value;
  };
  const [player, camera] = [word("player", MAX_WORD), word("camera", MAX_CAMERA)];
  if (player === undefined || camera === undefined) throw bad("player");
  const [reader, fallbackReason] = [word("reader", MAX_WORD), word("fallbackReason", MAX_WORD)];
  return {
    player,
    camera,
    kind,
    firstPictureMs: fields["firstPictureMs"] === null || fields["firstPictureMs"] === undefined ? null : number("firstPictureMs"),
    stalls: number("stalls"),
    stalledMs: number("stalledMs"),
    errors: number("errors"),
    ended: fields["ended"] === true,
    ...(reader === undefined ? {} : { reader }),
    ...(fallbackReason === undefined ? {} : { fallbackReason }),
  };
}

function bad(name: string): Error {
  return apiError("api-bad-body", { details: { reason: name } });
}

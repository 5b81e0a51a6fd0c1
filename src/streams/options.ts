/**
 * Options of a path, as far as the hub needs them. What a source protocol wants to know per path is declared beside that
 * protocol and joins `PathOptions` by declaration merging, so that the hub hands it on without knowing it.
 */
import { booleanOption, choiceOption, durationOption, integerOption, reloads, textOption } from "#base/option.ts";
import type { OptionValues } from "#base/option.ts";

const MAX_READERS_PER_PATH = 1_000_000;
const HOUR_MS = 3_600_000;

/** The keys under `pathDefaults` and `paths.<name>` that the hub reads. */
export const pathOptions = {
  source: reloads(
    "source",
    textOption(
      "publisher",
      "Where the stream comes from: publisher (someone pushes it to us), the URL of a camera or server to pull from, or redirect. In a path whose name is a regular expression, $G1, $G2… stand for its groups.",
    ),
  ),
  sourceRedirect: reloads(
    "live",
    textOption("", "Where readers are sent when source is redirect: another path (/other) or an RTSP URL."),
  ),
  sourceFingerprint: reloads(
    "source",
    textOption(
      "",
      "SHA-256 fingerprint of the source's TLS certificate. With it, a self-signed certificate is accepted, and no other one.",
    ),
  ),
  sourceOnDemand: reloads("live", booleanOption(false, "Pull the source only while somebody reads the path.")),
  sourceOnDemandStartTimeout: reloads(
    "live",
    durationOption("10s", {}, "How long readers wait for an on-demand source to start."),
  ),
  sourceOnDemandCloseAfter: reloads(
    "live",
    durationOption("10s", {}, "How long an on-demand source runs on after its last reader left."),
  ),
  maxReaders: reloads(
    "live",
    integerOption(0, { minimum: 0, maximum: MAX_READERS_PER_PATH }, "Most readers at a time; 0 means no limit."),
  ),
  overridePublisher: reloads("live", booleanOption(true, "Let a new publisher take the place of the one that publishes now.")),
  publish: reloads("live", booleanOption(true, "Let clients publish to this path. No effect where source is not publisher.")),
  enable: reloads("live", booleanOption(true, "Switch the path on. A path that is off answers as if it were not configured.")),
  label: reloads("live", textOption("", "What people call the camera; the path's name where this is empty.")),
  subStream: reloads(
    "live",
    textOption("", "Path of the same camera's smaller stream: the page plays it in the grid, and this one when it is opened."),
  ),
  sourceGrace: reloads(
    "live",
    durationOption(
      "30s",
      { maximumMs: HOUR_MS },
      "How long a source may be away while its readers stay connected, waiting for it to come back with the same tracks; dialling it may take up to 5 s more. 0s closes them at once.",
    ),
  ),
  readerStart: reloads(
    "live",
    choiceOption(
      ["live", "keyframe", "next"],
      { fallback: "live" },
      "Where a new reader starts: live (at the newest key frame, caught up to now at once), keyframe (at the newest key frame with its true times), next (waits for the next key frame).",
    ),
  ),
  stallTimeout: reloads(
    "live",
    durationOption(
      "automatic",
      { maximumMs: HOUR_MS, words: { automatic: 0 } },
      "A source whose video brings nothing for this long is taken down and started anew; automatic means the longer of 4 s and 8 frame intervals.",
    ),
  ),
} as const;

/** Parsed options of one path; protocols add their own keys to this interface. */
export interface PathOptions extends OptionValues<typeof pathOptions> {
  /** As configured: a plain name, `~regular expression`, or `all_others`. */
  readonly name: string;
}

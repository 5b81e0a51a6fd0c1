/**
 * HLS playlists as a player reads them (RFC 8216bis), and the rules among them that can be checked from outside: what Apple's
 * own validator looks at, as far as text tells it.
 */

/** A part as listed. */
export interface ListedPart {
  readonly uri: string;
  readonly duration: number;
  readonly independent: boolean;
}

/** A segment as listed; the last one may be unfinished. */
export interface ListedSegment {
  readonly number: number;
  readonly uri: string | undefined;
  readonly duration: number;
  readonly dateTime: number | undefined;
  readonly discontinuity: boolean;
  readonly gap: boolean;
  readonly map: string | undefined;
  readonly parts: readonly ListedPart[];
}

/** A media playlist. */
export interface ListedPlaylist {
  readonly version: number;
  readonly targetDuration: number;
  readonly partTarget: number | undefined;
  readonly control: ReadonlyMap<string, string>;
  readonly skipped: number;
  readonly independentSegments: boolean;
  readonly preloadHint: string | undefined;
  readonly segments: readonly ListedSegment[];
}

type Building = { -readonly [K in keyof ListedSegment]: ListedSegment[K] } & { parts: ListedPart[] };

/** Reads a media playlist. Throws where it isn't one. */
export function readPlaylist(text: string): ListedPlaylist {
  const lines = text.split("\n");
  if (lines[0] !== "#EXTM3U") throw new Error(`not a playlist: ${text.slice(0, 200)}`);
  const value = (tag: string): string | undefined => lines.find((line) => line.startsWith(`#${tag}:`))?.slice(tag.length + 2);
  const skipped = Number(attributes(value("EXT-X-SKIP") ?? "").get("SKIPPED-SEGMENTS") ?? 0);
  const segments: Building[] = [];
  let number = Number(value("EXT-X-MEDIA-SEQUENCE") ?? 0) + skipped;
  let map: string | undefined;
  const begin = (): Building => {
    const fresh = { uri: undefined, duration: 0, dateTime: undefined, discontinuity: false, gap: false, map, parts: [] };
    return { number, ...fresh };
  };
  let current = begin();
  for (const line of lines) {
    const [, tag = "", rest = ""] = /^#(EXT[^:]*):?(.*)$/.exec(line) ?? [];
    if (tag === "EXT-X-MAP") current.map = map = attributes(rest).get("URI");
    else if (tag === "EXT-X-DISCONTINUITY") current.discontinuity = true;
    else if (tag === "EXT-X-GAP") current.gap = true;
    else if (tag === "EXT-X-PROGRAM-DATE-TIME") current.dateTime = Date.parse(rest);
    else if (tag === "EXTINF") current.duration = Number(rest.split(",", 1)[0]);
    else if (tag === "EXT-X-PART") {
      const values = attributes(rest);
      const [uri = "", duration] = [values.get("URI"), Number(values.get("DURATION"))];
      current.parts.push({ uri, duration, independent: values.get("INDEPENDENT") === "YES" });
    } else if (line !== "" && !line.startsWith("#")) {
      current.uri = line;
      segments.push(current);
      number += 1;
      current = begin();
    }
  }
  if (current.parts.length > 0) segments.push(current);
  return {
    version: Number(value("EXT-X-VERSION") ?? 1),
    targetDuration: Number(value("EXT-X-TARGETDURATION")),
    partTarget:
      value("EXT-X-PART-INF") === undefined ? undefined : Number(attributes(value("EXT-X-PART-INF") ?? "").get("PART-TARGET")),
    control: attributes(value("EXT-X-SERVER-CONTROL") ?? ""),
    skipped,
    independentSegments: lines.includes("#EXT-X-INDEPENDENT-SEGMENTS"),
    preloadHint: attributes(value("EXT-X-PRELOAD-HINT") ?? "").get("URI"),
    segments,
  };
}

/** Rules that `playlist` breaks; empty when it is right. Section numbers are RFC 8216bis's. */
export function brokenRules(playlist: ListedPlaylist): readonly string[] {
  const { targetDuration, partTarget, control, segments } = playlist;
  const broken: string[] = [];
  const rule = (holds: boolean, text: string): void => {
    if (!holds) broken.push(text);
  };
  for (const { number, uri, duration, parts, dateTime, gap } of segments) {
    const name = `segment ${String(number)}`;
    if (uri !== undefined) rule(Math.round(duration) <= targetDuration, `${name} is longer than the target duration (4.4.3.1)`);
    rule(dateTime !== undefined || gap, `${name} has no date (Apple authoring 8.16)`);
    if (partTarget === undefined) {
      rule(parts.length === 0, `${name} has parts without PART-INF (4.4.3.7)`);
      continue;
    }
    for (const [index, part] of parts.entries()) {
      rule(part.duration <= partTarget, `${name}, part ${String(index)} is longer than PART-TARGET (4.4.4.9)`);
      const isLast = index === parts.length - 1;
      rule(isLast || part.duration >= partTarget * 0.85, `${name}, part ${String(index)} is shorter than 85 % of it (4.4.3.7)`);
    }
    const sum = parts.reduce((total, part) => total + part.duration, 0);
    if (uri !== undefined && parts.length > 0) rule(Math.abs(sum - duration) < 0.01, `${name} isn't as long as its parts`);
  }
  if (partTarget === undefined) return broken;
  const seconds = (key: string): number => Number(control.get(key) ?? 0);
  rule(control.get("CAN-BLOCK-RELOAD") === "YES", "CAN-BLOCK-RELOAD is missing (B.1)");
  // Both are printed in thousandths: 3 * 0.199 is a little more than 0.597 here.
  rule(seconds("PART-HOLD-BACK") >= 3 * partTarget - 1e-6, "PART-HOLD-BACK is less than three part targets (4.4.3.8)");
  rule(seconds("CAN-SKIP-UNTIL") >= 6 * targetDuration, "CAN-SKIP-UNTIL is less than six target durations (4.4.3.8)");
  rule(playlist.preloadHint !== undefined, "no PRELOAD-HINT (B.1)");
  return broken;
}

/** `KEY=value,KEY="value"` → values without quotes (§4.2). */
function attributes(text: string): ReadonlyMap<string, string> {
  return new Map(
    [...text.matchAll(/([A-Z0-9-]+)=(?:"([^"]*)"|([^,]*))/g)].map(([, key = "", quoted, plain]) => [key, quoted ?? plain ?? ""]),
  );
}

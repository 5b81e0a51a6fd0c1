/**
 * A log record as one line for people: `2026/01/02 15:04:05 INF [path cam] stream is ready (tracks H264)`. Time is local.
 * What says who speaks (protocol, path, session) stands in brackets, everything else behind the message.
 */

const levels: Readonly<Record<string, string>> = { debug: "DEB", info: "INF", warn: "WAR", error: "ERR" };

/** Fields that say who speaks, in the order they are printed, and how. */
const speakers: readonly { readonly key: string; readonly print: (value: string) => string }[] = [
  { key: "part", print: (value) => value },
  { key: "protocol", print: (value) => value.toUpperCase() },
  { key: "path", print: (value) => `path ${value}` },
  { key: "session", print: (value) => `session ${shortId(value)}` },
  { key: "connection", print: (value) => `conn ${shortId(value)}` },
];
const spoken = new Set(["level", "time", "msg", ...speakers.map((speaker) => speaker.key)]);

/** Longest value of a field that is printed, characters. */
const MAX_VALUE = 400;

/** Turns a JSON record of pino into a line, line end included. */
export function formatLine(json: string): string {
  const record = JSON.parse(json) as Readonly<Record<string, unknown>>; // written by pino: always an object
  return `${formatHead(Number(record["time"]), record["level"])} ${formatMessage(json)}\n`;
}

/** What a line begins with: local time and level. */
export function formatHead(ms: number, level: unknown): string {
  return `${formatTime(ms)} ${levels[String(level)] ?? "INF"}`;
}

/** The same without time, level and line end. */
export function formatMessage(json: string): string {
  const record = JSON.parse(json) as Readonly<Record<string, unknown>>; // written by pino: always an object
  const who = speakers.flatMap(({ key, print }) => {
    const value = record[key];
    return value === undefined || value === "" ? [] : [`[${print(printValue(value))}]`];
  });
  const fields = Object.entries(record).filter(([key, value]) => !spoken.has(key) && !isEmpty(value));
  const details = fields
    .map(([key, value]) => (key === "problem" ? printValue(value) : `${key} ${printValue(value)}`))
    .join(", ");
  const head = [...who, printValue(record["msg"] ?? "")].join(" ");
  return onOneLine(`${head}${details === "" ? "" : ` (${details})`}`);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

/** What a client sent must not look like a line of its own, nor move a terminal's cursor. */
function onOneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " | ").replace(/\p{Cc}/gu, "?");
}

function printValue(value: unknown): string {
  const text =
    typeof value === "string" ? value : Array.isArray(value) ? value.map(printValue).join(", ") : JSON.stringify(value);
  return text.slice(0, MAX_VALUE);
}

/** Enough of a UUID to tell a few thousand apart. */
function shortId(id: string): string {
  return id.slice(0, 8);
}

function formatTime(ms: number): string {
  const time = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, "0");
  const date = [String(time.getFullYear()), two(time.getMonth() + 1), two(time.getDate())].join("/");
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(":")}`;
}

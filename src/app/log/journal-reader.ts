/**
 * Reads the journal with `journalctl`: always that program, with arguments made here from numbers and words of our own, never from
 * what a client sent. Bounded in lines, in bytes and in time.
 */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { LogLevel, LogLine } from "#api/contract/log.ts";
import { fieldsOf, levelOf, priorityOf } from "./journal-entry.ts";
import { formatHead } from "./log-line.ts";

/** Lines of one question. */
export const MAX_JOURNAL_LINES = 5000;
/** An entry has 32 KiB of ours and some of the journal's. */
const MAX_LINE_CHARACTERS = 262_144;
const MAX_CHARACTERS = 32 * 1024 * 1024;
/** A journal of gigabytes on a card is slow. */
const ANSWER_MS = 20_000;

/** What is asked for; times are milliseconds since 1970. */
export interface JournalQuestion {
  /** Name of the unit. */
  readonly unit: string;
  /** The newest ones of what fits. */
  readonly lines: number;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  readonly level?: LogLevel | undefined;
}

/** The arguments that ask for it: what there is, the newest first, or with what comes, the oldest first. */
export function journalArguments(question: JournalQuestion, kind: "kept" | "follow"): readonly string[] {
  const { unit, lines, since, until, level } = question;
  const seconds = (ms: number): string => `@${(Math.max(0, ms) / 1000).toFixed(3)}`;
  const count = Math.max(0, Math.min(MAX_JOURNAL_LINES, Math.floor(lines)));
  return [
    `--unit=${unit}`,
    "--output=json",
    "--no-pager",
    "--quiet",
    `--lines=${String(count)}`,
    ...(since === undefined ? [] : [`--since=${seconds(since)}`]),
    ...(until === undefined ? [] : [`--until=${seconds(until)}`]),
    ...(level === undefined ? [] : [`--priority=${String(priorityOf(level))}`]),
    kind === "follow" ? "--follow" : "--reverse",
  ];
}

/** The newest lines that `fits` takes, oldest first; undefined where the journal can't be read. */
export async function readJournal(
  question: JournalQuestion,
  {
    fits = () => true,
    most = question.lines,
    signal,
  }: { fits?: (line: LogLine) => boolean; most?: number; signal?: AbortSignal },
): Promise<readonly LogLine[] | undefined> {
  const limit = AbortSignal.timeout(ANSWER_MS);
  const found: LogLine[] = [];
  const enough = new AbortController();
  const all = AbortSignal.any([limit, enough.signal, ...(signal === undefined ? [] : [signal])]);
  let characters = 0;
  const onText = (text: string): void => {
    characters += text.length;
    const line = text.length > MAX_LINE_CHARACTERS ? undefined : readEntry(text);
    if (line !== undefined && found.length < most && fits(line)) found.push(line);
    if (found.length >= most || characters > MAX_CHARACTERS) enough.abort();
  };
  const ended = await ask(journalArguments(question, "kept"), { onText, signal: all });
  return ended || enough.signal.aborted ? found.reverse() : undefined;
}

/** Calls back for each line there is and comes, until the signal aborts. */
export async function followJournal(
  question: JournalQuestion,
  { onLine, signal }: { onLine: (line: LogLine) => void; signal: AbortSignal },
): Promise<void> {
  const onText = (text: string): void => {
    const line = text.length > MAX_LINE_CHARACTERS ? undefined : readEntry(text);
    if (line !== undefined) onLine(line);
  };
  await ask(journalArguments(question, "follow"), { onText, signal });
}

/** Resolves with whether the program ended by itself and well. */
async function ask(
  words: readonly string[],
  { onText, signal }: { onText: (text: string) => void; signal: AbortSignal },
): Promise<boolean> {
  if (signal.aborted) return false;
  const child = spawn("journalctl", words, { stdio: ["ignore", "pipe", "ignore"], signal });
  const ended = new Promise<boolean>((resolve) => {
    child.on("error", () => {
      resolve(false); // not there, or told to end
    });
    child.on("close", (code) => {
      resolve(code === 0);
    });
  });
  const lines = createInterface({ input: child.stdout });
  lines.on("line", onText);
  return ended;
}

/** A line of `journalctl -o json`; undefined where it is none. */
export function readEntry(json: string): LogLine | undefined {
  let entry: Readonly<Record<string, unknown>> | null;
  try {
    entry = JSON.parse(json) as Readonly<Record<string, unknown>> | null; // of anything else, the fields below are not there
  } catch {
    return undefined;
  }
  if (entry === null) return undefined;
  const cursor = entry["__CURSOR"];
  const at = Math.floor(Number(entry["__REALTIME_TIMESTAMP"]) / 1000);
  if (typeof cursor !== "string" || !Number.isFinite(at)) return undefined;
  const level = levelOf(Number(textOf(entry["PRIORITY"]) || "6"));
  const message = textOf(entry["MESSAGE"]);
  const fields = fieldsOf(entry);
  const camera = fields["camera"];
  return {
    id: `journal-${cursor}`,
    at,
    level,
    message: textOf(entry["SLUICE_EVENT"]) || message,
    camera: typeof camera === "string" ? camera : null,
    fields,
    text: `${formatHead(at, level)} ${message.replace(/\p{Cc}/gu, " ")}`,
  };
}

/** journalctl prints what isn't UTF-8 as a list of bytes, and what is too long as null. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? Buffer.from(value.map(Number)).toString("utf8") : "";
}

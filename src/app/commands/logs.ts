/** `sluice logs`: the log, from the journal where the service writes it there, otherwise from the running server. */
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import type { LogLevel, LogLine, LogTail } from "#api/contract/log.ts";
import { SystemClock } from "#base/clock.ts";
import { parseDuration } from "#base/duration.ts";
import { ExitCode } from "../command.ts";
import type { Command, CommandContext } from "../command.ts";
import { appError } from "../errors.ts";
import { SERVICE } from "../install/machine-files.ts";
import { openAnswer, askServer } from "../local/ask-server.ts";
import { chooseServer, serverOption } from "../local/choose-server.ts";
import type { RunningServer } from "../local/running-file.ts";
import { followJournal, MAX_JOURNAL_LINES, readJournal } from "../log/journal-reader.ts";

const levels: readonly LogLevel[] = ["error", "warn", "info", "debug"];
const DEFAULT_LINES = 100;

/** What was asked for. */
interface Wanted {
  readonly lines: number;
  readonly since: number | undefined;
  readonly level: LogLevel;
  readonly camera: string | undefined;
  readonly follow: boolean;
}

/** See the head of this file. */
export const logs: Command = {
  name: "logs",
  options: [
    { name: "--follow", summary: { en: "go on with new lines", zh: "持续输出新的日志" } },
    {
      name: "--since",
      value: "TIME",
      summary: {
        en: "from then on: 15m, 2h, 1d, 2026-01-31, '2026-01-31 08:30'",
        zh: "起始时间：15m、2h、1d、2026-01-31、“2026-01-31 08:30”",
      },
    },
    {
      name: "--level",
      value: "LEVEL",
      summary: { en: "error, warn, info or debug, and what is graver", zh: "error、warn、info 或 debug 及更严重的" },
    },
    { name: "--camera", value: "NAME", summary: { en: "lines about this camera only", zh: "只显示此摄像机的日志" } },
    { name: "--lines", value: "N", summary: { en: "this many lines at most (100)", zh: "最多显示的行数（100）" } },
    { name: "--json", summary: { en: "one JSON object per line", zh: "每行输出一个 JSON 对象" } },
    serverOption,
  ],
  summary: { en: "show the log", zh: "查看日志" },
  description: {
    en: "From the journal where the service writes it there; otherwise the newest lines, from the running server.",
    zh: "以服务方式运行时读取系统日志（journal）；否则从正在运行的服务器读取最近的日志。",
  },
  run: async (context) => {
    const wanted = readWanted(context);
    const print = (line: LogLine): void => {
      context.stdout(`${context.options.has("--json") ? JSON.stringify(line) : line.text.replace(/\p{Cc}/gu, "?")}\n`);
    };
    if (!context.options.has("--config") && (await fromJournal(wanted, { print, signal: context.signal }))) return ExitCode.Ok;
    const server = chooseServer(context);
    if (server === undefined) throw appError("logs-nowhere");
    await fromServer(server, wanted, { print, signal: context.signal });
    return ExitCode.Ok;
  },
};

function readWanted({ options }: CommandContext): Wanted {
  const level = options.get("--level") ?? "debug";
  const known = levels.find((name) => name === level);
  if (known === undefined) throw appError("app-bad-value", { details: { option: "--level", value: level } });
  const lines = options.get("--lines") ?? String(DEFAULT_LINES);
  if (!/^\d{1,7}$/.test(lines)) throw appError("app-bad-value", { details: { option: "--lines", value: lines } });
  const since = options.get("--since");
  return {
    lines: Math.min(Number(lines), MAX_JOURNAL_LINES),
    since: since === undefined ? undefined : readTime(since),
    level: known,
    camera: options.get("--camera"),
    follow: options.has("--follow"),
  };
}

/** A duration back from now, or a date with or without a time, of the machine's zone. */
function readTime(text: string): number {
  const back = parseDuration(text);
  if (back !== undefined) return new SystemClock().wallNow() - back;
  const at = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d)?)?$/.test(text) ? Date.parse(text.replace(/^(\S{10})$/, "$1T00:00")) : NaN;
  if (Number.isNaN(at)) throw appError("app-bad-value", { details: { option: "--since", value: text } });
  return at;
}

/** Where lines go, until when. */
interface Output {
  readonly print: (line: LogLine) => void;
  readonly signal: AbortSignal;
}

/** False where there is no journal, or nothing of the service in it. */
async function fromJournal(wanted: Wanted, { print, signal }: Output): Promise<boolean> {
  const { since, camera, lines, follow } = wanted;
  const level = wanted.level === "debug" ? undefined : wanted.level;
  const fits = (line: LogLine): boolean => camera === undefined || line.camera === camera;
  const question = { unit: SERVICE, since, level, lines: camera === undefined ? lines : MAX_JOURNAL_LINES };
  const kept = await readJournal(question, { fits, most: lines, signal });
  if (kept === undefined) return false;
  if (kept.length === 0 && (await readJournal({ unit: SERVICE, lines: 1 }, { signal }))?.length !== 1) return false;
  for (const line of kept) print(line);
  if (!follow || signal.aborted) return true;
  const seen = new Set(kept.map(({ id }) => id));
  const after = kept.at(-1)?.at ?? new SystemClock().wallNow();
  const onLine = (line: LogLine): void => {
    if (fits(line) && !seen.has(line.id)) print(line);
  };
  await followJournal({ unit: SERVICE, level, since: after, lines: MAX_JOURNAL_LINES }, { onLine, signal });
  return true;
}

async function fromServer(server: RunningServer, wanted: Wanted, { print, signal }: Output): Promise<void> {
  const { level, camera, since = 0, lines, follow } = wanted;
  const query = new URLSearchParams({ level, ...(camera === undefined ? {} : { camera }) });
  let tail: LogTail;
  try {
    tail = (await askServer(server, `/api/log?${query.toString()}`)) as LogTail; // as our own API promises
  } catch (cause) {
    throw appError("logs-nowhere", { cause });
  }
  const kept = tail.lines.filter(({ at }) => at >= since);
  for (const line of kept.slice(Math.max(0, kept.length - lines))) print(line);
  if (!follow) return;
  query.set("after", tail.newest);
  const response = await openAnswer(server, { path: `/api/log/stream?${query.toString()}`, signal });
  const events = createInterface({ input: response });
  events.on("line", (text) => {
    if (text.startsWith("data: ") && text.includes('"text"')) print(JSON.parse(text.slice(6)) as LogLine);
  });
  // It ends with the server, or with us.
  await finished(response).catch(() => undefined);
}

/**
 * Programs that play HLS as they are, each until it has decoded some pictures.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram, RunningProgram, type ProgramResult } from "#test/support/programs.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** Milliseconds a player gets, start of the program included. */
const PLAY_MS = 25_000;
const PICTURES = 20;

/** A program that plays. `undefined` = it decoded pictures; otherwise what went wrong. */
export interface HlsReader {
  readonly name: string;
  play(url: string): Promise<string | undefined>;
}

/** A line of checksum per decoded picture. */
const ffmpeg: HlsReader = {
  name: "ffmpeg",
  play: async (url) => {
    const args = ["-nostdin", "-v", "error", "-i", url, "-map", "0:v", "-frames:v", String(PICTURES), "-f", "framecrc", "-"];
    const result = await runProgram("ffmpeg", args, { timeoutMs: PLAY_MS });
    const pictures = result.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return result.code === 0 && pictures.length >= PICTURES ? undefined : failure(result);
  },
};

/** GStreamer's hlsdemux (1.22) doesn't come to an end by itself when the sink has had enough: its pictures are counted. */
const gstreamer: HlsReader = {
  name: "GStreamer",
  play: async (url) => {
    const sink = "fakesink name=sink silent=false sync=false";
    const pipeline = `uridecodebin uri=${url} ! video/x-raw ! ${sink}`;
    const program = new RunningProgram("gst-launch-1.0", ["-v", ...pipeline.split(" ")]);
    const pictures = (): number => program.stdout.split("sink: last-message = chain").length - 1;
    try {
      await waitUntil(() => program.ended || pictures() >= PICTURES, { what: "pictures", timeoutMs: PLAY_MS, pollMs: 50 });
    } catch {
      // told below
    }
    const result = await program.stop("SIGKILL");
    return pictures() >= PICTURES ? undefined : failure(result);
  },
};

/** VLC writes its pictures as files; it refuses to run as root, so as root it runs as nobody. */
const vlc: HlsReader = {
  name: "VLC",
  play: async (url) => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-vlc-"));
    try {
      const scene = ["--video-filter=scene", "--scene-format=png", "--scene-ratio=5", `--scene-path=${folder}`, "--vout=dummy"];
      const args = ["-I", "dummy", "--no-audio", "--run-time=6", "--play-and-exit", "--no-osd", ...scene, url, "vlc://quit"];
      const result = await asNobody("cvlc", args, folder);
      return readdirSync(folder).some((file) => file.endsWith(".png")) ? undefined : failure(result);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

/** Every player. */
export const hlsReaders: readonly HlsReader[] = [ffmpeg, gstreamer, vlc];

function asNobody(command: string, args: readonly string[], home: string): Promise<ProgramResult> {
  const options = { timeoutMs: PLAY_MS, env: { HOME: home } };
  if (process.getuid?.() !== 0) return runProgram(command, args, options);
  return runProgram(
    "sh",
    ["-c", 'chown nobody "$HOME" && exec setpriv --reuid=nobody --clear-groups "$@"', "sh", command, ...args],
    options,
  );
}

function failure({ code, signal, stderr, stdout }: ProgramResult): string {
  return `exit ${String(code ?? signal)}: ${(stderr + stdout).slice(-800)}`;
}

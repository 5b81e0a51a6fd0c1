/**
 * Programs that read from Sluice as they are, each until its first decoded frame.
 */
import { runProgram, type ProgramResult } from "#test/support/programs.ts";
import type { Coding } from "./coding.ts";
import type { Carrier } from "./publisher.ts";

/** Milliseconds a reader gets for its first frame, start of the program included. */
const FIRST_FRAME_MS = 15_000;

/** What a reader is asked for. */
export interface ReadRequest {
  readonly url: string;
  readonly carrier: Carrier;
  readonly kind: Coding["kind"];
}

/** A program that can read. `undefined` = it decoded a frame; otherwise what went wrong. */
export interface Reader {
  readonly name: string;
  read(request: ReadRequest): Promise<string | undefined>;
}

/** ffmpeg prints a line of checksum per decoded frame; its exit code alone would call an empty stream a success. */
export const ffmpegReader: Reader = {
  name: "ffmpeg",
  read: async ({ url, carrier, kind }) => {
    const letter = kind === "video" ? "v" : "a";
    const input = ["-nostdin", "-v", "error", "-rtsp_transport", carrier, "-i", url];
    const output = ["-map", `0:${letter}`, `-frames:${letter}`, "1", "-f", "framecrc", "-"];
    const result = await runProgram("ffmpeg", [...input, ...output], { timeoutMs: FIRST_FRAME_MS });
    const frames = result.stdout.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
    return result.code === 0 && frames.length > 0 ? undefined : failure(result);
  },
};

/**
 * GStreamer ends by itself once the sink has had a decoded buffer. Its rtspsrc (1.22) interrupts its own PAUSE by its
 * TEARDOWN and, once in some hundred runs, calls that an error after all is done: such an end is a good one.
 */
export const gstreamerReader: Reader = {
  name: "GStreamer",
  read: async ({ url, carrier, kind }) => {
    const source = `rtspsrc name=source location=${url} protocols=${carrier} latency=100`;
    const sink = "fakesink name=sink num-buffers=1 silent=false";
    const pipeline = `${source} source. ! application/x-rtp,media=${kind} ! decodebin ! ${sink}`;
    const result = await runProgram("gst-launch-1.0", ["-v", ...pipeline.split(" ")], { timeoutMs: FIRST_FRAME_MS });
    const decoded = result.stdout.includes("sink: last-message = chain");
    const endedWell = result.code === 0 || result.stderr.includes("gst_rtspsrc_pause");
    return decoded && endedWell ? undefined : failure(result);
  },
};

/** Every reader of the matrix. */
export const readers: readonly Reader[] = [ffmpegReader, gstreamerReader];

function failure({ code, signal, stderr, stdout }: ProgramResult): string {
  return `exit ${String(code ?? signal)}: ${(stderr + stdout).slice(-600)}`;
}

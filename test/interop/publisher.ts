/**
 * Programs that publish to Sluice as they are.
 */
import { RunningProgram } from "#test/support/programs.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import type { Coding } from "./coding.ts";

/** How the media of a session travels. */
export type Carrier = "udp" | "tcp";

/** The carriers of the matrix. */
export const carriers: readonly Carrier[] = ["udp", "tcp"];

/** A program that can publish. */
export interface Publisher {
  readonly name: string;
  /** Starts publishing these codings to `url`, until `t` ends. */
  start(t: Cleanup, what: { codings: readonly Coding[]; url: string; carrier: Carrier }): RunningProgram;
}

const ffmpegSources = {
  video: ["-re", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=15"],
  audio: ["-re", "-f", "lavfi", "-i", "sine=frequency=440"],
} as const;

const gstreamerSources = {
  video: "videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=120,framerate=15/1",
  audio: "audiotestsrc is-live=true ! audioconvert ! audioresample",
} as const;

/** ffmpeg's RTSP muxer. */
export const ffmpegPublisher: Publisher = {
  name: "ffmpeg",
  start: (t, { codings, url, carrier }) => {
    const inputs = codings.flatMap((coding) => ffmpegSources[coding.kind]);
    const maps = codings.flatMap((_, index) => ["-map", String(index)]);
    const outputs = codings.flatMap((coding) => coding.ffmpeg);
    const args = ["-nostdin", "-v", "warning", ...inputs, ...maps, ...outputs, "-f", "rtsp", "-rtsp_transport", carrier, url];
    return startProgram(t, "ffmpeg", args);
  },
};

/** GStreamer's rtspclientsink, which chooses the payloaders. */
export const gstreamerPublisher: Publisher = {
  name: "GStreamer",
  start: (t, { codings, url, carrier }) => {
    const branches = codings.map((coding) => `${gstreamerSources[coding.kind]} ! ${coding.gstreamer} ! sink.`);
    const pipeline = `rtspclientsink name=sink location=${url} protocols=${carrier} ${branches.join(" ")}`;
    return startProgram(t, "gst-launch-1.0", ["-q", ...pipeline.split(" ")]);
  },
};

/** Every publisher of the matrix. */
export const publishers: readonly Publisher[] = [ffmpegPublisher, gstreamerPublisher];

function startProgram(t: Cleanup, command: string, args: readonly string[]): RunningProgram {
  const program = new RunningProgram(command, args);
  t.after(async () => {
    await program.stop("SIGINT");
  });
  return program;
}

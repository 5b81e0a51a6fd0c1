/**
 * The codecs of the interop tests, and how ffmpeg and GStreamer are told to make them. Pictures are small and sounds short:
 * what is tested is the way, not the load.
 */

/** One coding and its arguments for each program. */
export interface Coding {
  readonly name: string;
  readonly kind: "video" | "audio";
  /** Encoder as `ffmpeg -encoders` lists it. */
  readonly encoder: string;
  /** ffmpeg's output arguments. */
  readonly ffmpeg: readonly string[];
  /** GStreamer's elements after the raw source. */
  readonly gstreamer: string;
}

const GOP = "15";

/** Every coding that must pass. */
export const codings: readonly Coding[] = [
  {
    name: "H264",
    kind: "video",
    encoder: "libx264",
    ffmpeg: [
      "-c:v",
      "libx264",
      "-preset",
      "ultrafast",
      "-tune",
      "zerolatency",
      "-pix_fmt",
      "yuv420p",
      "-g",
      GOP,
      "-threads",
      "1",
    ],
    gstreamer: `x264enc tune=zerolatency speed-preset=ultrafast key-int-max=${GOP} threads=1`,
  },
  {
    name: "H265",
    kind: "video",
    encoder: "libx265",
    ffmpeg: [
      "-c:v",
      "libx265",
      "-preset",
      "ultrafast",
      "-tune",
      "zerolatency",
      "-pix_fmt",
      "yuv420p",
      "-g",
      GOP,
      "-x265-params",
      "log-level=none:pools=1",
    ],
    gstreamer: `x265enc tune=zerolatency speed-preset=ultrafast key-int-max=${GOP} option-string=pools=1:log-level=none`,
  },
  {
    name: "M-JPEG",
    kind: "video",
    encoder: "mjpeg",
    ffmpeg: ["-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-huffman", "default", "-force_duplicated_matrix", "1"],
    gstreamer: "jpegenc",
  },
  {
    name: "VP8",
    kind: "video",
    encoder: "libvpx",
    ffmpeg: ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-g", GOP, "-b:v", "200k", "-threads", "1"],
    gstreamer: `vp8enc deadline=1 cpu-used=8 keyframe-max-dist=${GOP} threads=1 ! video/x-vp8,profile=(string)0`,
  },
  {
    name: "VP9",
    kind: "video",
    encoder: "libvpx-vp9",
    ffmpeg: [
      "-c:v",
      "libvpx-vp9",
      "-deadline",
      "realtime",
      "-cpu-used",
      "8",
      "-g",
      GOP,
      "-b:v",
      "200k",
      "-threads",
      "1",
      "-strict",
      "experimental",
    ],
    gstreamer: `vp9enc deadline=1 cpu-used=8 keyframe-max-dist=${GOP} threads=1 ! video/x-vp9,profile=(string)0`,
  },
  {
    name: "AAC",
    kind: "audio",
    encoder: "aac",
    ffmpeg: ["-c:a", "aac", "-ar", "48000", "-ac", "2"],
    gstreamer: "audio/x-raw,rate=48000,channels=2 ! avenc_aac",
  },
  {
    name: "Opus",
    kind: "audio",
    encoder: "libopus",
    ffmpeg: ["-c:a", "libopus", "-ar", "48000", "-ac", "2"],
    gstreamer: "audio/x-raw,rate=48000,channels=2 ! opusenc",
  },
  {
    name: "PCMA",
    kind: "audio",
    encoder: "pcm_alaw",
    ffmpeg: ["-c:a", "pcm_alaw", "-ar", "8000", "-ac", "1"],
    gstreamer: "audio/x-raw,rate=8000,channels=1 ! alawenc",
  },
  {
    name: "L16",
    kind: "audio",
    encoder: "pcm_s16be",
    ffmpeg: ["-c:a", "pcm_s16be", "-ar", "44100", "-ac", "2"],
    gstreamer: "audio/x-raw,format=S16BE,rate=44100,channels=2",
  },
];

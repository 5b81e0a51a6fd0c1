/**
 * GStreamer's RTSP server as a camera (gst-rtsp-server.py), for tests against a real server that isn't ours.
 */
import { join } from "node:path";
import { RunningProgram } from "#test/support/programs.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** Debian's Python, which has the bindings; another one in the path may not. */
const PYTHON = "/usr/bin/python3";

/** The command whose success means that the camera can run here. */
export const gstRtspServerProbe = [PYTHON, "-c", "import gi; gi.require_version('GstRtspServer', '1.0')"] as const;

/** What the camera is and asks for. */
export interface GstCameraOptions {
  readonly codec?: "h264" | "h265" | "mjpeg";
  readonly carriers?: readonly ("udp" | "tcp")[];
  readonly authentication?: { readonly scheme: "digest" | "basic"; readonly user: string; readonly password: string };
}

/** Starts the camera; resolves with its address, without credentials. It ends with `t`. */
export async function startGstCamera(t: Cleanup, options: GstCameraOptions = {}): Promise<string> {
  const { codec = "h264", carriers = ["udp", "tcp"], authentication } = options;
  const credentials = authentication && [`--${authentication.scheme}`, `${authentication.user}:${authentication.password}`];
  const script = join(import.meta.dirname, "gst-rtsp-server.py");
  const args = [script, "--codec", codec, "--carriers", carriers.join(","), ...(credentials ?? [])];
  const program = new RunningProgram(PYTHON, args);
  t.after(async () => {
    await program.stop();
  });
  const what = { what: "GStreamer's RTSP server", timeoutMs: 20_000, pollMs: 50 };
  const port = await waitUntil(() => {
    if (program.ended) throw new Error(`GStreamer's RTSP server ended: ${program.stderr}`);
    return /^listening (\d+)$/m.exec(program.stdout)?.[1];
  }, what);
  return `rtsp://127.0.0.1:${port}/camera`;
}

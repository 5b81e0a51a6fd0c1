/** The last hour of a camera, carried on by what the event stream brings: the box is asked for it once. Pure. */
import type { CameraHistory, CameraView } from "#api/contract/cameras.ts";

const HOUR_MS = 3_600_000;

/** The history with the camera's figures of `now`, where a step has begun that it doesn't have yet. */
export function carryOn(history: CameraHistory, camera: Pick<CameraView, "figures" | "mark">, now: number): CameraHistory {
  const { from, stepMs } = history;
  const have = history.bitrate.length;
  const missing = Math.min(Math.floor((now - from) / stepMs) + 1 - have, HOUR_MS / stepMs);
  if (missing <= 0) return history;
  const up = camera.mark === "live" || camera.mark === "degraded";
  const { bitrate, fps, lossRatio } = camera.figures;
  const gap = Array.from({ length: missing - 1 }, () => null);
  const dropped = Math.max(0, have + missing - HOUR_MS / stepMs);
  const add = (values: readonly (number | null)[], value: number | null): readonly (number | null)[] =>
    [...values, ...gap, up ? value : null].slice(dropped);
  return {
    from: from + dropped * stepMs,
    stepMs,
    bitrate: add(history.bitrate, bitrate),
    fps: add(history.fps, fps),
    lossRatio: add(history.lossRatio, lossRatio),
  };
}

/** Whether there is anything to draw. */
export function hasValues(history: CameraHistory): boolean {
  return [history.bitrate, history.fps].some((values) => values.some((value) => value !== null));
}

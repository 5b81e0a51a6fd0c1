/** A still of what the video shows, made in the browser and saved as a JPEG. */
import { drawPicture } from "./frame-watch.ts";

const QUALITY = 0.92;

/** Saves the picture under `name` and its time; false while there is no picture. */
export function saveSnapshot(video: HTMLVideoElement, name: string, wallMs: number): boolean {
  const canvas = document.createElement("canvas");
  if (!drawPicture(video, canvas)) return false;
  canvas.toBlob(
    (blob) => {
      if (blob === null) return;
      const address = URL.createObjectURL(blob);
      const link = document.createElement("a");
      link.href = address;
      link.download = snapshotName(name, wallMs);
      link.click();
      URL.revokeObjectURL(address);
    },
    "image/jpeg",
    QUALITY,
  );
  return true;
}

/** `yard 2026-09-01 14-02-11.jpg`; what file systems don't take becomes `-`. */
function snapshotName(name: string, wallMs: number): string {
  const at = new Date(wallMs);
  const pad = (value: number): string => String(value).padStart(2, "0");
  const day = [at.getFullYear(), pad(at.getMonth() + 1), pad(at.getDate())].join("-");
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(pad).join("-");
  return `${name.replace(/[\\/:*?"<>|\s]+/g, "-")} ${day} ${time}.jpg`;
}

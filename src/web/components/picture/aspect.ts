/** Shapes of pictures. Pure. */
import type { CameraView } from "#api/contract/cameras.ts";

/** Width to height as the camera declares it, for CSS. */
export function aspectOf(camera: Pick<CameraView, "tracks">): string {
  const props = camera.tracks.find((track) => track.kind === "video")?.props;
  const width = Number(props?.["width"]);
  const height = Number(props?.["height"]);
  return width > 0 && height > 0 ? `${String(width)} / ${String(height)}` : "16 / 9";
}

/** The shape of most pictures: in a grid of one shape every row ends in a line; the others keep theirs within it. */
export function commonAspect(cameras: readonly Pick<CameraView, "tracks">[]): string {
  const counts = new Map<string, number>();
  for (const camera of cameras) {
    const aspect = aspectOf(camera);
    counts.set(aspect, (counts.get(aspect) ?? 0) + 1);
  }
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] ?? "16 / 9";
}

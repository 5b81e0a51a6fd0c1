/** Figures of a track that tell of trouble. Pure. */
import type { CameraFigures, CameraTrack } from "#api/contract/cameras.ts";

/** What is odd; the words are in the dictionaries under `odd.`. */
export type Oddity = "slow" | "long-gop";

/** A camera that sends less than this share of its declared rate is slow: short of light, or of network. */
const SLOW_SHARE = 0.8;
/** Groups of pictures longer than this make viewers wait. */
const LONG_GOP_MS = 5000;

/** The oddities of a video track, as measured and as declared. */
export function oddities(
  { fps, gop }: Pick<CameraFigures, "fps" | "gop">,
  { declaredFps }: Pick<CameraTrack, "declaredFps">,
): readonly Oddity[] {
  const found: Oddity[] = [];
  if (fps !== null && declaredFps !== null && fps < declaredFps * SLOW_SHARE) found.push("slow");
  if (gop !== null && gop.durationMs > LONG_GOP_MS) found.push("long-gop");
  return found;
}

/** Whether a stream of pictures is key frames alone, by its counters. Pure. */

/** Looks that are compared: two key frames of a camera that sends one in four seconds. */
export const LOOKS = 5;
/** More are no slow link, but a camera of key frames alone. */
const MAX_PER_LOOKS = 10;

/** Counters at a time. */
export interface FrameCounts {
  readonly frames: number;
  readonly keyFrames: number;
}

/** Whether only key frames came between the oldest and the newest look; undefined where it can't be said. */
export function onlyKeyFrames(looks: readonly FrameCounts[]): boolean | undefined {
  const [oldest, newest] = [looks[0], looks.at(-1)];
  if (oldest === undefined || newest === undefined || looks.length < LOOKS) return undefined;
  const frames = newest.frames - oldest.frames;
  if (frames === 0) return undefined;
  return frames <= MAX_PER_LOOKS && frames === newest.keyFrames - oldest.keyFrames;
}

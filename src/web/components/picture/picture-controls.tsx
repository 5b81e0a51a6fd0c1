/**
 * Sound, full screen and snapshot of a picture. Only one picture of the page sounds at a time; full screen is of the frame, so that
 * what is said about the picture stays on it.
 */
import { useSignal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CameraView } from "#api/contract/cameras.ts";
import { t } from "../../i18n/text.ts";
import { useLive } from "../../live/live-context.ts";
import type { LiveHandle } from "../../live/use-live-session.ts";
import { Icon } from "../icon.tsx";
import type { IconName } from "../icon.tsx";

/** Keys of the controls, while their picture or page has the focus. */
export const pictureKeys = { sound: "m", full: "f", snapshot: "s" } as const;

/** What can be done to a picture. */
export interface PictureControls {
  readonly hasSound: boolean;
  readonly muted: boolean;
  readonly full: ReadonlySignal<boolean>;
  readonly toggleSound: () => void;
  readonly toggleFull: () => void;
}

/** The controls of a camera's picture; the sound ends with the picture. */
export function usePictureControls(camera: CameraView, live: LiveHandle): PictureControls {
  const { sounding } = useLive();
  const full = useSignal(false);
  const { name } = camera;
  const muted = sounding.value !== name;
  useEffect(() => {
    const follow = (): void => void (full.value = document.fullscreenElement === live.frame.current);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, []);
  useEffect(
    () => () => {
      if (sounding.peek() === name) sounding.value = undefined;
    },
    [name],
  );
  const toggleSound = (): void => {
    sounding.value = muted ? name : undefined;
    const video = live.video.current;
    if (video === null) return;
    if (muted) live.wantSound();
    // Here and not by the next drawing: browsers let a page sound only from within a press.
    video.muted = !muted;
    void video.play().catch(() => undefined);
  };
  const toggleFull = (): void => {
    const frame = live.frame.current;
    if (document.fullscreenElement !== null) void document.exitFullscreen();
    else if (frame !== null) void enterFullScreen(frame, live.video.current);
  };
  return { hasSound: camera.tracks.some((track) => track.kind === "audio"), muted, full, toggleSound, toggleFull };
}

/** A control on a picture: its icon alone, with its words for who can't see it. */
function BareControl(props: { readonly icon: IconName; readonly words: string; readonly onPress: () => void }) {
  return (
    <button type="button" class="button plain on-picture" aria-label={props.words} title={props.words} onClick={props.onPress}>
      <Icon name={props.icon} />
    </button>
  );
}

/** Sound and full screen, on the picture's edge. */
export function EdgeControls({ controls }: { readonly controls: PictureControls }) {
  const { hasSound, muted, full, toggleSound, toggleFull } = controls;
  const isFull = full.value;
  return (
    <span class="controls">
      {hasSound && (
        <BareControl
          icon={muted ? "muted" : "sound"}
          words={muted ? t("picture.unmute") : t("picture.mute")}
          onPress={toggleSound}
        />
      )}
      <BareControl
        icon={isFull ? "leave-full-screen" : "full-screen"}
        words={isFull ? t("picture.leave-full") : t("picture.full")}
        onPress={toggleFull}
      />
    </span>
  );
}

interface PhoneVideo extends HTMLVideoElement {
  /** iPhones know full screen for videos only. */
  readonly webkitEnterFullscreen?: () => void;
}

async function enterFullScreen(frame: HTMLElement, video: PhoneVideo | null): Promise<void> {
  if ("requestFullscreen" in frame) await frame.requestFullscreen().catch(() => undefined);
  else video?.webkitEnterFullscreen?.();
}

/**
 * A picture of a camera: live, or honestly not. The edge tells the name and the way it comes, with the reason where that isn't
 * the best one; the middle tells why there is no picture, and a stale one is grey and dated.
 */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { CameraView } from "#api/contract/cameras.ts";
import { useBox } from "../../box/box.ts";
import { cameraAddress } from "../../browser/routes.ts";
import { useLiveSession } from "../../live/use-live-session.ts";
import type { LiveHandle } from "../../live/use-live-session.ts";
import { t } from "../../i18n/text.ts";
import { stateWord } from "../camera-words.tsx";
import { LiveBadge, LiveMiddle } from "./live-words.tsx";
import { Mark } from "../mark.tsx";
import { EdgeControls, pictureKeys, usePictureControls } from "./picture-controls.tsx";

/** A look this long asks for the main stream. */
const LONG_LOOK_MS = 2000;

/** A tile of the grid: the small stream, the main one for those who look closely or let it fill the screen. */
export function LiveTile({ camera }: { readonly camera: CameraView }) {
  const { clock } = useBox();
  const looking = useSignal(false);
  const close = useSignal(false);
  const full = useSignal(false);
  useEffect(() => {
    if (!looking.value) {
      close.value = false;
      return undefined;
    }
    const timer = clock.after(LONG_LOOK_MS, () => (close.value = true));
    return () => timer.cancel();
  }, [looking.value]);
  const path = close.value || full.value ? camera.name : (camera.subStream ?? camera.name);
  const live = usePicture(camera, path);
  const controls = usePictureControls(camera, live);
  const isFull = controls.full.value;
  useEffect(() => void (full.value = isFull), [isFull]);
  const press = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.key === pictureKeys.full) controls.toggleFull();
    if (event.key === pictureKeys.sound && controls.hasSound) controls.toggleSound();
  };
  return (
    <article
      ref={live.frame}
      class="tile"
      data-camera={camera.name}
      data-fresh={isFresh(live, camera) ? "yes" : "no"}
      data-phase={live.view.value.state.phase}
      onPointerEnter={() => (looking.value = true)}
      onPointerLeave={() => (looking.value = false)}
      onFocusCapture={() => (looking.value = true)}
      onBlurCapture={() => (looking.value = false)}
      onKeyDown={press}
    >
      <a class="open" href={cameraAddress(camera.name)} aria-keyshortcuts={`${pictureKeys.full} ${pictureKeys.sound}`}>
        <span class="unseen">{t("tile.open", { name: camera.label, state: stateWord(camera) })}</span>
      </a>
      <Picture live={live} camera={camera} muted={controls.muted}>
        <EdgeControls controls={controls} />
      </Picture>
    </article>
  );
}

/** Plays the camera where it can be played at all. */
export function usePicture(camera: CameraView, path: string): LiveHandle {
  const up = camera.mark === "live" || camera.mark === "degraded";
  // A path that is pulled on demand starts when somebody watches.
  return useLiveSession({ path, up, wanted: camera.enabled && (up || camera.mark === "working" || camera.idle === "on-demand") });
}

/** Whether the picture may be shown as live: frames come, and the box agrees. */
export function isFresh(live: LiveHandle, camera: CameraView): boolean {
  const { phase } = live.view.value.state;
  return phase === "playing" && (camera.mark === "live" || camera.mark === "degraded");
}

/** Video, last picture, and what is to be said about them. */
export function Picture(props: {
  readonly live: LiveHandle;
  readonly camera: CameraView;
  readonly muted: boolean;
  readonly children?: ComponentChildren;
}) {
  const { live, camera } = props;
  const fresh = isFresh(live, camera);
  const showsVideo = live.view.value.state.phase === "playing" || live.view.value.state.phase === "frozen";
  const isStill = "transport" in live.view.value.state && live.view.value.state.transport === "still";
  return (
    <>
      <canvas ref={live.canvas} aria-hidden="true" />
      <video
        ref={live.video}
        muted={props.muted}
        autoplay
        playsinline
        disablepictureinpicture
        hidden={!showsVideo || isStill}
        aria-label={t("picture.of", { name: camera.label })}
      />
      {!fresh && <LiveMiddle live={live.view.value} camera={camera} />}
      <div class="edge">
        <Mark name={camera.mark} />
        <span class="name" title={camera.label}>
          {camera.label}
        </span>
        <LiveBadge live={live.view.value} camera={camera} fresh={fresh} />
        {props.children}
      </div>
    </>
  );
}

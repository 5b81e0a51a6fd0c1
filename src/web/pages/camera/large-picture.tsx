/** The large live view with its controls: sound (muted first), full screen, snapshot; each has a key. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CameraView } from "#api/contract/cameras.ts";
import { useBox } from "../../box/box.ts";
import { Icon } from "../../components/icon.tsx";
import type { IconName } from "../../components/icon.tsx";
import { aspectOf, isFresh, Picture, usePicture } from "../../components/live-tile.tsx";
import { t } from "../../i18n/text.ts";
import { saveSnapshot } from "../../live/snapshot.ts";

/** Keys of the controls. */
const KEYS = { sound: "m", full: "f", snapshot: "s" } as const;

/** The main stream of a camera. */
export function LargePicture({ camera }: { readonly camera: CameraView }) {
  const { clock } = useBox();
  const live = usePicture(camera, camera.name);
  const muted = useSignal(true);
  const full = useSignal(false);
  const saved = useSignal<"no" | "yes" | "nothing">("no");
  const hasAudio = camera.tracks.some((track) => track.kind === "audio");

  const toggleSound = (): void => {
    muted.value = !muted.value;
    const video = live.video.current;
    if (video === null) return;
    if (!muted.value) live.wantSound();
    video.muted = muted.value;
    void video.play().catch(() => undefined);
  };
  const toggleFull = (): void => {
    const frame = live.frame.current;
    if (document.fullscreenElement !== null) void document.exitFullscreen();
    else if (frame !== null) void enterFullScreen(frame, live.video.current);
  };
  const snapshot = (): void => {
    const video = live.video.current;
    saved.value = video !== null && saveSnapshot(video, camera.label, clock.wallNow()) ? "yes" : "nothing";
  };
  useKeys({ [KEYS.sound]: toggleSound, [KEYS.full]: toggleFull, [KEYS.snapshot]: snapshot });
  useEffect(() => {
    const follow = (): void => void (full.value = document.fullscreenElement !== null);
    document.addEventListener("fullscreenchange", follow);
    return () => document.removeEventListener("fullscreenchange", follow);
  }, []);

  const fresh = isFresh(live, camera);
  return (
    <div class="stack">
      <figure
        ref={live.frame}
        class="tile large"
        data-camera={camera.name}
        data-fresh={fresh ? "yes" : "no"}
        data-phase={live.view.value.state.phase}
        style={{ "--aspect": aspectOf(camera) }}
        onDblClick={toggleFull}
      >
        <Picture live={live} camera={camera} muted={muted.value}>
          {full.value && <Control icon="leave-full-screen" words={t("picture.leave-full")} onPress={toggleFull} bare />}
        </Picture>
      </figure>
      <div class="row controls">
        {hasAudio && (
          <Control
            icon={muted.value ? "muted" : "sound"}
            words={muted.value ? t("picture.unmute") : t("picture.mute")}
            shortcut={KEYS.sound}
            onPress={toggleSound}
          />
        )}
        <Control icon="full-screen" words={t("picture.full")} shortcut={KEYS.full} onPress={toggleFull} />
        <Control icon="snapshot" words={t("picture.snapshot")} shortcut={KEYS.snapshot} onPress={snapshot} disabled={!fresh} />
        {live.view.value.note !== undefined && <span class="quiet small">{t(`note.${live.view.value.note}`)}</span>}
        <span role="status" class="quiet small">
          {saved.value === "yes" && t("picture.saved")}
          {saved.value === "nothing" && t("picture.nothing")}
        </span>
      </div>
    </div>
  );
}

function Control(props: {
  readonly icon: IconName;
  readonly words: string;
  readonly onPress: () => void;
  readonly shortcut?: string;
  readonly disabled?: boolean;
  /** Only the icon, on a picture. */
  readonly bare?: true;
}) {
  const { icon, words, onPress, shortcut, bare } = props;
  return (
    <button
      type="button"
      class={bare === true ? "button plain on-picture" : "button"}
      disabled={props.disabled === true}
      aria-label={bare === true ? words : undefined}
      aria-keyshortcuts={shortcut}
      onClick={onPress}
    >
      <Icon name={icon} />
      {bare !== true && <span>{words}</span>}
    </button>
  );
}

/** Keys of the page, unless one types or uses a modifier. */
function useKeys(actions: Readonly<Record<string, () => void>>): void {
  const current = useRef(actions);
  current.current = actions;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
      const { target } = event;
      if (target instanceof Element && target.closest("input, textarea, select, dialog") !== null) return;
      current.current[event.key.toLowerCase()]?.();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

interface PhoneVideo extends HTMLVideoElement {
  /** iPhones know full screen for videos only. */
  readonly webkitEnterFullscreen?: () => void;
}

async function enterFullScreen(frame: HTMLElement, video: PhoneVideo | null): Promise<void> {
  if ("requestFullscreen" in frame) await frame.requestFullscreen().catch(() => undefined);
  else video?.webkitEnterFullscreen?.();
}

/** The large live view with its controls: sound (muted first), full screen, snapshot; each has a key. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { CameraView } from "#api/contract/cameras.ts";
import { useBox } from "../../box/box.ts";
import { Icon } from "../../components/icon.tsx";
import type { IconName } from "../../components/icon.tsx";
import { aspectOf } from "../../components/picture/aspect.ts";
import { isFresh, Picture, usePicture } from "../../components/picture/live-tile.tsx";
import { notesOf } from "../../components/picture/live-words.tsx";
import { EdgeControls, pictureKeys, usePictureControls } from "../../components/picture/picture-controls.tsx";
import { t } from "../../i18n/text.ts";
import { saveSnapshot } from "../../live/snapshot.ts";

/** The main stream of a camera. */
export function LargePicture({ camera }: { readonly camera: CameraView }) {
  const { clock } = useBox();
  const live = usePicture(camera, camera.name);
  const controls = usePictureControls(camera, live);
  const saved = useSignal<"no" | "yes" | "nothing">("no");
  const { hasSound, muted, full, toggleSound, toggleFull } = controls;

  const snapshot = (): void => {
    const video = live.video.current;
    saved.value = video !== null && saveSnapshot(video, camera.label, clock.wallNow()) ? "yes" : "nothing";
  };
  useKeys({ [pictureKeys.sound]: toggleSound, [pictureKeys.full]: toggleFull, [pictureKeys.snapshot]: snapshot });

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
        <Picture live={live} camera={camera} muted={muted}>
          {full.value && <EdgeControls controls={controls} />}
        </Picture>
      </figure>
      <div class="row controls">
        {hasSound && (
          <Control
            icon={muted ? "muted" : "sound"}
            words={muted ? t("picture.unmute") : t("picture.mute")}
            shortcut={pictureKeys.sound}
            onPress={toggleSound}
          />
        )}
        <Control icon="full-screen" words={t("picture.full")} shortcut={pictureKeys.full} onPress={toggleFull} />
        <Control
          icon="snapshot"
          words={t("picture.snapshot")}
          shortcut={pictureKeys.snapshot}
          onPress={snapshot}
          disabled={!fresh}
        />
        {notesOf(live.view.value, camera).map((note) => (
          <span key={note} class="quiet small">
            {t(`note.${note}`)}
          </span>
        ))}
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
  readonly shortcut: string;
  readonly disabled?: boolean;
}) {
  const { icon, words, onPress, shortcut } = props;
  return (
    <button type="button" class="button" disabled={props.disabled === true} aria-keyshortcuts={shortcut} onClick={onPress}>
      <Icon name={icon} />
      <span>{words}</span>
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

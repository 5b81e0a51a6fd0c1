/** What is said on a picture: by which way it comes and why not a better one; why there is none; when the last one was. */
import type { CameraView } from "#api/contract/cameras.ts";
import { useBox } from "../../box/box.ts";
import { formatMoment } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";
import type { LiveView } from "../../live/live-session.ts";
import type { PlayerNote } from "../../live/players/player.ts";
import { said, stateWord } from "../camera-words.tsx";
import { Mark } from "../mark.tsx";
import type { MarkName } from "../mark.tsx";

/** `RTC`, or `HLS · UDP blocked`. Nothing while there is no live picture. */
export function LiveBadge(props: { readonly live: LiveView; readonly camera: CameraView; readonly fresh: boolean }) {
  const { live, camera, fresh } = props;
  const box = useBox();
  const { state } = live;
  if (!fresh || state.phase !== "playing") return null;
  const reason = state.reason === undefined ? undefined : t(`reason.${state.reason}`);
  const why = notesOf(live, camera).includes("key-units-only") ? t("badge.key-units-only") : reason;
  // A still is never taken for live: it has its time.
  const at = state.transport === "still" && live.pictureAt !== undefined ? box.boxTime(live.pictureAt) : undefined;
  const way = t(`transport.${state.transport}`);
  const dated = at === undefined ? way : `${way} ${formatMoment(at, box.now, language.value)}`;
  const text = [dated, why].filter((word) => word !== undefined).join(" · ");
  return (
    <span class="badge" data-transport={state.transport} title={text}>
      {text}
    </span>
  );
}

/** Over a picture that isn't live. */
export function LiveMiddle({ live, camera }: { readonly live: LiveView; readonly camera: CameraView }) {
  const box = useBox();
  const shown = live.pictureAt === undefined ? null : box.boxTime(live.pictureAt);
  // While the camera is away a player that connects gets what the box still holds: the box knows how old that is.
  const last = isUp(camera) ? (shown ?? camera.figures.lastMediaAt) : (camera.figures.lastMediaAt ?? shown);
  const { mark, word, more } = wordsOf(live, camera);
  return (
    <div class="middle">
      <span class="state">
        <Mark name={mark} />
        {word}
      </span>
      {more !== undefined && <span class="more">{more}</span>}
      {last !== null && <span class="more">{t("picture.last", { time: formatMoment(last, box.now, language.value) })}</span>}
    </div>
  );
}

interface MiddleWords {
  readonly mark: MarkName;
  readonly word: string;
  readonly more: string | undefined;
}

/** The box's word on the camera first; only when that is well, what this player does. */
function wordsOf({ state }: LiveView, camera: CameraView): MiddleWords {
  const starts = camera.idle === "on-demand" && state.phase !== "paused";
  if (!isUp(camera) && !starts) {
    const more = camera.cause === null ? undefined : said(camera.cause.text);
    return { mark: camera.mark, word: stateWord(camera), more };
  }
  if (state.phase === "waiting") return { mark: "working", word: t("player.waiting"), more: t(`reason.${state.reason}`) };
  if (state.phase === "frozen") return { mark: "working", word: t("player.frozen"), more: undefined };
  if (state.phase === "paused") return { mark: "off", word: t("player.paused"), more: undefined };
  const why = state.phase === "opening" && state.reason !== undefined ? t(`reason.${state.reason}`) : undefined;
  return { mark: "working", word: t("player.opening"), more: why };
}

function isUp({ mark }: CameraView): boolean {
  return mark === "live" || mark === "degraded";
}

/** Below this a camera may send key frames alone. */
const MOVING_FPS = 2;

/** What is to be said beside the picture. */
export function notesOf(live: LiveView, { figures, tracks }: CameraView): readonly PlayerNote[] {
  return live.notes.filter((note) =>
    note === "key-units-only" ? (figures.fps ?? 0) > MOVING_FPS : tracks.some(({ kind }) => kind === "audio"),
  );
}

/** One camera: picture first, then its state in words, the last hour, figures, readers, and addresses to take away. */
import { useSignal } from "@preact/signals";
import type { CameraDetails, CameraView } from "#api/contract/cameras.ts";
import type { BoxState } from "../../box/apply-change.ts";
import { askBox } from "../../box/client.ts";
import type { Answer } from "../../box/client.ts";
import { useBox } from "../../box/box.ts";
import { cameraAddress } from "../../browser/routes.ts";
import { Cause, lasting, said, StateWord, stateWord } from "../../components/camera-words.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import { t } from "../../i18n/text.ts";
import { useSession } from "../../session/session.ts";
import { CameraFigures } from "./camera-figures.tsx";
import { CameraHour } from "./camera-hour.tsx";
import { CameraLinks } from "./camera-links.tsx";
import { CameraReaders } from "./camera-readers.tsx";
import { LargePicture } from "./large-picture.tsx";

/** The page of one camera. */
export function CameraPage({ state, name }: { readonly state: BoxState; readonly name: string }) {
  const { isAdmin } = useSession();
  const camera = state.cameras.find((candidate) => candidate.name === name);
  if (camera === undefined) {
    return (
      <div class="empty stack">
        <h1>{t("camera.gone", { name })}</h1>
        <p>
          <a href="/">{t("camera.all")}</a>
        </p>
      </div>
    );
  }
  const details = state.camera?.name === name ? state.camera : undefined;
  return (
    <>
      <div class="section-head">
        <div class="title">
          <a href="/" class="back">
            {t("camera.all")}
          </a>
          <h1>{camera.label}</h1>
        </div>
        {isAdmin && camera.entry === camera.name && !camera.demo && (
          <a class="button" href={cameraAddress(name, "edit")}>
            {t("camera.edit")}
          </a>
        )}
      </div>
      <div class="columns">
        <div class="stack">
          <LargePicture camera={camera} />
          <StateLine camera={camera} />
          <CameraHour camera={camera} />
        </div>
        <div class="stack">
          <CameraFigures camera={camera} details={details} />
          <CameraLinks camera={camera} ports={state.device.services} />
          {details !== undefined && details.endings.length > 0 && <Endings details={details} />}
        </div>
      </div>
      {isAdmin && <CameraReaders details={details} />}
    </>
  );
}

function StateLine({ camera }: { readonly camera: CameraView }) {
  const box = useBox();
  const { isAdmin } = useSession();
  const refused = useSignal<Exclude<Answer<unknown>, { kind: "ok" }> | undefined>(undefined);
  const retry = async (): Promise<void> => {
    const answer = await askBox(`/api/cameras/${encodeURIComponent(camera.name)}/retry`, { method: "POST" });
    refused.value = answer.kind === "ok" ? undefined : answer;
  };
  const { state, cause, advice } = camera;
  return (
    <div class="panel stack state-line">
      <div class="row">
        <span role="status">
          <StateWord mark={camera.mark} word={stateWord(camera)} />
        </span>
        <span class="quiet figures">{t("problem.since", { time: lasting(camera.since, box.now) })}</span>
        {state.kind === "offline" && (
          <span class="quiet figures">{t("camera.retry-in", { time: lasting(box.now, Math.max(box.now, state.retryAt)) })}</span>
        )}
        {isAdmin && state.kind === "offline" && (
          <button type="button" class="button" onClick={() => void retry()}>
            {t("camera.retry")}
          </button>
        )}
      </div>
      {cause !== null && (
        <p>
          <Cause cause={cause} />
        </p>
      )}
      {advice !== null && <p class="quiet">{said(advice)}</p>}
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
    </div>
  );
}

function Endings({ details }: { readonly details: CameraDetails }) {
  const box = useBox();
  return (
    <section class="panel stack">
      <h2>{t("camera.endings")}</h2>
      <ul class="stack endings">
        {details.endings.slice(0, 5).map((ending) => (
          <li key={ending.at}>
            <div class="quiet small figures">
              {t("ago", { time: lasting(ending.at, box.now) })}
              {ending.outageMs !== null && <> · {t("camera.outage", { time: lasting(0, ending.outageMs) })}</>}
            </div>
            {said(ending.cause.text)}
          </li>
        ))}
      </ul>
    </section>
  );
}

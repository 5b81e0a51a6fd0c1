/** Home: is all well, if not what to do, and every camera live. */
import type { CameraView } from "#api/contract/cameras.ts";
import { useBox } from "../../box/box.ts";
import type { BoxState } from "../../box/apply-change.ts";
import { truthOf } from "../../box/truth.ts";
import { Mark } from "../../components/mark.tsx";
import { ProblemCard } from "../../components/problem-card.tsx";
import { formatBytes, formatDuration, formatNumber, formatShare } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";
import { useSession } from "../../session/session.ts";
import { HomeGrid } from "./home-grid.tsx";

/** Words of the box this young are now: a counter that jumps between 0 and 1 tells nothing. */
const FRESH_MS = 5000;

/** The home page. */
export function HomePage({ state }: { readonly state: BoxState }) {
  const { isAdmin } = useSession();
  const cameras = state.cameras.filter(isShown);
  const { problems } = state.health;
  return (
    <>
      <TruthLine state={state} />
      {problems.length > 0 && (
        <section class="section" aria-label={t("problem.title")}>
          {problems.map((problem) => (
            <ProblemCard key={problem.id} problem={problem} />
          ))}
        </section>
      )}
      <section class="section" aria-label={t("nav.cameras")}>
        {cameras.length > 0 && <HomeGrid cameras={cameras} />}
        {!isAdmin && cameras.length === 0 && <p class="empty">{t("home.empty")}</p>}
      </section>
      {isAdmin && cameras.every((camera) => camera.demo) && (
        <a class="tile-button" href="/add">
          <span class="lead">{t("home.add")}</span>
          <span class="small">{t("home.add-hint")}</span>
        </a>
      )}
      <div class="foot">
        <DeviceStrip state={state} />
        {isAdmin && !cameras.every((camera) => camera.demo) && (
          <a class="button" href="/add">
            {t("home.add")}
          </a>
        )}
      </div>
    </>
  );
}

/** Sub-streams are played by their main camera's tile. */
function isShown(camera: CameraView): boolean {
  return camera.subStreamOf.length === 0;
}

function TruthLine({ state }: { readonly state: BoxState }) {
  const box = useBox();
  const { mark, parts } = truthOf(state.health);
  const lost = box.reachable.value === false;
  const age = box.now - (box.lastWordAt.value ?? box.now);
  return (
    <div class="truth">
      <h1 class="state" data-mark={lost ? "off" : mark}>
        <Mark name={lost ? "off" : mark} />
        <span role="status">
          {lost
            ? t("truth.unknown")
            : parts.map(({ key, values }, index) => (
                <span key={key} class="part">
                  {t(key, values)}
                  {index < parts.length - 1 && " · "}
                </span>
              ))}
        </span>
      </h1>
      <p class="quiet small figures">
        {age < FRESH_MS ? t("truth.updated-now") : t("truth.updated", { time: formatDuration(age, language.value) })}
      </p>
    </div>
  );
}

function DeviceStrip({ state }: { readonly state: BoxState }) {
  const { memory, device, cameras } = state;
  const viewers = cameras.reduce((sum, camera) => sum + camera.readers.total, 0);
  const spoken = language.value;
  const cells: readonly (readonly [what: string, figure: string])[] = [
    [t("device.memory"), `${formatBytes(memory.usedBytes, spoken)} / ${formatBytes(memory.budgetBytes, spoken)}`],
    [t("device.cpu"), formatShare(device.machineCpu ?? device.processCpu, spoken)],
    ...(device.temperatureCelsius === null
      ? []
      : [[t("device.temperature"), `${formatNumber(Math.round(device.temperatureCelsius), spoken)} °C`] as const]),
    [t("device.readers"), formatNumber(viewers, spoken)],
  ];
  return (
    <a class="panel strip" href="/device">
      {cells.map(([what, figure]) => (
        <span key={what}>
          <span class="what">{what}</span> {figure}
        </span>
      ))}
    </a>
  );
}

/** Something that isn't well: what, since when, why, and the one action that helps. Goes when its cause does. */
import type { Problem } from "#api/contract/device.ts";
import { useBox } from "../box/box.ts";
import { cameraAddress } from "../browser/routes.ts";
import { t } from "../i18n/text.ts";
import { lasting, said } from "./camera-words.tsx";
import { Notice } from "./notice.tsx";

/** One card. */
export function ProblemCard({ problem }: { readonly problem: Problem }) {
  const box = useBox();
  const { camera, cause, since } = problem;
  const who = camera === null ? t("problem.box") : (box.cameraOf(camera)?.label ?? camera);
  const remedy = said(cause.remedy);
  return (
    <Notice tone={problem.severity === "critical" ? "problem" : "notice"} action={<Action problem={problem} />}>
      <div>
        <strong>{who}</strong>
        {t("colon")}
        {said(cause.text)}
      </div>
      {remedy !== "" && <div class="quiet">{remedy}</div>}
      <div class="quiet small figures">
        {t("problem.since", { time: lasting(since, box.now) })} · {cause.code}
      </div>
    </Notice>
  );
}

function Action({ problem: { action, camera } }: { readonly problem: Problem }) {
  switch (action) {
    case "edit-camera":
      return (
        <a class="button" href={cameraAddress(camera ?? "", "edit")}>
          {t("action.edit-camera")}
        </a>
      );
    case "open-camera":
      return (
        <a class="button" href={cameraAddress(camera ?? "")}>
          {t("action.open-camera")}
        </a>
      );
    case "open-configuration":
      return (
        <a class="button" href="/settings">
          {t("action.open-configuration")}
        </a>
      );
    case "open-device":
      return (
        <a class="button" href="/device">
          {t("action.open-device")}
        </a>
      );
    case "open-log":
      return (
        <a class="button" href="/log">
          {t("action.open-log")}
        </a>
      );
    case null:
      return null;
  }
}

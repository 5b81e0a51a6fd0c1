/** Filter and pause, the same for both logs. */
import { t } from "../i18n/text.ts";

/** The row above a log. */
export function LogTools(props: {
  readonly cameras: readonly string[];
  readonly camera: string;
  readonly onCamera: (name: string) => void;
  readonly paused: boolean;
  readonly onPause: (pause: boolean) => void;
}) {
  return (
    <div class="row tools">
      <label class="row">
        <span class="quiet">{t("log.camera")}</span>
        <select class="input" value={props.camera} onChange={(event) => props.onCamera(event.currentTarget.value)}>
          <option value="">{t("log.all-cameras")}</option>
          {props.cameras.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <button type="button" class="button" aria-pressed={props.paused} onClick={() => props.onPause(!props.paused)}>
        {props.paused ? t("log.go-on") : t("log.pause")}
      </button>
    </div>
  );
}

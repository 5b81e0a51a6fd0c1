/** The last hour of a camera: bitrate, frame rate and loss, one below the other on one time axis. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CameraHistory } from "#api/contract/cameras.ts";
import { askBox } from "../../box/client.ts";
import { useBox } from "../../box/box.ts";
import { Chart } from "../../components/chart.tsx";
import { formatBitrate, formatNumber, formatShare } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";

/** A new point every so often. */
const REFRESH_MS = 10_000;

/** The three charts. */
export function CameraHour({ name }: { readonly name: string }) {
  const { clock } = useBox();
  const history = useSignal<CameraHistory | "none" | undefined>(undefined);
  useEffect(() => {
    let gone = false;
    const load = async (): Promise<void> => {
      const answer = await askBox<CameraHistory>(`/api/cameras/${encodeURIComponent(name)}/history`);
      if (!gone) history.value = answer.kind === "ok" ? answer.value : (history.value ?? "none");
    };
    void load();
    const timer = clock.every(REFRESH_MS, () => void load());
    return () => {
      gone = true;
      timer.cancel();
    };
  }, [name]);
  const spoken = language.value;
  const shown = history.value;
  return (
    <section class="panel stack">
      <h2>{t("hour.title")}</h2>
      {shown === "none" && <p class="quiet">{t("hour.none")}</p>}
      <Chart
        label={t("figures.bitrate")}
        history={historyOf(shown)}
        series="bitrate"
        format={(value) => formatBitrate(value, spoken)}
      />
      <Chart label={t("figures.fps")} history={historyOf(shown)} series="fps" format={(value) => formatNumber(value, spoken)} />
      <Chart
        label={t("figures.loss")}
        history={historyOf(shown)}
        series="lossRatio"
        format={(value) => formatShare(value, spoken)}
      />
    </section>
  );
}

function historyOf(shown: CameraHistory | "none" | undefined): CameraHistory | undefined {
  return shown === "none" ? undefined : shown;
}

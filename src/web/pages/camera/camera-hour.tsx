/** The last hour of a camera: bitrate, frame rate and loss, one below the other on one time axis. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { CameraHistory, CameraView } from "#api/contract/cameras.ts";
import { askBox } from "../../box/client.ts";
import { useBox } from "../../box/box.ts";
import { Chart } from "../../components/chart.tsx";
import { formatBitrate, formatNumber, formatShare } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";
import { carryOn, hasValues } from "./hour.ts";

/** The three charts. */
export function CameraHour({ camera }: { readonly camera: CameraView }) {
  const box = useBox();
  const history = useSignal<CameraHistory | undefined>(undefined);
  const { name, figures } = camera;
  const reachable = box.reachable.value;
  // Asked for once, and again after a time without a word; in between, figures come by the event stream.
  useEffect(() => {
    let gone = false;
    void askBox<CameraHistory>(`/api/cameras/${encodeURIComponent(name)}/history`).then((answer) => {
      if (!gone && answer.kind === "ok") history.value = answer.value;
    });
    return () => {
      gone = true;
    };
  }, [name, reachable]);
  useEffect(() => {
    if (history.value !== undefined) history.value = carryOn(history.value, camera, box.now);
  }, [figures]);
  const spoken = language.value;
  const shown = history.value;
  const parts = [
    ["figures.bitrate", "bitrate", (value: number) => formatBitrate(value, spoken)],
    ["figures.fps", "fps", (value: number) => formatNumber(value, spoken)],
    ["figures.loss", "lossRatio", (value: number) => formatShare(value, spoken)],
  ] as const;
  return (
    <section class="panel stack hour">
      <h2>{t("hour.title")}</h2>
      {shown !== undefined && !hasValues(shown) && <p class="quiet">{t("hour.none")}</p>}
      {shown !== undefined &&
        hasValues(shown) &&
        parts.map(([label, series, format]) => (
          <Chart key={series} label={t(label)} history={shown} series={series} format={format} />
        ))}
    </section>
  );
}

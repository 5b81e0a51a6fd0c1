/** One line over the last hour. uPlot is loaded when the first chart is seen; its newest figure stands beside the label. */
import { useEffect, useRef } from "preact/hooks";
import type uPlot from "uplot";
import type { CameraHistory } from "#api/contract/cameras.ts";
import { theme } from "../browser/theme.ts";
import { language, t } from "../i18n/text.ts";

/** All charts of a page move one cursor. */
const SYNC = "hour";
const HEIGHT = 104;
const AXIS_WIDTH = 84;

/** What a chart shows. */
export interface ChartProps {
  readonly label: string;
  readonly history: CameraHistory;
  readonly series: "bitrate" | "fps" | "lossRatio";
  readonly format: (value: number) => string;
}

/** A chart with its label. */
export function Chart({ label, history, series, format }: ChartProps) {
  const element = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const shades = theme.value;
  const spoken = language.value;

  useEffect(() => {
    const box = element.current;
    if (box === null) return undefined;
    let gone = false;
    const observer = new ResizeObserver(() => plot.current?.setSize({ width: box.clientWidth, height: HEIGHT }));
    void import("./plot.ts").then(({ drawPlot }) => {
      if (gone) return;
      const data = dataOf(history, series);
      plot.current = drawPlot(box, { data, width: box.clientWidth, height: HEIGHT, axisWidth: AXIS_WIDTH, sync: SYNC, format });
      observer.observe(box);
    });
    return () => {
      gone = true;
      observer.disconnect();
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [shades, spoken]);
  useEffect(() => plot.current?.setData(dataOf(history, series)), [history]);

  const newest = history[series].findLast((value) => value !== null);
  return (
    <figure>
      <figcaption class="row">
        <span class="quiet small">{label}</span>
        <span class="figures">{newest === undefined || newest === null ? t("none") : format(newest)}</span>
      </figcaption>
      <div ref={element} class="chart" aria-hidden="true" />
    </figure>
  );
}

function dataOf(history: CameraHistory, series: ChartProps["series"]): [number[], (number | null)[]] {
  const values = history[series];
  return [values.map((_value, index) => (history.from + index * history.stepMs) / 1000), [...values]];
}

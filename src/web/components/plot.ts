/** uPlot in the page's colours. In a file of its own: loaded with the first chart only. */
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

/** uPlot takes pixels only: labels are this much of the text's size, which people may have made larger. */
const LABEL_SHARE = 0.8;
/** Size of the text unless somebody has. */
const TEXT_PX = 15;
/** A young box's hour is as wide as any other. */
const HOUR_S = 3600;

/** What a plot is drawn from. */
export interface PlotOptions {
  /** Seconds since 1970, and the values. */
  readonly data: [number[], (number | null)[]];
  readonly width: number;
  readonly height: number;
  readonly axisWidth: number;
  /** Plots of the same word move one cursor. */
  readonly sync: string;
  readonly format: (value: number) => string;
}

/** Draws into `element`. */
export function drawPlot(element: HTMLElement, { data, width, height, axisWidth, sync, format }: PlotOptions): uPlot {
  const style = getComputedStyle(element);
  const token = (name: string): string => style.getPropertyValue(name).trim();
  const textPx = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const scale = textPx / TEXT_PX;
  const font = `${String(textPx * LABEL_SHARE)}px ${token("--sans")}`;
  const axis = { stroke: token("--text-quiet"), font, grid: { stroke: token("--line"), width: 1 }, ticks: { show: false } };
  return new uPlot(
    {
      width,
      height,
      legend: { show: false },
      cursor: { sync: { key: sync }, y: false, drag: { x: false, y: false } },
      scales: {
        x: { time: true, range: (_plot, _min, max) => [max - HOUR_S, max] },
        y: { range: (_plot, _min, max) => [0, max > 0 ? max * 1.15 : 1] },
      },
      axes: [
        { ...axis, size: 24 * scale, space: 80 * scale, values: (_plot, times) => times.map(clockTime) },
        { ...axis, size: axisWidth * scale, space: 30 * scale, values: (_plot, values) => values.map(format) },
      ],
      series: [{}, { stroke: token("--accent"), width: 1.5, spanGaps: false, points: { show: false } }],
    },
    data,
    element,
  );
}

function clockTime(seconds: number): string {
  const at = new Date(seconds * 1000);
  return `${String(at.getHours()).padStart(2, "0")}:${String(at.getMinutes()).padStart(2, "0")}`;
}

/** A camera with everything that is known: its readers, how its sessions ended, what is configured of it. */
import type { CameraDetails, CameraView, TrackFigures } from "../contract/cameras.ts";
import type { ReaderView } from "../contract/readers.ts";
import { printValues } from "#config/print-value.ts";
import { explain } from "../explain.ts";
import type { MonitorSources } from "./sources.ts";

/** Puts the details together. */
export function cameraDetails(
  view: CameraView,
  parts: { sources: MonitorSources; trackFigures: readonly TrackFigures[]; readers: readonly ReaderView[] },
): CameraDetails {
  const { sources, trackFigures, readers } = parts;
  const endings = sources.cameras.report(view.name)?.endings ?? [];
  return {
    ...view,
    trackFigures,
    readerList: readers,
    endings: endings.map(({ at, error, outageMs }) => ({ at, cause: explain(error), outageMs: outageMs ?? null })),
    options: optionsOf(view.entry, sources),
  };
}

/** What is configured otherwise than every path begins with; secrets hidden. */
function optionsOf(entry: string, { store, pathOptions }: MonitorSources): Readonly<Record<string, unknown>> {
  const { config } = store.inForce;
  const values = config.valuesOf(entry);
  if (values === undefined) return {};
  const defaults = printValues(pathOptions, config.pathDefaults);
  const own = printValues(pathOptions, values);
  return Object.fromEntries(
    Object.entries(own).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key])),
  );
}

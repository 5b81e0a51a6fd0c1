/** Families of what players of the page say of themselves, by how they play. */
import type { MonitorMetrics, ViewerTotals } from "../views.ts";
import type { Family } from "./exposition.ts";

/** Sums over all players so far. */
export function viewerFamilies({ viewers }: MonitorMetrics): readonly Family[] {
  const family = (name: string, help: string, of: (totals: ViewerTotals) => number): Family => ({
    name: `sluice_viewer_${name}_total`,
    kind: "counter",
    help,
    samples: [...viewers.totals].map(([player, totals]) => ({ labels: { player }, value: of(totals) })),
  });
  return [
    family("players", "Players that have reported.", ({ players }) => players),
    family("first_pictures", "Players that have shown a picture.", ({ pictures }) => pictures),
    family("first_picture_seconds", "How long their first pictures took, in sum.", ({ firstPictureMs }) => firstPictureMs / 1000),
    family("stalls", "How often pictures stood still.", ({ stalls }) => stalls),
    family("stalled_seconds", "How long pictures stood still, in sum.", ({ stalledMs }) => stalledMs / 1000),
    family("errors", "Errors of players.", ({ errors }) => errors),
  ];
}

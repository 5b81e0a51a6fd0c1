/** The sentence of truth: from the box's own health report alone, or that there is no word from the box. Pure. */
import type { CameraMark } from "#api/contract/cameras.ts";
import type { HealthReport } from "#api/contract/device.ts";
import type { MessageKey } from "../i18n/en.ts";

/** A sentence as keys of the dictionaries. */
export interface Truth {
  readonly mark: CameraMark;
  /** Parts, joined by a middle dot. */
  readonly parts: readonly { readonly key: MessageKey; readonly values: Readonly<Record<string, number>> }[];
}

/** What a report says. */
export function truthOf({ cameras, boxHealthy, problems }: HealthReport): Truth {
  const live = cameras.live + cameras.degraded;
  const total = live + cameras.working + cameras["needs-you"];
  const box = { key: boxHealthy ? "truth.box-healthy" : "truth.box-problem", values: {} } as const;
  const sentence = total === 0 ? sentenceWithout(cameras.off) : sentenceOf(live, total);
  return {
    mark: markOf({ live, total, needsYou: cameras["needs-you"] > 0, well: boxHealthy && problems.length === 0 }),
    parts: [sentence, box],
  };
}

function sentenceWithout(off: number): Truth["parts"][number] {
  return off === 0 ? { key: "truth.no-cameras", values: {} } : { key: "truth.all-off", values: { off } };
}

function sentenceOf(live: number, total: number): Truth["parts"][number] {
  if (live === total) return { key: "truth.all-live", values: { total } };
  if (live === 0) return { key: "truth.none-live", values: { total } };
  return { key: "truth.some-live", values: { live, total } };
}

function markOf(facts: { live: number; total: number; needsYou: boolean; well: boolean }): CameraMark {
  if (facts.needsYou) return "needs-you";
  if (facts.total === 0) return facts.well ? "off" : "needs-you";
  if (facts.live === 0) return "working";
  return facts.live === facts.total && facts.well ? "live" : "degraded";
}

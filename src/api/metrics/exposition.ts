/**
 * Prometheus' text format, version 0.0.4: families one after the other, each with its help, its kind and all its samples.
 */

/** What a family's values are; MediaMTX's counters don't end in `_total` as counters must, so they are `untyped`. */
export type FamilyKind = "counter" | "gauge" | "untyped";

/** One value; label names are fixed ones of ours. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples of one name. */
export interface Family {
  readonly name: string;
  readonly kind: FamilyKind;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** Content-Type of what `printFamilies` makes. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** The families as text. */
export function printFamilies(families: readonly Family[]): string {
  return families.map(printFamily).join("");
}

function printFamily({ name, kind, help, samples }: Family): string {
  const lines = samples.map(({ labels, value }) => `${name}${printLabels(labels)} ${printValue(value)}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
}

function printLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escape(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escape(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll('"', '\\"');
}

function printValue(value: number): string {
  return Number.isNaN(value) ? "NaN" : String(value);
}

/**
 * The assertion of the rule tests: a list of violations is empty. Fails with one line per violation, and nothing else.
 */
import { AssertionError } from "node:assert/strict";

/** Fails when `violations` holds something; `hint` says what to do about them. */
export function expectNone(violations: readonly string[], hint?: string): void {
  if (violations.length === 0) return;
  const lines = [`${String(violations.length)} found${hint === undefined ? "" : ` (${hint})`}`, ...violations];
  throw new AssertionError({ message: lines.join("\n  "), stackStartFn: expectNone });
}

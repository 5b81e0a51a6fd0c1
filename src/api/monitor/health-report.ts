/** Whether all is well, told from what is shown: the sentence of truth and the problem cards are made from this alone. */
import { isFlowing } from "#cameras/camera-state.ts";
import type { CameraMark } from "#cameras/camera-state.ts";
import type { BoxEntry, HealthCheck, HealthView } from "../views.ts";
import type { CameraView } from "../contract/cameras.ts";
import type { HealthReport, Problem } from "../contract/device.ts";
import { apiError } from "../errors.ts";
import { explain } from "../explain.ts";

/** A camera that is being connected isn't a problem yet. */
const PATIENCE_MS = 10_000;

/** Makes reports; remembers since when what isn't well isn't. */
export class HealthReporter {
  readonly #since = new Map<string, number>();

  /** The report of `now`, ms since 1970. */
  report(cameras: readonly CameraView[], health: Pick<HealthView, "check" | "box">, now: number): HealthReport {
    const counts: Record<CameraMark, number> = { live: 0, degraded: 0, working: 0, "needs-you": 0, off: 0 };
    for (const camera of cameras) if (camera.subStreamOf.length === 0) counts[camera.mark] += 1;
    const services = health.check().filter((check) => !check.ok);
    const box = [...services.map((check) => this.#serviceProblem(check, now)), ...health.box().flatMap(boxProblem)];
    const ill = cameras.flatMap((camera) => cameraProblem(camera, now) ?? []);
    const problems = [...box, ...ill].sort((a, b) => rank(a) - rank(b) || a.since - b.since);
    const ids = new Set(problems.map(({ id }) => id));
    for (const id of this.#since.keys()) if (!ids.has(id)) this.#since.delete(id);
    return { at: now, cameras: counts, boxHealthy: box.length === 0, problems };
  }

  #serviceProblem(check: HealthCheck, now: number): Problem {
    const id = `box:${check.name}`;
    const since = this.#since.get(id) ?? now;
    this.#since.set(id, since);
    const cause = explain(apiError("api-part-not-well", { details: { name: check.name, reason: check.reason ?? "?" } }));
    return { id, severity: "critical", camera: null, since, cause, action: "open-log" };
  }
}

function boxProblem({ name, finding, since }: BoxEntry): readonly Problem[] {
  if (finding === undefined) return [];
  const severity = finding.severity === "failed" ? "critical" : "warning";
  // What is wrong with the configuration is mended in its editor.
  const action = name === "configuration" ? "open-configuration" : "open-device";
  return [{ id: `box:${name}`, severity, camera: null, since, cause: explain(finding.error), action }];
}

function cameraProblem(camera: CameraView, now: number): Problem | undefined {
  const { mark, cause, state, since, name } = camera;
  if (mark === "live" || mark === "off" || camera.idle !== null || cause === null) return undefined;
  if (state.kind === "connecting" && now - since < PATIENCE_MS) return undefined;
  const action = state.kind === "needs-credentials" || state.kind === "locked-out" ? "edit-camera" : "open-camera";
  return { id: `camera:${name}`, severity: isFlowing(state) ? "warning" : "critical", camera: name, since, cause, action };
}

function rank(problem: Problem): number {
  return problem.severity === "critical" ? 0 : 1;
}

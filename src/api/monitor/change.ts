/** What differs between two looks at everything, in the contract's terms. */
import type { CameraFigures, CameraView } from "../contract/cameras.ts";
import type { DeviceView, HealthReport } from "../contract/device.ts";
import type { Change } from "../contract/events.ts";
import type { MemoryView } from "../contract/memory.ts";

/** Everything at one moment. */
export interface State {
  readonly device: DeviceView;
  readonly health: HealthReport;
  readonly memory: MemoryView;
  readonly cameras: readonly CameraView[];
  readonly configEtag: string;
}

/** The difference; parts that are the same are left out. */
export function changeBetween(before: State, after: State, now: number): Change {
  const known = new Map(before.cameras.map((camera) => [camera.name, camera]));
  const cameras: CameraView[] = [];
  const figures: Record<string, CameraFigures> = {};
  for (const camera of after.cameras) {
    const old = known.get(camera.name);
    if (old === undefined || !same({ ...old, figures: null }, { ...camera, figures: null })) cameras.push(camera);
    else if (!same(old.figures, camera.figures)) figures[camera.name] = camera.figures;
  }
  const names = after.cameras.map(({ name }) => name);
  const removed = [...known.keys()].filter((name) => !names.includes(name));
  const stayed = before.cameras.map(({ name }) => name).filter((name) => !removed.includes(name));
  const reordered = !same(
    stayed,
    names.filter((name) => known.has(name)),
  );
  return {
    now,
    ...(same({ ...before.device, now: 0 }, { ...after.device, now: 0 }) ? {} : { device: after.device }),
    ...(same({ ...before.health, at: 0 }, { ...after.health, at: 0 }) ? {} : { health: after.health }),
    ...(same(before.memory, after.memory) ? {} : { memory: after.memory }),
    ...(cameras.length === 0 ? {} : { cameras }),
    ...(Object.keys(figures).length === 0 ? {} : { figures }),
    ...(removed.length === 0 ? {} : { removed }),
    ...(reordered || names.length > stayed.length ? { order: names } : {}),
    ...(before.configEtag === after.configEtag ? {} : { configEtag: after.configEtag }),
  };
}

/** Plain data with its keys in the same order. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

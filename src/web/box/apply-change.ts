/** The page's copy of what the box says: a snapshot, and the changes after it. Pure. */
import type { Change, Snapshot, EventRecord } from "#api/contract/events.ts";

/** Events kept on the page. */
export const MAX_EVENTS = 500;

/** What the page knows. */
export type BoxState = Omit<Snapshot, "missedEvents">;

/** The state after a change. */
export function applyChange(state: BoxState, change: Change): BoxState {
  return {
    ...state,
    now: change.now,
    device: change.device ?? state.device,
    health: change.health ?? state.health,
    memory: change.memory ?? state.memory,
    cameras: changedCameras(state, change),
    camera: change.camera === undefined ? state.camera : change.camera,
    configEtag: change.configEtag ?? state.configEtag,
  };
}

/** The state of a new snapshot; events that are already here stay. */
export function applySnapshot(state: BoxState | undefined, snapshot: Snapshot): BoxState {
  const { missedEvents, ...rest } = snapshot;
  const before = missedEvents ? [] : (state?.events ?? []);
  return { ...rest, events: mergeEvents(before, snapshot.events) };
}

/** The state after something happened. */
export function applyEvent(state: BoxState, event: EventRecord): BoxState {
  return { ...state, events: mergeEvents(state.events, [event]) };
}

function changedCameras(state: BoxState, change: Change): BoxState["cameras"] {
  const { cameras, figures, removed, order } = change;
  if (cameras === undefined && figures === undefined && removed === undefined && order === undefined) return state.cameras;
  const byName = new Map(state.cameras.map((camera) => [camera.name, camera]));
  for (const [name, newer] of Object.entries(figures ?? {})) {
    const camera = byName.get(name);
    if (camera !== undefined) byName.set(name, { ...camera, figures: newer });
  }
  for (const camera of cameras ?? []) byName.set(camera.name, camera);
  for (const name of removed ?? []) byName.delete(name);
  if (order === undefined) return [...byName.values()];
  const ordered = order.flatMap((name) => byName.get(name) ?? []);
  return [...ordered, ...[...byName.values()].filter((camera) => !order.includes(camera.name))];
}

function mergeEvents(before: readonly EventRecord[], added: readonly EventRecord[]): readonly EventRecord[] {
  const known = new Set(before.map((event) => event.id));
  return [...before, ...added.filter((event) => !known.has(event.id))].slice(-MAX_EVENTS);
}

/** A live session bound to a video element's life: made when it is there, ended when it goes, paused when nobody sees it. */
import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { RefObject } from "preact";
import { useLive } from "./live-context.ts";
import { LiveSession } from "./live-session.ts";
import type { LiveView } from "./live-session.ts";
import { watchVisibility } from "./visibility.ts";

/** A session and the elements it needs. */
export interface LiveHandle {
  readonly frame: RefObject<HTMLElement | null>;
  readonly video: RefObject<HTMLVideoElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly view: ReadonlySignal<LiveView>;
  /** Asks for sound; see `LiveSession.wantSound`. */
  readonly wantSound: () => void;
}

const asleep: LiveView = { state: { phase: "paused" }, pictureAt: undefined, notes: [] };

/** Plays `path` while it is seen; `up` says whether the box has media of it, `wanted` whether to play at all. */
export function useLiveSession(options: { readonly path: string; readonly up: boolean; readonly wanted: boolean }): LiveHandle {
  const { path, up, wanted } = options;
  const services = useLive();
  const frame = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const session = useRef<LiveSession>(undefined);
  const view = useMemo(() => signal<LiveView>(asleep), []);

  useEffect(() => {
    if (frame.current === null || video.current === null || canvas.current === null || !wanted) return undefined;
    const live = new LiveSession(services, { video: video.current, canvas: canvas.current }, path);
    session.current = live;
    const unfollow = live.view.subscribe((value) => (view.value = value));
    const unwatch = watchVisibility(frame.current, services.clock, (seen) => live.look(seen));
    return () => {
      unwatch();
      live.close();
      unfollow();
      session.current = undefined;
    };
  }, [services, wanted]);

  useEffect(() => session.current?.setPath(path), [path]);
  useEffect(() => {
    if (up) session.current?.cameraReturned();
  }, [up]);
  return { frame, video, canvas, view, wantSound: () => session.current?.wantSound() };
}

/**
 * What a live tile does next: a pure state machine. WebRTC first, then low-latency HLS, then still pictures, each fallback with
 * its reason. A picture that stops is frozen, never live; what ends is opened again by itself, for ever, with a growing pause.
 */

/** How a picture comes. */
export type Transport = "webrtc" | "hls" | "still";

/** Why something isn't played, or not by the best way. The words are in the dictionaries under `reason.`. */
export type Reason =
  | "blocked"
  | "unsupported"
  | "codec"
  | "b-frames"
  | "refused"
  | "busy"
  | "sound"
  | "no-picture"
  | "not-there"
  | "ended"
  | "login"
  | "unreachable"
  | "too-many";

/** Phases of a tile. `attempt` counts failures in a row; `reason` is why a better transport isn't used or why it waits. */
export type LiveState =
  | { readonly phase: "paused" }
  | { readonly phase: "opening"; readonly transport: Transport; readonly reason: Reason | undefined; readonly attempt: number }
  | { readonly phase: "playing"; readonly transport: Transport; readonly reason: Reason | undefined }
  | {
      readonly phase: "frozen";
      readonly transport: Transport;
      readonly reason: Reason | undefined;
      readonly attempt: number;
      /** The box has pictures of the camera again; this session should show them any moment. */
      readonly returned: boolean;
    }
  | {
      readonly phase: "waiting";
      readonly transport: Transport;
      readonly reason: Reason;
      readonly attempt: number;
      /** Why the next transport isn't a better one. */
      readonly kept: Reason | undefined;
    };

/** What happens to a tile. `best` is the first transport worth trying and why it isn't WebRTC. */
export type LiveEvent =
  | { readonly kind: "look"; readonly best: Transport; readonly reason: Reason | undefined }
  | { readonly kind: "look-away" }
  | { readonly kind: "frame" }
  | { readonly kind: "silence" }
  | { readonly kind: "failed"; readonly reason: Reason }
  | { readonly kind: "retry" }
  | { readonly kind: "returned" }
  | { readonly kind: "slot" };

/** Pauses before the next try, by failures in a row; the last one repeats. */
const PAUSES_MS = [250, 1000, 2000, 4000, 5000];
/** After this long without a frame a picture is frozen. Slower cameras than one picture in two seconds are stills anyway. */
const FROZEN_AFTER_MS = 2500;
/** The same where the link carries key frames only: groups of pictures of 10 s fit. */
const KEY_FRAME_MS = 12_000;
/** A frozen session is given this long to go on by itself: the server keeps readers while a camera comes back. */
const REOPEN_AFTER_MS = 6000;
/**
 * The same once the box says that the camera is back: a browser whose clock of the stream is a few seconds old can hold new pictures
 * back for two more (Chromium), and HLS may sit in front of the gap. A new session shows them at once.
 */
const RETURNED_MS: Readonly<Record<Transport, number>> = { webrtc: 500, hls: 1500, still: REOPEN_AFTER_MS };
/** Longest wait for a first frame; a camera that sends a key unit every 4 s fits. */
const OPENING_MS: Readonly<Record<Transport, number>> = { webrtc: 8000, hls: 12_000, still: 15_000 };
/** A still counts as current for so long. */
const STILL_MS = 30_000;

/** Reasons that lie with the way, not with the stream: another way may work. */
const ofTheTransport: ReadonlySet<Reason> = new Set([
  "blocked",
  "unsupported",
  "codec",
  "b-frames",
  "refused",
  "busy",
  "no-picture",
]);

/** The state after `event`. */
export function nextLiveState(state: LiveState, event: LiveEvent): LiveState {
  switch (event.kind) {
    case "look":
      return state.phase === "paused" ? opening(event.best, event.reason, 0) : state;
    case "look-away":
      return { phase: "paused" };
    case "frame":
      return state.phase === "opening" || state.phase === "frozen"
        ? { phase: "playing", transport: state.transport, reason: state.reason }
        : state;
    case "silence":
      return afterSilence(state);
    case "failed":
      return afterFailure(state, event.reason);
    case "retry":
      return state.phase === "waiting" ? opening(state.transport, state.kept, state.attempt) : state;
    case "returned":
      if (state.phase === "waiting") return opening(state.transport, state.kept, state.attempt);
      return state.phase === "frozen" && !state.returned ? { ...state, returned: true } : state;
    case "slot":
      return "transport" in state && state.transport === "still" && state.phase !== "waiting" && state.reason === "busy"
        ? opening("hls", "blocked", 0)
        : state;
  }
}

/**
 * How long the state may last without a frame before `silence`, or before `retry` when waiting; undefined: for ever.
 * `keyUnitsOnly`: the box leaves out all pictures but key frames, since the link is too slow.
 */
export function patienceOf(
  state: LiveState,
  keyUnitsOnly = false,
): { readonly ms: number; readonly then: "silence" | "retry" } | undefined {
  switch (state.phase) {
    case "paused":
      return undefined;
    case "opening":
      return { ms: OPENING_MS[state.transport], then: "silence" };
    case "playing":
      if (state.transport === "still") return { ms: STILL_MS, then: "silence" };
      return { ms: keyUnitsOnly ? KEY_FRAME_MS : FROZEN_AFTER_MS, then: "silence" };
    case "frozen":
      return { ms: state.returned ? RETURNED_MS[state.transport] : REOPEN_AFTER_MS, then: "silence" };
    case "waiting":
      return { ms: PAUSES_MS[Math.min(state.attempt - 1, PAUSES_MS.length - 1)] ?? 0, then: "retry" };
  }
}

function opening(transport: Transport, reason: Reason | undefined, attempt: number): LiveState {
  return { phase: "opening", transport, reason, attempt };
}

function afterSilence(state: LiveState): LiveState {
  if (state.phase === "playing")
    return { phase: "frozen", transport: state.transport, reason: state.reason, attempt: 1, returned: false };
  // The box has pictures: no pause before the new session.
  if (state.phase === "frozen" && state.returned) return opening(state.transport, state.reason, state.attempt);
  if (state.phase === "frozen") return waiting(state, "no-picture", state.attempt);
  if (state.phase === "opening") return afterFailure(state, "no-picture");
  return state;
}

function afterFailure(state: LiveState, reason: Reason): LiveState {
  if (state.phase === "playing") return waiting(state, reason, 1);
  if (state.phase === "frozen") return waiting(state, reason, state.attempt);
  if (state.phase !== "opening") return state;
  if (ofTheTransport.has(reason)) {
    if (state.transport === "webrtc") return opening("hls", reason, state.attempt);
    // What kept WebRTC away is the better explanation of the two, unless this browser can't play HLS either.
    if (state.transport === "hls") return opening("still", reason === "busy" ? reason : (state.reason ?? reason), state.attempt);
    // Not even a still: begin again with the best way.
    return { phase: "waiting", transport: "webrtc", reason, attempt: state.attempt + 1, kept: undefined };
  }
  return waiting(state, reason, state.attempt + 1);
}

function waiting(
  state: { readonly transport: Transport; readonly reason: Reason | undefined },
  reason: Reason,
  attempt: number,
): LiveState {
  return { phase: "waiting", transport: state.transport, reason, attempt: Math.max(1, attempt), kept: state.reason };
}

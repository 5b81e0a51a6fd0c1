/**
 * What a camera can be in, as one closed union: code, API, metrics, page and alerts use these words and no others. Each
 * state maps to one of five marks for drawing.
 */

/** Why a camera that sends is not in full order. */
export type DegradedReason = "no-key-frame";

/** Why a camera can't be used as it is. */
export type UnsupportedReason = "no-usable-track";

/** A camera's state. Times are milliseconds since 1970-01-01 UTC. */
export type CameraState =
  | { readonly kind: "discovered" }
  | { readonly kind: "needs-activation" }
  | { readonly kind: "needs-credentials" }
  | { readonly kind: "locked-out"; readonly until: number }
  | { readonly kind: "probing" }
  | { readonly kind: "connecting" }
  | { readonly kind: "live" }
  | { readonly kind: "degraded"; readonly reason: DegradedReason }
  | { readonly kind: "stalled" }
  | { readonly kind: "offline"; readonly retryAt: number }
  | { readonly kind: "disabled" }
  | { readonly kind: "unsupported"; readonly reason: UnsupportedReason };

/** How a state is drawn. */
export type CameraMark = "live" | "degraded" | "working" | "needs-you" | "off";

/** The mark of a state. */
export function markOf(state: CameraState): CameraMark {
  switch (state.kind) {
    case "live":
      return "live";
    case "degraded":
      return "degraded";
    case "probing":
    case "connecting":
    case "stalled":
    case "offline":
      return "working";
    case "discovered":
    case "needs-activation":
    case "needs-credentials":
    case "locked-out":
    case "unsupported":
      return "needs-you";
    case "disabled":
      return "off";
  }
}

/** Whether media is flowing in this state. */
export function isFlowing(state: CameraState): boolean {
  return state.kind === "live" || state.kind === "degraded";
}

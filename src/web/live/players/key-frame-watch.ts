/**
 * Tells when a WebRTC connection brings key frames alone: the box leaves the others out for who has a slow link. By the
 * browser's own counters (W3C webrtc-stats, `RTCInboundRtpStreamStats`); browsers that don't count key frames tell nothing.
 */
import type { Clock } from "../../browser/clock.ts";
import { LOOKS, onlyKeyFrames } from "./key-frames.ts";
import type { FrameCounts } from "./key-frames.ts";

const LOOK_MS = 2000;
/** Looks every two seconds and calls `onChange` when it changes; returns how to stop. */
export function watchKeyFrames(
  connection: Pick<RTCPeerConnection, "getStats">,
  clock: Clock,
  onChange: (only: boolean) => void,
): () => void {
  let looks: readonly FrameCounts[] = [];
  let told = false;
  let stopped = false;
  const look = async (): Promise<void> => {
    const counts = countsOf(await connection.getStats());
    if (counts === undefined || stopped) return;
    looks = [...looks, counts].slice(-LOOKS);
    const only = onlyKeyFrames(looks) ?? told;
    if (only === told) return;
    told = only;
    onChange(only);
  };
  const timer = clock.every(LOOK_MS, () => void look().catch(() => undefined)); // a closed connection has no counters
  return () => {
    stopped = true;
    timer.cancel();
  };
}

function countsOf(stats: RTCStatsReport): FrameCounts | undefined {
  let found: FrameCounts | undefined;
  stats.forEach((entry: { readonly type: string; readonly kind?: string; framesDecoded?: number; keyFramesDecoded?: number }) => {
    if (entry.type !== "inbound-rtp" || entry.kind !== "video") return;
    const { framesDecoded, keyFramesDecoded } = entry;
    if (framesDecoded !== undefined && keyFramesDecoded !== undefined)
      found = { frames: framesDecoded, keyFrames: keyFramesDecoded };
  });
  return found;
}

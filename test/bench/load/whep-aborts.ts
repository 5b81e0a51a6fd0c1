/**
 * Load of viewers that begin and never arrive: offers never followed by ICE, garbage in place of offers, and sessions left
 * half-open after ICE.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { WhepViewer } from "#test/peers/whep-viewer.ts";

/** `count` of a kind, `perSecond` at most. */
export interface AbortOptions {
  readonly url: string;
  readonly kind: "post" | "garbage" | "ice";
  readonly count: number;
  readonly perSecond: number;
}

/** Answers by status, 0 for none. */
export interface AbortResult {
  readonly statuses: Record<string, number>;
  readonly seconds: number;
}

/** Makes them. */
export async function openWhep(options: AbortOptions): Promise<AbortResult> {
  const started = performance.now();
  const statuses: Record<string, number> = {};
  const pending: Promise<void>[] = [];
  for (let index = 0; index < options.count; index += 1) {
    await sleep(Math.max(0, started + (index * 1000) / options.perSecond - performance.now()));
    pending.push(
      openOne(options, index).then((status) => {
        statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
      }),
    );
  }
  await Promise.all(pending);
  return { statuses, seconds: (performance.now() - started) / 1000 };
}

async function openOne({ url, kind }: AbortOptions, index: number): Promise<number> {
  try {
    if (kind === "garbage") {
      const body = ["v=0\r\n", "garbage", "v=0\r\nm=video 9 X 0\r\na=ice-ufrag:x\r\n", "\0".repeat(2000)][index % 4] ?? "";
      const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body });
      await response.arrayBuffer();
      return response.status;
    }
    const viewer = await WhepViewer.open({ url, audio: "", until: kind });
    viewer.close();
    return viewer.answer.status;
  } catch {
    return 0;
  }
}

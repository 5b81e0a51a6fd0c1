/**
 * One viewer by WHEP, with the shape of `Reader`: what arrives is decrypted and verified like RTSP's.
 */
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { machineNow } from "./clock.ts";
import { TrackCheck, type Tally, type Unit } from "./track-check.ts";

/** What a viewer needs. */
export interface WhepReaderOptions {
  readonly url: string;
  readonly tally: Tally;
  readonly onUnit?: (unit: Unit) => void;
}

/** A viewer that watches. */
export class WhepReader {
  /** Where a viewer's time begins: the POST. */
  playedAt = 0;
  units = 0;
  closedReason: string | undefined;
  readonly localPort = 0;
  #viewer: WhepViewer | undefined;

  /** Joins: rejects with what went wrong, leaving nothing open. */
  static async join(options: WhepReaderOptions): Promise<WhepReader> {
    const reader = new WhepReader();
    const check = new TrackCheck({
      kind: "video",
      tally: options.tally,
      onUnit: (unit) => {
        reader.units += 1;
        options.onUnit?.(unit);
      },
    });
    reader.playedAt = machineNow();
    reader.#viewer = await WhepViewer.open({
      url: options.url,
      audio: "",
      onRtp: (packet) => check.packet(packet, { start: 0, end: packet.length }, machineNow()),
    });
    const { status, body } = reader.#viewer.answer;
    if (status !== 201) throw new Error(`WHEP: ${String(status)} ${body.slice(0, 100)}`);
    return reader;
  }

  /** Leaves by DELETE, or without a word. Idempotent. */
  close(how: "teardown" | "silently" = "teardown"): void {
    this.closedReason ??= "left";
    if (how === "teardown") void this.#viewer?.leave().catch(() => undefined);
    else this.#viewer?.close();
    this.#viewer = undefined;
  }
}

/**
 * Base64 (RFC 4648 §4) as a stream, for the upward half of an RTSP-over-HTTP tunnel. Clients encode each message on its
 * own, so padding may stand in the middle; line breaks and spaces are skipped. Holds at most three characters between chunks.
 */

const QUANTUM = 4;
const PAD = 0x3d;

/** Decodes chunk by chunk. */
export class Base64Decoder {
  #held = Buffer.alloc(0);

  /** The bytes that `chunk` completes, or undefined where it holds anything that is not base64. */
  push(chunk: Buffer): Buffer | undefined {
    const text = Buffer.concat([this.#held, significant(chunk)]);
    const whole = text.length - (text.length % QUANTUM);
    this.#held = Buffer.from(text.subarray(whole));
    const parts: Buffer[] = [];
    for (let start = 0; start < whole;) {
      const end = endOfRun(text, start, whole);
      const run = text.toString("latin1", start, end);
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(run)) return undefined;
      parts.push(Buffer.from(run, "base64"));
      start = end;
    }
    return parts.length === 1 ? parts[0] : Buffer.concat(parts);
  }
}

function significant(chunk: Buffer): Buffer {
  return chunk.some(isSpace) ? Buffer.from(chunk.filter((byte) => !isSpace(byte))) : chunk;
}

function isSpace(byte: number): boolean {
  return byte === 0x0d || byte === 0x0a || byte === 0x20 || byte === 0x09;
}

/** End of the quanta that begin at `start`: after the first quantum with padding, or `limit`. */
function endOfRun(text: Buffer, start: number, limit: number): number {
  const pad = text.indexOf(PAD, start);
  if (pad < 0 || pad >= limit) return limit;
  return Math.min(limit, start + (Math.floor((pad - start) / QUANTUM) + 1) * QUANTUM);
}

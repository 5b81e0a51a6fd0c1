/**
 * What H.264 and H.265 NAL units have in common: start codes where there should be none (Annex B inside RTP, sent by some
 * cameras), and emulation prevention (ITU-T H.264 §7.4.1, H.265 §7.4.2). No allocation but in `unescapeRbsp`.
 */

/** Index of the next `00 00 01` in `buffer[start, end)`, or `end`. */
export function findStartCode(buffer: Buffer, start: number, end: number): number {
  let at = start + 2;
  while (at < end) {
    const byte = buffer[at] ?? 0;
    if (byte > 1) at += 3;
    else if (buffer[at - 1] !== 0) at += byte === 1 ? 3 : 1;
    else if (byte === 1 && buffer[at - 2] === 0) return at - 2;
    else at += 1;
  }
  return end;
}

/** Whether `buffer[start, end)` begins with a start code of three or four bytes; gives its length, or 0. */
export function startCodeBytes(buffer: Buffer, start: number, end: number): number {
  if (end - start < 3 || buffer[start] !== 0 || buffer[start + 1] !== 0) return 0;
  if (buffer[start + 2] === 1) return 3;
  return end - start >= 4 && buffer[start + 2] === 0 && buffer[start + 3] === 1 ? 4 : 0;
}

/** `end` moved back over zero bytes, which belong to a following start code and never end a NAL unit. */
export function trimTrailingZeros(buffer: Buffer, start: number, end: number): number {
  let at = end;
  while (at > start && buffer[at - 1] === 0) at -= 1;
  return at;
}

/** NAL units of `bytes`, cut at start codes, empty ones left out, at most `maxUnits`; views, not copies. */
export function splitAtStartCodes(bytes: Buffer, maxUnits: number): Buffer[] {
  const units: Buffer[] = [];
  let at = 0;
  while (at < bytes.length && units.length < maxUnits) {
    const next = findStartCode(bytes, at, bytes.length);
    const end = next < bytes.length ? trimTrailingZeros(bytes, at, next) : bytes.length;
    if (end > at) units.push(bytes.subarray(at, end));
    at = next + 3;
  }
  return units;
}

/** A copy of `bytes` without emulation prevention bytes: `00 00 03` → `00 00`. */
export function unescapeRbsp(bytes: Buffer): Buffer {
  const out = Buffer.alloc(bytes.length);
  let zeros = 0;
  let length = 0;
  for (const byte of bytes) {
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
      continue;
    }
    zeros = byte === 0 ? zeros + 1 : 0;
    out[length] = byte;
    length += 1;
  }
  return out.subarray(0, length);
}

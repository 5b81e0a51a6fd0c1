/**
 * Where decoding of H.264 can start: an IDR picture, or a recovery point SEI that says the picture after it is already right
 * (ITU-T H.264 §D.2.8, recovery_frame_cnt 0: open groups of pictures). Reads in place, allocates nothing.
 */

const SEI_RECOVERY_POINT = 6;

/** Whether the SEI NAL unit whose body is `buffer[start, end)` (header not included) holds an immediate recovery point. */
export function holdsRecoveryPoint(buffer: Buffer, start: number, end: number): boolean {
  let at = start;
  while (at + 2 < end) {
    let type = 0;
    while (at < end && buffer[at] === 0xff) {
      type += 255;
      at += 1;
    }
    type += buffer[at] ?? 0;
    at += 1;
    let size = 0;
    while (at < end && buffer[at] === 0xff) {
      size += 255;
      at += 1;
    }
    size += buffer[at] ?? 0;
    at += 1;
    // recovery_frame_cnt is ue(v): a leading 1 is the value 0.
    if (type === SEI_RECOVERY_POINT) return at < end && size > 0 && ((buffer[at] ?? 0) & 0x80) !== 0;
    at = skipEscaped(buffer, { at, end }, size);
  }
  return false;
}

/** Index after `size` payload bytes, emulation prevention bytes not counted. */
function skipEscaped(buffer: Buffer, range: { readonly at: number; readonly end: number }, size: number): number {
  let at = range.at;
  let zeros = 0;
  for (let left = size; left > 0 && at < range.end; at += 1) {
    const byte = buffer[at] ?? 0;
    if (zeros >= 2 && byte === 3) {
      zeros = 0;
    } else {
      zeros = byte === 0 ? zeros + 1 : 0;
      left -= 1;
    }
  }
  return at;
}

/** Sample entries (ISO/IEC 14496-12 §8.5.2, §12.1.3, §12.2.3): what a track's samples are. The codec's own boxes come inside. */
import { box, u16, u32, u8 } from "./box.ts";

const RESERVED = u8(0, 0, 0, 0, 0, 0);
const DATA_REFERENCE = u16(1);
/** 72 dots per inch, 16.16. */
const RESOLUTION = 0x00480000;
const NAME_BYTES = 32;
const DEPTH = 0x18;

/** A video sample entry; sizes in pixels. */
export function printVideoEntry(type: string, size: { width: number; height: number }, ...boxes: readonly Buffer[]): Buffer {
  return box(
    type,
    RESERVED,
    DATA_REFERENCE,
    u32(0, 0, 0, 0),
    u16(size.width, size.height),
    u32(RESOLUTION, RESOLUTION, 0),
    u16(1), // frames per sample
    Buffer.alloc(NAME_BYTES),
    u16(DEPTH, 0xffff),
    ...boxes,
  );
}

/** An audio sample entry. The rate is 16.16, so rates above 65535 Hz are left to the codec's own boxes. */
export function printAudioEntry(
  type: string,
  sound: { channels: number; sampleRate: number },
  ...boxes: readonly Buffer[]
): Buffer {
  const rate = sound.sampleRate < 0x10000 ? sound.sampleRate : 0;
  return box(type, RESERVED, DATA_REFERENCE, u32(0, 0), u16(sound.channels, 16), u32(0, rate * 0x10000), ...boxes);
}

/**
 * Draws the page's icons: three streams, a gate, and the one that goes through, in the accent colour. As PNG in the sizes that installed
 * pages need; src/web/public/icon.svg is the same drawing.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";

type Colour = readonly [red: number, green: number, blue: number];

/** A filled rectangle with round ends, in a square of 64 × 64. */
interface Bar {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const GROUND: Colour = [0x0b, 0x6b, 0x63];
const MARK: Colour = [0xff, 0xff, 0xff];
const SIZES = [192, 512];
/** Points per pixel and direction, for smooth edges. */
const SAMPLES = 4;

/** Three streams come in, one goes through the gate. */
const bars: readonly Bar[] = [
  { x: 34, y: 10, width: 8, height: 14 },
  { x: 34, y: 40, width: 8, height: 14 },
  { x: 10, y: 15, width: 16, height: 6 },
  { x: 10, y: 29, width: 44, height: 6 },
  { x: 10, y: 43, width: 16, height: 6 },
];

/** Writes icon-192.png and icon-512.png into `folder`. */
export function drawIcons(folder: string): void {
  for (const size of SIZES) writeFileSync(join(folder, `icon-${String(size)}.png`), drawPng(size));
}

function drawPng(size: number): Buffer {
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const share = coverage(x, y, size);
      const at = y * (1 + size * 3) + 1 + x * 3;
      for (let channel = 0; channel < 3; channel++)
        rows[at + channel] = Math.round((GROUND[channel] ?? 0) * (1 - share) + (MARK[channel] ?? 0) * share);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 2, 0, 0, 0], 8); // eight bits, RGB
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(rows, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function coverage(x: number, y: number, size: number): number {
  let inside = 0;
  for (let sample = 0; sample < SAMPLES * SAMPLES; sample++) {
    const px = ((x + ((sample % SAMPLES) + 0.5) / SAMPLES) * 64) / size;
    const py = ((y + (Math.floor(sample / SAMPLES) + 0.5) / SAMPLES) * 64) / size;
    if (bars.some((bar) => contains(bar, px, py))) inside++;
  }
  return inside / (SAMPLES * SAMPLES);
}

function contains({ x, y, width, height }: Bar, px: number, py: number): boolean {
  const radius = Math.min(width, height, 6) / 2;
  const dx = Math.max(x + radius - px, 0, px - (x + width - radius));
  const dy = Math.max(y + radius - py, 0, py - (y + height - radius));
  return dx * dx + dy * dy <= radius * radius;
}

function chunk(type: string, body: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, "latin1"), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, sum]);
}

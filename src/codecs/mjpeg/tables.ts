/**
 * Tables a JPEG needs and RTP leaves out: quantization tables scaled from those of ITU-T T.81 annex K.1 (RFC 2435 §4.2), and
 * the Huffman tables of annex K.3, as DHT segments. All quantizers in zigzag order.
 */

/** Coefficients of one quantization table. */
export const TABLE_BYTES = 64;

const LUMA = [
  16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61, 60, 57, 51,
  56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113, 121, 112, 100, 120, 92,
  101, 103, 99,
];
const CHROMA_BEGIN = [17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66];
const CHROMA_REST = 99;

/** Luminance and chrominance tables of quality 1…99, one after the other. */
export function scaledQuantizers(quality: number): Buffer {
  const factor = Math.min(99, Math.max(1, quality));
  const scale = factor < 50 ? Math.floor(5000 / factor) : 200 - factor * 2;
  const tables = Buffer.alloc(2 * TABLE_BYTES);
  for (let i = 0; i < TABLE_BYTES; i += 1) {
    tables[i] = scaled(LUMA[i] ?? 1, scale);
    tables[TABLE_BYTES + i] = scaled(CHROMA_BEGIN[i] ?? CHROMA_REST, scale);
  }
  return tables;
}

function scaled(value: number, scale: number): number {
  return Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100)));
}

/** Class and id, codes per length 1…16, symbols; hexadecimal. */
const HUFFMAN: readonly (readonly [header: string, counts: string, symbols: string])[] = [
  ["00", "00010501010101010100000000000000", "000102030405060708090a0b"],
  [
    "10",
    "0002010303020403050504040000017d",
    "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a" +
      "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9" +
      "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa",
  ],
  ["01", "00030101010101010101010000000000", "000102030405060708090a0b"],
  [
    "11",
    "00020102040403040705040400010277",
    "0001020311040521310612415107617113223281081442" +
      "91a1b1c109233352f0156272d10a162434e125f11718191a26" +
      "2728292a35363738393a434445464748494a535455565758595a636465666768696a737475767778797a82838485868788898a929394959697" +
      "98999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa",
  ],
];

/** The four DHT segments, markers included. */
export const HUFFMAN_SEGMENTS: Buffer = Buffer.concat(
  HUFFMAN.map((table) => {
    const body = Buffer.from(table.join(""), "hex");
    const segment = Buffer.alloc(4);
    segment.writeUInt16BE(0xffc4, 0);
    segment.writeUInt16BE(body.length + 2, 2);
    return Buffer.concat([segment, body]);
  }),
);

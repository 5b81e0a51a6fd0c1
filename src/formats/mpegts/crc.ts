/** The checksum of program tables (ISO/IEC 13818-1 Annex A): CRC-32, not reflected. */

const POLYNOMIAL = 0x04c11db7;

/** Checksum of `bytes`. */
export function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x80000000) !== 0 ? (crc << 1) ^ POLYNOMIAL : crc << 1;
  }
  return crc >>> 0;
}

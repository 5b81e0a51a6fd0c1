/**
 * JPEG over RTP (RFC 2435 §3.1): reads types 0, 1, 64 and 65 with quantization tables by quality or in-band; writes them
 * in-band (quality 255). Pictures wider or higher than 2040 pixels don't fit the header: cameras send 0 there, and the size
 * then comes from SDP (`x-dimensions`).
 *
 *     type-specific (8) | fragment offset (24) | type (8) | Q (8) | width ÷ 8 (8) | height ÷ 8 (8)
 *     type 64…127: restart interval (16) | F L count (16)     Q ≥ 128, offset 0: 0 (8) | precision (8) | length (16) | tables
 */
import type { AccessUnit, Depacketizer, DepacketizerResult, PacketizedPayload, Packetizer } from "../codec.ts";
import { FragmentBuffer } from "../fragment-buffer.ts";
import { parseJpeg, printJpeg } from "./bitstream.ts";
import { scaledQuantizers, TABLE_BYTES } from "./tables.ts";

/** Bytes of the main header. */
export const HEADER_BYTES = 8;
const RESTART_HEADER_BYTES = 4;
const TABLES_HEADER_BYTES = 4;
/** Bytes of one picture's scan. */
export const MAX_SCAN_BYTES = 4 * 1024 * 1024;
const FIRST_RESTART_TYPE = 64;
const FIRST_INBAND_QUALITY = 128;
/** Quality whose tables may differ in every picture. */
const ALWAYS_INBAND_QUALITY = 255;
const MAX_CODED_SIDE = 255 * 8;

interface PictureStart {
  readonly type: number;
  readonly width: number;
  readonly height: number;
  readonly restartInterval: number;
  readonly quantizers: Buffer;
}

/** Puts pictures together again, as JPEG files. */
export class JpegDepacketizer implements Depacketizer {
  readonly #sdpSize: { readonly width: number; readonly height: number };
  readonly #scan = new FragmentBuffer(MAX_SCAN_BYTES);
  /** In-band tables by quality 128…254, which later pictures may refer to. */
  readonly #tables = new Map<number, Buffer>();
  #start: PictureStart | undefined;

  /** `sdpSize`: what to take where the header has no size, 0 = unknown. */
  constructor(sdpSize: { readonly width: number; readonly height: number }) {
    this.#sdpSize = sdpSize;
  }

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const { payload, timestamp, marker } = packet;
    if (payload.length <= HEADER_BYTES) return this.#damaged("payload too short");
    const offset = payload.readUIntBE(1, 3);
    if (offset > 0 && this.#start === undefined) return { kind: "joined-mid-unit" };
    let at = HEADER_BYTES + ((payload[4] ?? 0) >= FIRST_RESTART_TYPE ? RESTART_HEADER_BYTES : 0);
    if (offset === 0) {
      this.#scan.clear();
      const start = this.#readStart(payload, at);
      if (typeof start === "string") return this.#damaged(start);
      this.#start = start.picture;
      at = start.dataStart;
    }
    if (offset !== this.#scan.length) return this.#damaged("fragments don't meet");
    if (!this.#scan.append(payload.subarray(at))) return this.#damaged("picture too large");
    if (!marker || this.#start === undefined) return { kind: "need-more" };
    const scan = endStripped(this.#scan.view());
    if (scan.length === 0) return this.#damaged("picture without data");
    const picture = printJpeg({ ...this.#start, scan });
    this.reset();
    return { kind: "access-units", accessUnits: [{ timestamp, type: "key", units: [picture] }] };
  }

  reset(): void {
    this.#scan.clear();
    this.#start = undefined;
  }

  #readStart(payload: Buffer, tablesAt: number): { picture: PictureStart; dataStart: number } | string {
    const type = payload[4] ?? 0;
    const width = (payload[6] ?? 0) * 8 || this.#sdpSize.width;
    const height = (payload[7] ?? 0) * 8 || this.#sdpSize.height;
    if ((type & ~FIRST_RESTART_TYPE) > 1) return `type ${String(type)} is not supported`;
    if (width === 0 || height === 0) return "no picture size";
    if (tablesAt > payload.length) return "payload too short";
    const restartInterval = type >= FIRST_RESTART_TYPE ? payload.readUInt16BE(HEADER_BYTES) : 0;
    const found = this.#quantizers(payload, tablesAt);
    if (found === undefined) return "no quantization tables";
    const picture = { type: type & 1, width, height, restartInterval, quantizers: found.quantizers };
    return { picture, dataStart: found.dataStart };
  }

  #quantizers(payload: Buffer, at: number): { quantizers: Buffer; dataStart: number } | undefined {
    const quality = payload[5] ?? 0;
    if (quality < FIRST_INBAND_QUALITY) {
      return quality === 0 || quality > 99 ? undefined : { quantizers: scaledQuantizers(quality), dataStart: at };
    }
    if (at + TABLES_HEADER_BYTES > payload.length) return undefined;
    const length = payload.readUInt16BE(at + 2);
    const dataStart = at + TABLES_HEADER_BYTES + length;
    if (length === 0) {
      const quantizers = this.#tables.get(quality);
      return quantizers && { quantizers, dataStart };
    }
    if (payload[at + 1] !== 0 || dataStart > payload.length || (length !== TABLE_BYTES && length !== 2 * TABLE_BYTES))
      return undefined;
    const given = payload.subarray(at + TABLES_HEADER_BYTES, dataStart);
    const quantizers = length === TABLE_BYTES ? Buffer.concat([given, given]) : Buffer.from(given);
    if (quality < ALWAYS_INBAND_QUALITY) this.#tables.set(quality, quantizers);
    return { quantizers, dataStart };
  }

  #damaged(reason: string): DepacketizerResult {
    this.reset();
    return { kind: "damaged", reason };
  }
}

/** Some cameras send the end marker as part of the scan. */
function endStripped(scan: Buffer): Buffer {
  let end = scan.length;
  while (end >= 2 && scan.readUInt16BE(end - 2) === 0xffd9) end -= 2;
  return scan.subarray(0, end);
}

/** Cuts pictures; one that RFC 2435 can't carry gives no payloads. */
export class JpegPacketizer implements Packetizer {
  readonly #maxBytes: number;

  constructor(maxPayloadBytes: number) {
    this.#maxBytes = maxPayloadBytes;
  }

  packetize(unit: AccessUnit): PacketizedPayload[] {
    const [file] = unit.units;
    const picture = file === undefined ? undefined : parseJpeg(file);
    if (picture === undefined || picture.width > MAX_CODED_SIDE || picture.height > MAX_CODED_SIDE) return [];
    const hasRestarts = picture.restartInterval > 0;
    const header = Buffer.alloc(HEADER_BYTES + (hasRestarts ? RESTART_HEADER_BYTES : 0));
    header[4] = picture.type + (hasRestarts ? FIRST_RESTART_TYPE : 0);
    header[5] = ALWAYS_INBAND_QUALITY;
    header[6] = Math.ceil(picture.width / 8);
    header[7] = Math.ceil(picture.height / 8);
    // F and L set, count 0x3fff: the whole picture must be put together before decoding (§3.1.7).
    if (hasRestarts) header.writeUInt32BE(picture.restartInterval * 0x10000 + 0xffff, HEADER_BYTES);
    const tables = Buffer.concat([Buffer.of(0, 0, 0, picture.quantizers.length), picture.quantizers]);
    return this.#cut(header, { tables, scan: picture.scan });
  }

  #cut(header: Buffer, picture: { tables: Buffer; scan: Buffer }): PacketizedPayload[] {
    const { tables, scan } = picture;
    const payloads: PacketizedPayload[] = [];
    for (let at = 0; at < scan.length;) {
      header.writeUIntBE(at, 1, 3);
      const parts = at === 0 ? [header, tables] : [header];
      const room = this.#maxBytes - parts.reduce((sum, part) => sum + part.length, 0);
      const data = scan.subarray(at, at + room);
      if (room <= 0) return []; // a first payload this small has no place for the tables
      at += data.length;
      payloads.push({ payload: Buffer.concat([...parts, data]), marker: at >= scan.length, timestampOffset: 0 });
    }
    return payloads;
  }
}

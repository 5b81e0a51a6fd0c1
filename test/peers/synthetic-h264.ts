/**
 * A small, really decodable H.264 stream of our own making (ITU-T H.264 7.3): Constrained Baseline, key pictures of raw
 * samples (I_PCM), other pictures that repeat the one before (P_Skip). Written bit by bit, so that tests need no encoder.
 */

const NAL_SPS = 0x67;
const NAL_PPS = 0x68;
const NAL_IDR = 0x65;
const NAL_SLICE = 0x41;
const FRAME_NUMBER_BITS = 4;
const MACROBLOCK = 16;
const PCM_BYTES = 384;

/** Size of a picture in macroblocks of 16 × 16. */
export interface PictureSize {
  readonly columns: number;
  readonly rows: number;
}

/** The parameter sets of a stream of pictures of this size. */
export function parameterSets(size: PictureSize): { readonly sps: Buffer; readonly pps: Buffer } {
  const sps = new BitWriter([NAL_SPS, 66, 0xc0, 30]);
  sps.unsigned(0); // seq_parameter_set_id
  sps.unsigned(FRAME_NUMBER_BITS - 4);
  sps.unsigned(2); // pic_order_cnt_type: output order is decoding order
  sps.unsigned(1); // max_num_ref_frames
  sps.bits(0, 1);
  sps.unsigned(size.columns - 1);
  sps.unsigned(size.rows - 1);
  sps.bits(0b1, 1); // frame_mbs_only_flag
  sps.bits(0b1, 1); // direct_8x8_inference_flag
  sps.bits(0b00, 2); // no cropping, no VUI
  const pps = new BitWriter([NAL_PPS]);
  pps.unsigned(0);
  pps.unsigned(0);
  pps.bits(0b00, 2); // CAVLC
  pps.unsigned(0);
  pps.unsigned(0);
  pps.unsigned(0);
  pps.bits(0, 3); // no weighted prediction
  pps.signed(0);
  pps.signed(0);
  pps.signed(0);
  pps.bits(0b000, 3);
  return { sps: sps.finish(), pps: pps.finish() };
}

/** A key picture, all of one brightness. `idrId` differs between neighbouring key pictures. */
export function keyPicture(size: PictureSize, options: { idrId: number; luma: number }): Buffer {
  const slice = sliceHeader(NAL_IDR, { type: 7, frameNumber: 0 });
  slice.unsigned(options.idrId % 2);
  slice.bits(0b00, 2); // dec_ref_pic_marking
  slice.signed(0); // slice_qp_delta
  const samples = Buffer.alloc(PCM_BYTES, 128);
  samples.fill(Math.max(1, options.luma), 0, MACROBLOCK * MACROBLOCK);
  for (let macroblock = 0; macroblock < size.columns * size.rows; macroblock++) {
    slice.unsigned(25); // I_PCM
    slice.align();
    slice.bytes(samples);
  }
  return slice.finish();
}

/** A picture that repeats the one before it. `frameNumber` counts from the key picture, which is 0. */
export function repeatedPicture(size: PictureSize, frameNumber: number): Buffer {
  const slice = sliceHeader(NAL_SLICE, { type: 5, frameNumber });
  slice.bits(0, 1); // num_ref_idx_active_override_flag
  slice.bits(0, 1); // ref_pic_list_modification_flag_l0
  slice.bits(0, 1); // adaptive_ref_pic_marking_mode_flag
  slice.signed(0);
  slice.unsigned(size.columns * size.rows); // mb_skip_run
  return slice.finish();
}

function sliceHeader(nal: number, header: { type: number; frameNumber: number }): BitWriter {
  const slice = new BitWriter([nal]);
  slice.unsigned(0); // first_mb_in_slice
  slice.unsigned(header.type);
  slice.unsigned(0); // pic_parameter_set_id
  slice.bits(header.frameNumber % 2 ** FRAME_NUMBER_BITS, FRAME_NUMBER_BITS);
  return slice;
}

/** Bits of one NAL unit after its header bytes, with Exp-Golomb codes (9.1) and emulation prevention (7.4.1). */
class BitWriter {
  readonly #head: readonly number[];
  readonly #body: number[] = [];
  #pending = 0;
  #count = 0;

  constructor(head: readonly number[]) {
    this.#head = head;
  }

  bits(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#pending = (this.#pending << 1) | ((value >> bit) & 1);
      this.#count += 1;
      if (this.#count < 8) continue;
      this.#body.push(this.#pending);
      this.#pending = 0;
      this.#count = 0;
    }
  }

  unsigned(value: number): void {
    const width = Math.floor(Math.log2(value + 1));
    this.bits(0, width);
    this.bits(value + 1, width + 1);
  }

  signed(value: number): void {
    this.unsigned(value > 0 ? value * 2 - 1 : -value * 2);
  }

  align(): void {
    while (this.#count !== 0) this.bits(0, 1);
  }

  bytes(bytes: Buffer): void {
    for (const byte of bytes) this.#body.push(byte);
  }

  finish(): Buffer {
    this.bits(1, 1);
    this.align();
    const escaped = [...this.#head];
    let zeros = 0;
    for (const byte of this.#body) {
      if (zeros >= 2 && byte <= 3) {
        escaped.push(3);
        zeros = 0;
      }
      escaped.push(byte);
      zeros = byte === 0 ? zeros + 1 : 0;
    }
    return Buffer.from(escaped);
  }
}

/**
 * RTP payloads → access units for the codings made of NAL units (H.264, H.265); what differs between them comes as
 * `NalPayloads`. A unit ends with the marker or a new timestamp. Cameras that set the marker on parameter sets, or give them a
 * timestamp of their own, are met by waiting for picture data: what has none is kept for the next unit. Bounded in bytes and
 * NAL units; interleaved packetization is not supported.
 */
import type { AccessUnit, Depacketizer, DepacketizerResult } from "./codec.ts";
import { FragmentBuffer } from "./fragment-buffer.ts";
import { splitAtStartCodes } from "./nal-units.ts";

/** Bytes of one access unit; a key picture of 8 Mpixel at high quality is around 2 MB. */
export const MAX_ACCESS_UNIT_BYTES = 4 * 1024 * 1024;
/** NAL units of one access unit; encoders cut at most one slice per macroblock row or a few per packet. */
export const MAX_NAL_UNITS = 512;

/** What a NAL unit means for its access unit; `foreign` are types that have no place in one, such as packets within packets. */
export type NalRole = "key-slice" | "slice" | "key-mark" | "other" | "foreign";

/** A coding's payload format. */
export interface NalPayloads {
  /** Whether an access unit can begin with this payload. */
  readonly opensUnit: (payload: Buffer) => boolean;
  /** Hands what the payload holds to `into`; a text says why it can't be read. */
  readonly read: (payload: Buffer, into: NalAssembler) => string | undefined;
  readonly roleOf: (nal: Buffer) => NalRole;
}

/** The access unit being put together. */
export class NalAssembler {
  readonly #roleOf: NalPayloads["roleOf"];
  readonly #fragments = new FragmentBuffer(MAX_ACCESS_UNIT_BYTES);
  #fragmenting = false;
  #units: Buffer[] = [];
  #bytes = 0;
  #hasSlice = false;
  #isKey = false;

  constructor(roleOf: NalPayloads["roleOf"]) {
    this.#roleOf = roleOf;
  }

  /** Whether the unit holds picture data and no begun fragment: it can be handed out. */
  get complete(): boolean {
    return this.#hasSlice && !this.#fragmenting;
  }

  /** Whether a NAL unit is only begun. */
  get fragmenting(): boolean {
    return this.#fragmenting;
  }

  /** Adds a copy of a whole NAL unit, or of several with start codes between them. */
  add(nal: Buffer): string | undefined {
    if (this.#fragmenting) return "a NAL unit was begun and not ended";
    for (const part of splitAtStartCodes(nal, MAX_NAL_UNITS)) {
      if (this.#units.length >= MAX_NAL_UNITS) return "too many NAL units in one access unit";
      if (this.#bytes + part.length > MAX_ACCESS_UNIT_BYTES) return "access unit too large";
      const role = this.#roleOf(part);
      if (role === "foreign") return "a NAL unit of a type that has no place in an access unit";
      this.#hasSlice ||= role === "slice" || role === "key-slice";
      this.#isKey ||= role === "key-slice" || role === "key-mark";
      this.#bytes += part.length;
      this.#units.push(Buffer.from(part));
    }
    return undefined;
  }

  /** Begins a NAL unit that comes in fragments. */
  begin(header: Buffer, first: Buffer): string | undefined {
    if (this.#fragmenting) return "a NAL unit was begun and not ended";
    this.#fragments.clear();
    this.#fragments.append(header);
    this.#fragmenting = true;
    return this.append(first);
  }

  /** Adds a fragment. */
  append(fragment: Buffer): string | undefined {
    if (!this.#fragmenting) return "a fragment without a beginning";
    return this.#fragments.append(fragment) ? undefined : "NAL unit too large";
  }

  /** Ends the NAL unit that came in fragments. */
  end(): string | undefined {
    if (!this.#fragmenting) return "a fragment without a beginning";
    this.#fragmenting = false;
    const reason = this.add(this.#fragments.view());
    this.#fragments.clear();
    return reason;
  }

  /** Hands the unit out and starts anew. */
  take(timestamp: number): AccessUnit {
    const unit: AccessUnit = { timestamp, type: this.#isKey ? "key" : "delta", units: this.#units };
    this.clear();
    return unit;
  }

  /** Forgets the unit. */
  clear(): void {
    this.#fragments.clear();
    this.#fragmenting = false;
    this.#units = [];
    this.#bytes = 0;
    this.#hasSlice = false;
    this.#isKey = false;
  }
}

/** Depacketizer of one track. */
export class NalDepacketizer implements Depacketizer {
  readonly #payloads: NalPayloads;
  readonly #assembler: NalAssembler;
  #timestamp: number | undefined;
  #waiting = true;

  constructor(payloads: NalPayloads) {
    this.#payloads = payloads;
    this.#assembler = new NalAssembler(payloads.roleOf);
  }

  push(packet: { payload: Buffer; timestamp: number; marker: boolean }): DepacketizerResult {
    const { payload, timestamp, marker } = packet;
    if (this.#waiting && !this.#payloads.opensUnit(payload)) return { kind: "joined-mid-unit" };
    this.#waiting = false;
    const accessUnits: AccessUnit[] = [];
    let reason: string | undefined;
    if (this.#timestamp !== timestamp) {
      if (this.#assembler.fragmenting) {
        this.#assembler.clear();
        reason = "a NAL unit was begun and not ended";
      } else if (this.#assembler.complete && this.#timestamp !== undefined) {
        accessUnits.push(this.#assembler.take(this.#timestamp));
      }
    }
    this.#timestamp = timestamp;
    const unreadable = this.#payloads.read(payload, this.#assembler);
    if (unreadable !== undefined) this.reset();
    else if (marker && this.#assembler.complete) accessUnits.push(this.#assembler.take(timestamp));
    if (accessUnits.length > 0) return { kind: "access-units", accessUnits };
    reason ??= unreadable;
    return reason === undefined ? { kind: "need-more" } : { kind: "damaged", reason };
  }

  reset(): void {
    this.#assembler.clear();
    this.#waiting = true;
  }
}

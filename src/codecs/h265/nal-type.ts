/** NAL unit types of H.265 (ITU-T H.265 table 7-1) and of its RTP payload format (RFC 7798 §4.4), those that matter here. */
export const NalType = {
  FirstKey: 16,
  LastKey: 21,
  LastSlice: 31,
  Vps: 32,
  Sps: 33,
  Pps: 34,
  AccessUnitDelimiter: 35,
  Filler: 38,
  PrefixSei: 39,
  Aggregation: 48,
  Fragmentation: 49,
} as const;

/** Bytes of a NAL unit header (§7.3.1.2); aggregation and fragmentation packets begin with one of the same shape. */
export const NAL_HEADER_BYTES = 2;
/** Bytes of the decoding order number that follows where `sprop-max-don-diff` > 0 (RFC 7798 §4.4.1). */
export const DONL_BYTES = 2;
/** Bytes of its difference before the second and later units of an aggregation packet (§4.4.2). */
export const DOND_BYTES = 1;

/** Kinds in the parameter-set store. */
export const SetKind = { Vps: 0, Sps: 1, Pps: 2 } as const;

/** The type in a NAL unit header's first byte. */
export function nalTypeOf(firstByte: number | undefined): number {
  return ((firstByte ?? 0) >> 1) & 0x3f;
}

/** Whether a NAL unit of this type carries picture data. */
export function isSliceType(type: number): boolean {
  return type <= NalType.LastSlice;
}

/** Whether decoding can start at a slice of this type: BLA, IDR and CRA pictures. */
export function isKeyType(type: number): boolean {
  return type >= NalType.FirstKey && type <= NalType.LastKey;
}

/** Kind of parameter set a type is; -1 for others. */
export function setKindOf(type: number): number {
  return type >= NalType.Vps && type <= NalType.Pps ? type - NalType.Vps : -1;
}

/** What a NAL unit is to a container: a kind of parameter set, something to leave out, or picture data and what goes with it. */
export function roleInContainer(nal: Buffer): number | "keep" | "drop" {
  const type = nalTypeOf(nal[0]);
  const kind = setKindOf(type);
  if (kind >= 0) return kind;
  return type >= NalType.AccessUnitDelimiter && type <= NalType.Filler ? "drop" : "keep";
}

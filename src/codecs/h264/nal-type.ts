/** NAL unit types of H.264 (ITU-T H.264 table 7-1) and of its RTP payload format (RFC 6184 table 1), those that matter here. */
export const NalType = {
  Unspecified: 0,
  Slice: 1,
  IdrSlice: 5,
  Sei: 6,
  Sps: 7,
  Pps: 8,
  AccessUnitDelimiter: 9,
  EndOfSequence: 10,
  EndOfStream: 11,
  Filler: 12,
  StapA: 24,
  StapB: 25,
  Mtap16: 26,
  Mtap24: 27,
  FuA: 28,
  FuB: 29,
} as const;

/** Kinds in the parameter-set store. */
export const SetKind = { Sps: 0, Pps: 1 } as const;

/** Whether a NAL unit of this type carries picture data: slices and slice data partitions. */
export function isSliceType(type: number): boolean {
  return type >= NalType.Slice && type <= NalType.IdrSlice;
}

/** What a NAL unit is to a container: a kind of parameter set, something to leave out, or picture data and what goes with it. */
export function roleInContainer(nal: Buffer): number | "keep" | "drop" {
  const type = (nal[0] ?? 0) & 0x1f;
  if (type === NalType.Sps) return SetKind.Sps;
  if (type === NalType.Pps) return SetKind.Pps;
  return type >= NalType.AccessUnitDelimiter && type <= NalType.Filler ? "drop" : "keep";
}

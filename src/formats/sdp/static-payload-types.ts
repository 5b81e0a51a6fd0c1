/**
 * Payload types that need no rtpmap (RFC 3551 §6, tables 4 and 5). Encoding names are upper-case, clock rates in Hz.
 */

/** What a payload type stands for. */
export interface StaticPayloadType {
  readonly encodingName: string;
  readonly clockRate: number;
  readonly channels: number | undefined;
}

/** Lowest of the dynamic payload types, which mean nothing without an rtpmap. */
export const FIRST_DYNAMIC_PAYLOAD_TYPE = 96;

/** The static assignments, by payload type. */
export const staticPayloadTypes: ReadonlyMap<number, StaticPayloadType> = new Map([
  [0, audio("PCMU", 8000)],
  [3, audio("GSM", 8000)],
  [4, audio("G723", 8000)],
  [5, audio("DVI4", 8000)],
  [6, audio("DVI4", 16000)],
  [7, audio("LPC", 8000)],
  [8, audio("PCMA", 8000)],
  // G722 samples at 16 kHz; its RTP clock is 8 kHz for historical reasons (RFC 3551 §4.5.2).
  [9, audio("G722", 8000)],
  [10, audio("L16", 44100, 2)],
  [11, audio("L16", 44100)],
  [12, audio("QCELP", 8000)],
  [13, audio("CN", 8000)],
  [14, { encodingName: "MPA", clockRate: 90000, channels: undefined }],
  [15, audio("G728", 8000)],
  [16, audio("DVI4", 11025)],
  [17, audio("DVI4", 22050)],
  [18, audio("G729", 8000)],
  [25, video("CELB")],
  [26, video("JPEG")],
  [28, video("NV")],
  [31, video("H261")],
  [32, video("MPV")],
  [33, video("MP2T")],
  [34, video("H263")],
]);

function audio(encodingName: string, clockRate: number, channels = 1): StaticPayloadType {
  return { encodingName, clockRate, channels };
}

function video(encodingName: string): StaticPayloadType {
  return { encodingName, clockRate: 90000, channels: undefined };
}

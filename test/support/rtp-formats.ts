/** RTP formats as SDP gives them, for tests. */
import type { RtpFormat } from "#codecs/codec.ts";

/** A format; video at 90 kHz unless told otherwise. */
export function rtpFormat(
  encodingName: string,
  rest: Partial<Omit<RtpFormat, "encodingName" | "fmtp">> & { fmtp?: Readonly<Record<string, string>> } = {},
): RtpFormat {
  const { fmtp = {}, ...others } = rest;
  const fields = { kind: "video", payloadType: 96, clockRate: 90_000, channels: undefined } as const;
  return { ...fields, ...others, encodingName, fmtp: new Map(Object.entries(fmtp)) };
}

/** An audio format. */
export function audioFormat(
  encodingName: string,
  clockRate: number,
  rest: { channels?: number; fmtp?: Readonly<Record<string, string>> } = {},
): RtpFormat {
  const { channels, fmtp = {} } = rest;
  return rtpFormat(encodingName, { kind: "audio", clockRate, channels, fmtp });
}

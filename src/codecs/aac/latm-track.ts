/**
 * One MP4A-LATM track (RFC 6416). A camera that says cpresent=0 and gives no configuration gets one guessed from clock rate
 * and channels.
 */
import type { RtpFormat, TrackCodec } from "../codec.ts";
import { PlainTrack } from "../plain-track.ts";
import { channelsOf, fmtpHex, fmtpInteger } from "../rtp-format.ts";
import type { AudioSpecificConfig } from "./audio-specific-config.ts";
import { printAudioSpecificConfig } from "./audio-specific-config.ts";
import { type AacCoding, AacIsobmff } from "./isobmff.ts";
import { AacMpegts } from "./mpegts.ts";
import { LatmDepacketizer, LatmPacketizer } from "./latm.ts";
import { parseStreamMuxConfig, printStreamMuxConfig } from "./stream-mux-config.ts";

const LOW_COMPLEXITY = 2;
const ESSENTIAL_KEYS = ["cpresent", "config", "object"];

/** Opens a track of `format`. */
export function openLatm(format: RtpFormat): TrackCodec {
  const inBand = format.fmtp.get("cpresent")?.trim() !== "0";
  const bytes = configBytes(format, inBand);
  const config = bytes && parseStreamMuxConfig(bytes);
  const offered = new Map(format.fmtp);
  offered.delete("config");
  if (bytes !== undefined) offered.set("config", bytes.toString("hex"));
  const isPlain = config?.frames === 1 && config.otherDataBits === 0;
  const payloads = { clockRate: format.clockRate, inBand, config };
  return new PlainTrack(format, {
    essentialKeys: ESSENTIAL_KEYS,
    fmtp: offered,
    ...(config && { props: { sampleRate: config.audio.sampleRate, channelCount: config.audio.channels } }),
    depacketizer: () => new LatmDepacketizer(payloads),
    ...containers(format, config?.audio),
    ...(!inBand && isPlain && { packetizer: (maxPayloadBytes: number) => new LatmPacketizer(maxPayloadBytes) }),
  });
}

/** Frames go into files as those of any AAC track; what is only told in-band is guessed from clock rate and channels. */
function containers(format: RtpFormat, known: AudioSpecificConfig | undefined) {
  const guess = { objectType: LOW_COMPLEXITY, sampleRate: format.clockRate, channels: channelsOf(format) };
  const config = known ?? { ...guess, frameSamples: 1024, bitsRead: 16 };
  const bytes = printAudioSpecificConfig(config);
  if (bytes === undefined) return {};
  const coding: AacCoding = { bytes, config, channels: config.channels };
  return { isobmff: () => new AacIsobmff(() => coding), mpegts: () => new AacMpegts(() => coding) };
}

/** SDP's configuration where it makes sense, else a guess where one is needed. */
function configBytes(format: RtpFormat, inBand: boolean): Buffer | undefined {
  const given = fmtpHex(format, "config");
  if (given !== undefined && parseStreamMuxConfig(given) !== undefined) return given;
  if (inBand) return undefined;
  const objectType = fmtpInteger(format, "object") ?? LOW_COMPLEXITY;
  const audio = printAudioSpecificConfig({ objectType, sampleRate: format.clockRate, channels: channelsOf(format) });
  return audio && printStreamMuxConfig(audio);
}

/**
 * What is odd about a camera, told from one session with it. Sluice copes with all of this; it is said so that an installer
 * knows what to look at when another program does not.
 */
import type { PullSession } from "../pull-session.ts";
import { selectTracks } from "../session-tracks.ts";
import type { MeasuredTrack } from "./media-meter.ts";

/** Advice is given for key units farther apart than this, seconds (quirk row 13). */
const LONG_GOP_SECONDS = 4;

/** Observation without a sender report that counts as having none, seconds. */
const REPORT_PATIENCE_SECONDS = 5;

/** An oddity in both languages. */
export interface Oddity {
  readonly id: string;
  readonly en: string;
  readonly zh: string;
}

const texts = {
  "basic-only": {
    en: "takes the password unprotected (basic): anybody on the way can read it",
    zh: "以明文方式（basic）接收密码，途中任何人都能读取",
  },
  "no-get-parameter": {
    en: "is kept alive by OPTIONS, since it lists no GET_PARAMETER",
    zh: "未列出 GET_PARAMETER，改用 OPTIONS 保活",
  },
  "broken-description": { en: "describes its stream with lines missing or broken (SDP)", zh: "码流描述（SDP）缺行或有错误" },
  "options-refused": { en: "does not list its methods (OPTIONS)", zh: "不列出支持的方法（OPTIONS）" },
  "no-session-timeout": { en: "names no session time-out; 60 s are assumed", zh: "未说明会话超时，按 60 秒处理" },
  "short-session-timeout": { en: "ends a session after less than 30 s without a keep-alive", zh: "30 秒内没有保活就会结束会话" },
  "no-transport-answer": { en: "does not say where its media goes (Transport)", zh: "不说明媒体的传输方式（Transport）" },
  "stray-bytes": { en: "puts stray bytes between its packets", zh: "在数据包之间夹杂多余字节" },
  "unknown-channels": { en: "sends on channels that were not agreed on", zh: "在未约定的通道上发送数据" },
  "foreign-base": { en: "names another address than its own (Content-Base)", zh: "给出的地址与自身不符（Content-Base）" },
  redirects: { en: "sends clients to another address", zh: "将客户端重定向到其他地址" },
  "back-channel": { en: "has a back-channel (two-way audio); it is left alone", zh: "带有反向音频通道（双向对讲），不予建立" },
  "unusable-media": { en: "describes media that can't be used; the rest plays", zh: "描述中含有无法使用的媒体，其余可正常播放" },
  "no-parameter-sets": { en: "does not describe its video's parameter sets in advance", zh: "未预先说明视频参数集" },
  "no-sender-reports": { en: "sends no sender reports; its clock is unknown", zh: "不发送 RTCP 发送者报告，时钟未知" },
  "long-gop": {
    en: "has key frames more than 4 s apart: players without a cached start wait that long; 1–2 s is better",
    zh: "关键帧间隔超过 4 秒：没有缓存的播放器需等待同样长的时间，建议设为 1–2 秒",
  },
  "no-key-unit": { en: "sent no key frame while it was watched", zh: "观察期间没有发送关键帧" },
  "broken-headers": { en: "sent packets that can't be read", zh: "发送了无法解析的数据包" },
} as const satisfies Readonly<Record<string, { en: string; zh: string }>>;

/** What a session of `seen.seconds` showed. */
export function findOddities(
  session: PullSession,
  seen: { readonly tracks: readonly MeasuredTrack[]; readonly seconds: number; readonly authScheme: string | undefined },
): readonly Oddity[] {
  const { tracks, seconds } = seen;
  const { camera, session: granted, strayFrames } = session.details;
  const { skipped } = selectTracks(camera.sdp);
  const video = tracks.find(({ kind }) => kind === "video");
  const found: Readonly<Record<keyof typeof texts, boolean>> = {
    "basic-only": seen.authScheme === "basic" && !camera.connection.target.secure,
    "no-get-parameter": camera.methods?.has("GET_PARAMETER") === false,
    "broken-description": isBroken(camera.sdpText),
    "options-refused": camera.methods === undefined,
    "no-session-timeout": granted?.timeoutNamed === false,
    "short-session-timeout": granted !== undefined && granted.timeoutMs < 30_000,
    "no-transport-answer": granted?.granted.some(({ answer }) => answer === undefined) === true,
    "stray-bytes": camera.connection.resyncedBytes > 0,
    "unknown-channels": strayFrames > 0,
    "foreign-base": isForeign(camera.contentBase, camera.connection.target.host),
    redirects: camera.redirects > 0,
    "back-channel": skipped.some(({ reason }) => reason === "back-channel"),
    "unusable-media": skipped.some(({ reason }) => reason !== "back-channel"),
    "no-parameter-sets": /\bH26[45]\b/i.test(camera.sdpText) && !/sprop-/i.test(camera.sdpText),
    "no-sender-reports": seconds >= REPORT_PATIENCE_SECONDS && tracks.every(({ senderReports }) => senderReports === 0),
    "long-gop": longGop(video, seconds),
    "no-key-unit": video?.keyUnits === 0,
    "broken-headers": (session.stats?.inboundRTPPacketsInError ?? 0) > 0,
  };
  const ids = Object.keys(texts) as (keyof typeof texts)[]; // exactly the keys of the literal above
  return ids.filter((id) => found[id]).map((id) => ({ id, ...texts[id] }));
}

function longGop(video: MeasuredTrack | undefined, seconds: number): boolean {
  if (video === undefined) return false;
  return (video.keyIntervalSeconds ?? 0) > LONG_GOP_SECONDS || (video.keyUnits === 1 && seconds > LONG_GOP_SECONDS);
}

/** Session lines that every description must have (RFC 8866 §5), in the form that strict readers insist on. */
function isBroken(sdp: string): boolean {
  const sessionPart = sdp.split(/^m=/m, 1)[0] ?? "";
  const count = (line: RegExp): number => sessionPart.match(line)?.length ?? 0;
  const origin = /^o=\S+ \d+ \d+ IN IP[46] \S+\s*$/m.test(sessionPart);
  const connection = count(/^c=/gm) === count(/^c=IN IP[46] \S+\s*$/gm);
  return !origin || !connection || count(/^s=/gm) !== 1 || count(/^v=0\s*$/gm) !== 1;
}

function isForeign(contentBase: string | undefined, host: string): boolean {
  if (contentBase === undefined) return false;
  const named = /^rtsps?:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?]*)/i.exec(contentBase)?.[1];
  return named?.replace(/^\[|\]$/g, "") !== host;
}

/**
 * Cameras: every configured path with a plain name, whatever feeds it, and paths of wildcard entries while they are in use.
 *
 * - `GET /api/cameras` (viewer): `CameraList`, in the order of the configuration
 * - `GET /api/cameras/{name}` (viewer): `CameraDetails`; the name is one encoded segment (`yard%2Fgate`)
 * - `GET /api/cameras/{name}/history` (viewer): `CameraHistory`
 * - `POST /api/cameras` (admin): `NewCamera` → 201 `ConfigChange`
 * - `PATCH /api/cameras/{name}` (admin): `CameraChange` → `ConfigChange`
 * - `DELETE /api/cameras/{name}` (admin): `ConfigChange`
 * - `POST /api/cameras/{name}/retry` (admin): tries at once instead of at `retryAt`; a refused password stays refused
 * - `PUT /api/camera-order` (admin): `CameraOrder` → `ConfigChange`
 *
 * Writes take `If-Match` with a configuration's `etag`; see `config.ts`.
 */
import type { CameraMark, CameraState } from "#cameras/camera-state.ts";
import type { BothLanguages, Explanation } from "./answers.ts";
import type { ReaderView } from "./readers.ts";

export type { CameraMark, CameraState } from "#cameras/camera-state.ts";

/** Answer of `GET /api/cameras`. */
export interface CameraList {
  readonly now: number;
  readonly cameras: readonly CameraView[];
}

/** A camera at a glance: all that the home page and its tiles need. */
export interface CameraView {
  /** The path's name: its id, and what streams are asked for by. */
  readonly name: string;
  /** What people call it; the name where nobody has said. */
  readonly label: string;
  /** The configured entry that serves it: itself, `~expression` or `all_others`. Only the former can be edited as a camera. */
  readonly entry: string;
  /** Made by `--demo`; not in the configuration. */
  readonly demo: boolean;
  readonly enabled: boolean;
  readonly source: CameraSourceView;
  /** Path of the same camera's smaller stream, for the grid. */
  readonly subStream: string | null;
  /** Paths that name this one as their sub-stream: the page doesn't show it by itself then. */
  readonly subStreamOf: readonly string[];
  readonly state: CameraState;
  /** How the state is drawn. */
  readonly mark: CameraMark;
  /** Since when `state.kind` holds. */
  readonly since: number;
  /** Why a camera that is switched on is `disabled` now: nobody asks for it, or nobody publishes. */
  readonly idle: "on-demand" | "no-publisher" | "redirect" | null;
  /** Why it isn't `live`. */
  readonly cause: Explanation | null;
  /** What is known of this make, where it helps with `cause`. */
  readonly advice: BothLanguages | null;
  /** How media comes: `tcp`, `udp`, `multicast`… */
  readonly transport: string | null;
  readonly tracks: readonly CameraTrack[];
  /** Sessions to the camera that ended and were opened anew. */
  readonly reconnects: { readonly total: number; readonly lastDay: number };
  readonly readers: ReaderCounts;
  readonly figures: CameraFigures;
}

/** What moves all the time: the event stream sends it by itself, once a second. */
export interface CameraFigures {
  /** Bits per second of all tracks, over the last two seconds. */
  readonly bitrate: number;
  /** Pictures per second of the first video track, over the last two seconds; null without one, and until measured. */
  readonly fps: number | null;
  /** Of the first video track's last complete group of pictures. Null without key frames. */
  readonly gop: { readonly durationMs: number; readonly pictures: number } | null;
  /** When the newest key frame came. */
  readonly keyframeAt: number | null;
  /** When the last picture (or audio, where there is no video) came. */
  readonly lastMediaAt: number | null;
  /** RTP packets that got lost on the way from the camera, since the path exists. */
  readonly lostPackets: number;
  /** Share of packets lost in the last 10 s, 0…1. */
  readonly lossRatio: number;
  readonly inboundBytes: number;
  readonly outboundBytes: number;
  /** Media memory of this stream: held, and the most it may hold now. */
  readonly memoryBytes: number;
  readonly memoryLimitBytes: number;
}

/** Where a camera's stream comes from. Passwords are never shown. */
export interface CameraSourceView {
  readonly kind: "pull" | "publisher" | "redirect";
  /** As MediaMTX names it: `rtspSource`, `rtspSession`, `redirect`…; null while nobody feeds the path. */
  readonly type: string | null;
  /** Pull: the address without user and password. Redirect: where to. */
  readonly address: string | null;
  readonly user: string | null;
  readonly hasPassword: boolean;
  readonly onDemand: boolean;
}

/** A track of a camera, as declared. */
export interface CameraTrack {
  readonly kind: "video" | "audio" | "application";
  /** As MediaMTX prints it: `H264`, `MPEG-4 Audio`… */
  readonly codec: string;
  /** width, height, profile, level, sampleRate, channelCount… as far as known. */
  readonly props: Readonly<Record<string, string | number | boolean>>;
  readonly clockRate: number;
  /** Pictures per second that the codec's parameters promise. */
  readonly declaredFps: number | null;
  /** Pictures out of order: browsers can't play them over WebRTC. */
  readonly bFrames: boolean;
}

/** A track, as measured. */
export interface TrackFigures {
  readonly bitrate: number;
  /** Pictures or audio frames per second. */
  readonly fps: number | null;
  readonly gop: CameraFigures["gop"];
  readonly keyframeAt: number | null;
}

/** Who reads, in numbers. */
export interface ReaderCounts {
  readonly total: number;
  /** `rtsp`, `rtsps`, `hls`, `webrtc`… → readers. */
  readonly byProtocol: Readonly<Record<string, number>>;
  /** Packets or pictures left out for readers that were too slow, since the path exists. */
  readonly drops: number;
}

/** A camera with everything that is known. */
export interface CameraDetails extends CameraView {
  /** In the order of `tracks`. */
  readonly trackFigures: readonly TrackFigures[];
  readonly readerList: readonly ReaderView[];
  /** The newest first; bounded. */
  readonly endings: readonly CameraEnding[];
  /** Options of its entry that differ from the defaults, as `/v3/config/paths/get` prints them. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** How a session to the camera ended. */
export interface CameraEnding {
  readonly at: number;
  readonly cause: Explanation;
  /** How long there was no picture; null while it lasts. */
  readonly outageMs: number | null;
}

/** The last hour in equal steps, oldest first. `null` where nothing was measured. */
export interface CameraHistory {
  /** Beginning of the first step. */
  readonly from: number;
  readonly stepMs: number;
  readonly bitrate: readonly (number | null)[];
  readonly fps: readonly (number | null)[];
  readonly lossRatio: readonly (number | null)[];
}

/** Body of `POST /api/cameras`. User and password go beside the address, so that nobody has to encode them. */
export interface NewCamera {
  readonly name: string;
  readonly label?: string;
  /** `rtsp://192.168.1.64/stream`; user and password in it are taken too. Left out: somebody publishes to the path. */
  readonly address?: string;
  readonly user?: string;
  readonly password?: string;
  readonly transport?: "automatic" | "udp" | "multicast" | "tcp";
  readonly onDemand?: boolean;
  readonly enabled?: boolean;
  readonly subStream?: string;
}

/** Body of `PATCH /api/cameras/{name}`: what is left out stays. An empty `subStream` or `label` takes it away. */
export type CameraChange = Partial<NewCamera>;

/** Body of `PUT /api/camera-order`: every configured plain path, or some of them, which then come first. */
export interface CameraOrder {
  readonly names: readonly string[];
}

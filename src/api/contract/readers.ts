/**
 * Readers of all protocols.
 *
 * - `GET /api/readers` (admin), `?camera=NAME`: `ReaderList`
 * - `POST /api/readers/{id}/kick` (admin): ends it; 404 when there is none (any more)
 */

/** Answer of `GET /api/readers`. */
export interface ReaderList {
  readonly now: number;
  readonly readers: readonly ReaderView[];
}

/** Somebody who reads a path. */
export interface ReaderView {
  readonly id: string;
  readonly path: string;
  /** `rtsp`, `rtsps`, `hls`, `webrtc`… */
  readonly protocol: string;
  /** As MediaMTX names it: `rtspSession`… */
  readonly type: string;
  readonly since: number;
  /** Address and port; "" for readers inside this process. */
  readonly address: string;
  /** "" for anonymous. */
  readonly user: string;
  readonly userAgent: string;
  readonly transport: string | null;
  readonly outboundBytes: number;
  /** Packets or pictures left out because the reader was too slow. */
  readonly drops: number;
  /** Packets that the reader says it never got. */
  readonly reportedLost: number;
  /** What the reader's player says of itself, where it is our page. */
  readonly experience: ViewerExperience | null;
}

/** How a page's player fares. See `viewers.ts`. */
export interface ViewerExperience {
  /** From the wish to the first picture; null until there is one. */
  readonly firstPictureMs: number | null;
  readonly stalls: number;
  readonly stalledMs: number;
  readonly errors: number;
  readonly reportedAt: number;
}

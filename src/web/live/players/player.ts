/** What opens a picture: the interface of the ways to play, and how they fail. */
import type { Reason } from "../live-state.ts";

/** What a player is given. Callbacks stop after `close`. */
export interface PlayerOptions {
  /** Name of the path. */
  readonly path: string;
  readonly video: HTMLVideoElement;
  /** Media arrives; frames follow. */
  readonly onConnected: () => void;
  /** The server's id of the session, where it tells it. */
  readonly onSession: (id: string) => void;
  /** Called once; the player is of no use afterwards and is to be closed. */
  readonly onFailed: (reason: Reason) => void;
  /** Something to say beside the picture, from now on or no longer. */
  readonly onNote: (note: PlayerNote, holds: boolean) => void;
}

/** Something to say beside a playing picture. */
export type PlayerNote = "audio-unsupported" | "key-units-only";

/** An open player. */
export interface Player {
  /** Idempotent. */
  close(): void;
}

/** The address of a stream on this box; `tail` is `whep` or `index.m3u8`. */
export function liveAddress(path: string, tail: string): string {
  return `/live/${path.split("/").map(encodeURIComponent).join("/")}/${tail}`;
}

/** What an HTTP answer to a player means. `code` is the catalogue's. */
export function reasonOf(status: number, code: string): Reason {
  if (code.includes("b-frames")) return "b-frames";
  if (code.includes("codec") || status === 406 || status === 415) return "codec";
  if (status === 401 || status === 403) return "login";
  if (status === 404) return "not-there";
  if (status === 429 || status === 503) return "too-many";
  return "refused";
}

/** The code of an error answer; "" where there is none. */
export async function codeOf(response: Response): Promise<string> {
  try {
    const body: unknown = await response.json();
    return typeof body === "object" && body !== null && "code" in body && typeof body.code === "string" ? body.code : "";
  } catch {
    return "";
  }
}

/**
 * Answers of one session's every moment (its next playlist, a part that is there) from the head of the request alone. A first
 * playlist, a session of a cookie, a file that is still to come and everything that is refused are left to `HlsServer.handle`.
 */
import { gzipSync } from "node:zlib";
import type { QuickExchange } from "#base/http.ts";
import type { Muxer } from "#protocols/hls/muxer/muxer.ts";
import { SUFFIX } from "#protocols/hls/muxer/playlists.ts";
import type { MuxerEntry, MuxerTable } from "./muxer-table.ts";
import { GZIP_LEVEL, MIN_GZIP, PLAYLIST_TYPE, PRIVATE, takesGzip, wholeFor } from "./replies.ts";
import { readQuery, readTarget, type TargetQuery } from "./request-target.ts";
import type { HlsSession } from "./session.ts";
import { COOKIE, querySuffix, type SessionTable } from "./session-table.ts";

const PLAYLIST_HEADERS = ["Content-Type", PLAYLIST_TYPE, "Cache-Control", PRIVATE, "Vary", "Accept-Encoding"];
const PACKED_HEADERS = [...PLAYLIST_HEADERS, "Content-Encoding", "gzip"];

interface Asked {
  readonly exchange: QuickExchange;
  readonly query: TargetQuery;
  readonly session: HlsSession;
  readonly entry: MuxerEntry;
}

/** See the head of this file. */
export class QuickAnswers {
  readonly #sessions: SessionTable;
  readonly #muxers: MuxerTable;

  constructor(sessions: SessionTable, muxers: MuxerTable) {
    this.#sessions = sessions;
    this.#muxers = muxers;
  }

  /** False for what isn't answered here. */
  take(exchange: QuickExchange): boolean {
    const target = readTarget(exchange.path);
    if (target.kind !== "media" && target.kind !== "playlist") return false;
    const query = readQuery(exchange.query);
    if (query.session === undefined || exchange.header("cookie").includes(COOKIE)) return false;
    const session = this.#sessions.bySecret(query.session, { address: exchange.address, path: target.path });
    const entry = this.#muxers.find(target.path);
    if (session === undefined || entry === undefined) return false;
    this.#muxers.touch(entry);
    const asked = { exchange, query, session, entry };
    return target.kind === "media" ? sendMedia(asked, target.file) : takePlaylist(asked, target.file);
  }
}

function sendMedia({ exchange, session, entry }: Asked, name: string): boolean {
  const file = entry.muxer.fileNow(name);
  if (file === undefined) return false;
  if (!Array.isArray(file.body)) {
    file.release();
    return false;
  }
  exchange.send({
    headers: ["Content-Type", file.type, "Cache-Control", PRIVATE],
    body: file.body,
    sent: (bytes) => {
      file.release();
      count({ session, entry }, bytes);
    },
  });
  return true;
}

function takePlaylist(asked: Asked, name: string): boolean {
  const { exchange, query, entry } = asked;
  const { muxer } = entry;
  const { msn, part } = query;
  if (name !== muxer.names.playlist || !muxer.playable || Number.isNaN(msn) || Number.isNaN(part)) return false;
  if (msn === undefined) {
    if (part !== undefined) return false;
    sendPlaylist(asked, muxer);
    return true;
  }
  const position = { segment: msn, part };
  switch (muxer.place(position)) {
    case "too-far":
      return false;
    case "listed":
      sendPlaylist(asked, muxer);
      return true;
    case "to-come":
      if (muxer.crowded) return false;
      exchange.onGone(
        muxer.whenListed(position, () => {
          if (muxer.playable) sendPlaylist(asked, muxer);
          else exchange.pass();
        }),
      );
      return true;
  }
}

function sendPlaylist({ exchange, query, session, entry }: Asked, muxer: Muxer): void {
  const kind = query.skip ? "delta" : wholeFor(exchange.header("user-agent"));
  const text = muxer.playlist(kind).replaceAll(SUFFIX, querySuffix(session.origin.secret, query.rest));
  const packs = text.length >= MIN_GZIP && takesGzip(exchange.header("accept-encoding"));
  exchange.send({
    headers: packs ? PACKED_HEADERS : PLAYLIST_HEADERS,
    body: packs ? [gzipSync(text, { level: GZIP_LEVEL })] : text,
    sent: (bytes) => count({ session, entry }, bytes),
  });
}

function count({ session, entry }: Pick<Asked, "session" | "entry">, bytes: number): void {
  session.bytes += bytes;
  entry.bytes += bytes;
}

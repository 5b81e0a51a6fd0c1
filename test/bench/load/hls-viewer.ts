/**
 * A low-latency HLS viewer of the bench (RFC 8216bis): asks for the playlist that has the next part, then for the parts that
 * are new in it, on connections it keeps. Every part is counted, and the stamps in it are looked at.
 */
import { Agent, get } from "node:http";
import { machineNow } from "./clock.ts";
import { readStamp, STAMP_BYTES, type Stamp } from "./stamp.ts";

const MARKER = Buffer.from([0x53, 0xb7]);
const MAX_REDIRECTS = 3;
const RETRY_MS = 200;

/** What viewers count together. */
export interface HlsTally {
  bytes: number;
  requests: number;
  /** Pictures whose numbers were left out. */
  missingUnits: number;
  /** Answers other than 200. */
  failures: number;
  /** From sending of a part's newest picture to the part's arrival, ms. */
  latencies: number[];
}

interface Place {
  readonly segment: number;
  readonly part: number;
}

/** See the head of this file. */
export class HlsViewer {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly #tally: HlsTally;
  readonly #seen = new Set<string>();
  readonly #stamp: Stamp = { number: 0, sentAt: 0 };
  #lastUnit = -1;
  #closed = false;
  /** Parts received. */
  parts = 0;

  constructor(tally: HlsTally) {
    this.#tally = tally;
  }

  /** Plays `url` (a multivariant playlist) until closed. */
  async play(url: string): Promise<void> {
    while (!this.#closed) {
      try {
        await this.#follow(url);
      } catch {
        if (!this.#closed) this.#tally.failures += 1;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  close(): void {
    this.#closed = true;
    this.#agent.destroy();
  }

  async #follow(url: string): Promise<void> {
    const multivariant = await this.#fetch(url);
    const media = lineOf(multivariant.text, (line) => line.includes("_stream.m3u8"));
    const playlist = new URL(media, multivariant.url).href;
    let text = (await this.#fetch(playlist)).text;
    this.#skipAllBut(text);
    while (!this.#closed) {
      await this.#takeParts(text, playlist);
      const next = nextPlace(text);
      const query = `_HLS_msn=${next.segment}&_HLS_part=${next.part}`;
      text = (await this.#fetch(`${playlist}${playlist.includes("?") ? "&" : "?"}${query}`)).text;
    }
  }

  /** A viewer begins with the newest part. */
  #skipAllBut(text: string): void {
    for (const uri of partsOf(text).slice(0, -1)) this.#seen.add(uri);
  }

  async #takeParts(text: string, base: string): Promise<void> {
    const parts = partsOf(text);
    for (const uri of parts) {
      if (this.#seen.has(uri)) continue;
      this.#seen.add(uri);
      const { body } = await this.#fetch(new URL(uri, base).href);
      this.#look(body);
    }
    for (const uri of this.#seen) if (!parts.includes(uri)) this.#seen.delete(uri);
  }

  #look(body: Buffer): void {
    this.#tally.bytes += body.length;
    this.parts += 1;
    const now = machineNow();
    let newest = 0;
    for (let at = body.indexOf(MARKER); at >= 0; at = body.indexOf(MARKER, at + STAMP_BYTES)) {
      if (!readStamp(body, { at, end: body.length }, this.#stamp)) break;
      const { number, sentAt } = this.#stamp;
      if (this.#lastUnit >= 0 && number > this.#lastUnit + 1) this.#tally.missingUnits += number - this.#lastUnit - 1;
      this.#lastUnit = Math.max(this.#lastUnit, number);
      newest = Math.max(newest, sentAt);
    }
    if (newest > 0) this.#tally.latencies.push(now - newest);
  }

  async #fetch(url: string, redirects = 0): Promise<{ url: string; body: Buffer; text: string }> {
    this.#tally.requests += 1;
    const answer = await this.#request(url);
    if (answer.status === 302 && redirects < MAX_REDIRECTS) {
      return this.#fetch(new URL(answer.location, url).href, redirects + 1);
    }
    if (answer.status !== 200) throw new Error(`${answer.status} for ${url}`);
    return { url, body: answer.body, text: answer.body.toString("utf8") };
  }

  #request(url: string): Promise<{ status: number; location: string; body: Buffer }> {
    return new Promise((resolve, reject) => {
      const request = get(url, { agent: this.#agent }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          resolve({
            status: response.statusCode ?? 0,
            location: response.headers.location ?? "",
            body: Buffer.concat(chunks),
          });
        });
      });
      request.on("error", reject);
    });
  }
}

function lineOf(text: string, wanted: (line: string) => boolean): string {
  const line = text.split("\n").find((each) => !each.startsWith("#") && wanted(each));
  if (line === undefined) throw new Error("no such line in the playlist");
  return line;
}

function partsOf(text: string): string[] {
  return [...text.matchAll(/#EXT-X-PART:[^\n]*URI="([^"]*)"/g)].map(([, uri]) => uri ?? "");
}

/** The part after the last one listed. */
function nextPlace(text: string): Place {
  const first = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0);
  const lines = text.split("\n");
  const segments = lines.filter((line) => line !== "" && !line.startsWith("#")).length;
  const lastSegment = lines.findLastIndex((line) => line !== "" && !line.startsWith("#"));
  const part = lines.slice(lastSegment + 1).filter((line) => line.startsWith("#EXT-X-PART:")).length;
  return { segment: first + segments, part };
}

/**
 * The HLS server with the real hub under a manual clock, without sockets: a publisher of small decodable H264 pictures and
 * silent AAC, and viewers whose requests are plain calls.
 */
import type { HttpReply, HttpRequest } from "#base/http.ts";
import { silentLogger, type Logger } from "#base/log.ts";
import type { MediaFolder } from "#base/files/media-folder.ts";
import { systemRandom } from "#base/random.ts";
import { openTrack } from "#codecs/registry.ts";
import { defaultsOf } from "#config/read-value.ts";
import { printRtpPacket } from "#formats/rtp/packet.ts";
import type { HlsAuthenticator } from "#protocols/hls/authentication.ts";
import { hlsServerOptions, type HlsServerOptions } from "#protocols/hls/options.ts";
import { HlsServer } from "#protocols/hls/server.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import type { StreamInput } from "#streams/input.ts";
import { type PathOptions, pathOptions } from "#streams/options.ts";
import { PathRegistry } from "#streams/path-registry.ts";
import type { OpenTrack } from "#streams/track.ts";
import { keyPicture, parameterSets, type PictureSize, repeatedPicture } from "#test/peers/synthetic-h264.ts";
import { FakeClient } from "./fake-path.ts";
import { ManualClock } from "./manual-clock.ts";
import { audioFormat, rtpFormat } from "./rtp-formats.ts";

const PICTURE_MS = 40;
const PICTURE_TICKS = 3600;
const SAMPLES = 1024;
const AUDIO_RATE = 48_000;
const MAX_PAYLOAD = 1200;

/** What a viewer asks. */
export interface Ask {
  readonly headers?: Readonly<Record<string, string>>;
  readonly address?: string;
  readonly secure?: boolean;
  readonly credentials?: HttpRequest["credentials"];
  readonly signal?: AbortSignal;
  readonly method?: string;
}

/** What it got; the body is told to be sent unless `keep` was asked for. */
export interface Got {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Buffer;
  readonly text: string;
  readonly reply: HttpReply;
}

/** How the stage is set up. */
export interface StageOptions {
  readonly options?: Partial<HlsServerOptions>;
  readonly path?: Partial<PathOptions>;
  readonly authenticator?: HlsAuthenticator;
  readonly budgetBytes?: number;
  readonly tracks?: "video" | "both";
  readonly folder?: MediaFolder;
}

/** See the head of this file. */
export class HlsStage {
  readonly clock = new ManualClock();
  readonly registry: PathRegistry;
  readonly server: HlsServer;
  input: StreamInput | undefined;
  /** Requests that took the quick way. */
  quickAnswers = 0;
  readonly #lines: { readonly message: string; readonly fields: unknown }[] = [];
  size: PictureSize = { columns: 2, rows: 2 };
  readonly #tracks: "video" | "both";
  #open: readonly OpenTrack[] = [];
  #picture = 0;
  #sinceKey = 0;
  #sequences = [0, 0];
  #audioTime = 0;
  #startedAt = 0;

  constructor(setup: StageOptions = {}) {
    const { clock } = this;
    this.#tracks = setup.tracks ?? "both";
    const path = { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), ...setup.path, name: "cam" };
    this.registry = new PathRegistry({
      paths: [path],
      clock,
      random: systemRandom,
      log: silentLogger,
      budgetBytes: setup.budgetBytes ?? 64 * 1024 * 1024,
      sourceFactory: { create: () => undefined },
    });
    this.server = new HlsServer({
      options: { ...defaultsOf(hlsServerOptions), ...setup.options },
      registry: this.registry,
      clock,
      random: systemRandom,
      log: this.#log(),
      folder: setup.folder,
      authenticator: setup.authenticator ?? { authorize: () => Promise.resolve({ kind: "granted", user: "" }) },
      library: () => Buffer.from("hls"),
    });
  }

  /** Somebody publishes to `cam`; a second time, in place of the first. */
  async publish(): Promise<void> {
    const { sps, pps } = parameterSets(this.size);
    const sprop = `${sps.toString("base64")},${pps.toString("base64")}`;
    const video = openTrack(rtpFormat("H264", { fmtp: { "packetization-mode": "1", "sprop-parameter-sets": sprop } }));
    const fmtp = { mode: "AAC-hbr", sizelength: "13", indexlength: "3", indexdeltalength: "3", config: "1190" };
    const audio = openTrack({ ...audioFormat("MPEG4-GENERIC", AUDIO_RATE, { channels: 2, fmtp }), payloadType: 97 });
    this.#open = this.#tracks === "both" ? [video, audio] : [video];
    this.input = await this.registry.publish("cam", new FakeClient(), this.#open);
    this.#picture = 0;
    this.#sinceKey = 0;
    this.#audioTime = 0;
    this.#startedAt = this.clock.now();
  }

  /** Sends pictures (and the sound beside them), 25 a second, a key picture every `gop`; `bytes` more in each. */
  async play(pictures: number, options: { gop?: number; bytes?: number } = {}): Promise<void> {
    for (let i = 0; i < pictures; i += 1) {
      if (this.#picture > 0 && this.#sinceKey >= (options.gop ?? 25)) this.#sinceKey = 0;
      this.#sendPicture(options.bytes ?? 0);
      if (this.#tracks === "both") this.#sendSound();
      await this.clock.run(PICTURE_MS);
    }
  }

  /** The next picture is a key picture. */
  restartGop(): void {
    this.#sinceKey = 0;
  }

  /** Asks and takes the answer in. */
  async get(address: string, ask: Ask = {}): Promise<Got> {
    return this.take(await this.begin(address, ask));
  }

  /** Asks, the quick way where a listener would; the answer isn't taken yet. */
  begin(address: string, ask: Ask = {}): Promise<HttpReply> {
    const [path = "", query = ""] = address.split("?", 2);
    const { promise, resolve, reject } = Promise.withResolvers<HttpReply>();
    const pass = (): void => void this.handle(address, ask).then(resolve, reject);
    const taken =
      (ask.method ?? "GET") === "GET" &&
      !path.includes("%") &&
      this.server.quick({
        path,
        query,
        address: ask.address ?? "127.0.0.1",
        header: (name) => ask.headers?.[name] ?? "",
        send: ({ headers, body, sent }) => {
          const pairs = headers.flatMap((name, at) => (at % 2 === 0 ? [[name, headers[at + 1] ?? ""]] : []));
          resolve({ status: 200, headers: Object.fromEntries(pairs) as Record<string, string>, body, sent });
        },
        pass,
        onGone: (run) => {
          ask.signal?.addEventListener("abort", () => {
            run();
            reject(ask.signal?.reason as Error);
          });
        },
      });
    if (!taken) pass();
    else this.quickAnswers += 1;
    return promise;
  }

  /** Asks the long way. */
  handle(address: string, ask: Ask = {}): Promise<HttpReply> {
    const [path = "", query = ""] = address.split("?", 2);
    return this.server.handle({
      method: ask.method ?? "GET",
      path,
      query,
      headers: new Map(Object.entries(ask.headers ?? {})),
      address: ask.address ?? "127.0.0.1",
      secure: ask.secure ?? false,
      base: "http://box:8888",
      credentials: ask.credentials ?? { kind: "none" },
      signal: ask.signal ?? new AbortController().signal,
      body: () => Promise.resolve(Buffer.alloc(0)),
    });
  }

  /** Asks and takes the answer in, also one that comes in pieces. */
  async read(address: string): Promise<Got> {
    const reply = await this.begin(address);
    const pieces: Buffer[] = [];
    const { body = [] } = reply;
    if (typeof body === "string" || Buffer.isBuffer(body)) pieces.push(Buffer.from(body));
    else for await (const piece of body) pieces.push(piece);
    return this.take({ ...reply, body: pieces });
  }

  /** What the server has logged with this message. */
  logged(message: string): readonly unknown[] {
    return this.#lines.filter((line) => line.message === message).map(({ fields }) => fields);
  }

  /** Takes an answer in. */
  take(reply: HttpReply): Got {
    const { body } = reply;
    const buffers = body === undefined ? [] : typeof body === "string" || Buffer.isBuffer(body) ? [Buffer.from(body)] : body;
    const whole = Buffer.concat(buffers as readonly Buffer[]); // answers in pieces go by `read`
    reply.sent?.(whole.length);
    return { status: reply.status, headers: reply.headers ?? {}, body: whole, text: whole.toString("utf8"), reply };
  }

  /** Follows redirects to the multivariant playlist, then asks for the media playlist: its address and text. */
  async open(query = "", ask: Ask = {}): Promise<{ playlist: string; got: Got }> {
    const first = await this.get(`/cam/index.m3u8${query}`, ask);
    const multivariant = first.status === 302 ? await this.get(String(first.headers["Location"]), ask) : first;
    const playlist = `/cam/${multivariant.text.split("\n").find((line) => line.includes(".m3u8")) ?? ""}`;
    return { playlist, got: multivariant.status === 200 ? await this.get(playlist, ask) : multivariant };
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.server.close();
    this.registry.close();
  }

  /** Bytes the HLS windows hold. */
  get held(): number {
    return this.registry.budget.uses().find(({ name }) => name === "hls")?.used ?? 0;
  }

  #log(): Logger {
    const note = (fields: unknown, message: string): void => void this.#lines.push({ fields, message });
    const log: Logger = { debug: note, info: note, warn: note, error: note, child: () => log };
    return log;
  }

  #sendPicture(bytes: number): void {
    const isKey = this.#sinceKey === 0;
    const { sps, pps } = parameterSets(this.size);
    const slice = isKey ? keyPicture(this.size, { idrId: this.#picture, luma: 100 }) : repeatedPicture(this.size, this.#sinceKey);
    const filler = bytes > 0 ? [Buffer.concat([Buffer.from([0x06, 0x05]), Buffer.alloc(bytes, 0xaa)])] : [];
    const units = isKey ? [sps, pps, ...filler, slice] : [...filler, slice];
    const timestamp = (this.#picture * PICTURE_TICKS) >>> 0;
    this.#send(0, { timestamp, type: isKey ? "key" : "delta", units });
    this.#picture += 1;
    this.#sinceKey += 1;
  }

  #sendSound(): void {
    const until = ((this.clock.now() - this.#startedAt + PICTURE_MS) * AUDIO_RATE) / 1000;
    for (; this.#audioTime + SAMPLES <= until; this.#audioTime += SAMPLES) {
      this.#send(1, {
        timestamp: this.#audioTime >>> 0,
        type: "key",
        units: [Buffer.from([0x21, 0x10, 0x04, 0x60, 0x8c, 0x1c])],
      });
    }
  }

  #send(track: number, unit: { timestamp: number; type: "key" | "delta"; units: readonly Buffer[] }): void {
    const codec = this.#open[track]?.track;
    for (const { payload, marker } of codec?.packetizer(MAX_PAYLOAD)?.packetize(unit) ?? []) {
      const sequence = (this.#sequences[track] ?? 0) & 0xffff;
      this.#sequences[track] = sequence + 1;
      const head = { marker, payloadType: codec?.format.payloadType ?? 0, sequence, timestamp: unit.timestamp, ssrc: 1 };
      const packet = printRtpPacket(head, payload);
      this.input?.pushRtp(track, packet, { start: 0, end: packet.length });
    }
  }
}

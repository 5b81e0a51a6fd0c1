/**
 * One viewer's media: starts at the newest key unit in the ring, paced, its timestamps squeezed to live; then joins the group of
 * live viewers. Audio is live from the beginning. A request for a picture starts the video over the same way, lost packets come
 * from the ring, and a viewer whose link can't carry the stream gets key units only for a while. Over TCP nobody is in a group:
 * the viewer follows the ring by itself and skips to a key unit when its connection doesn't keep up.
 */
import type { Clock } from "#base/clock.ts";
import type { SluiceError } from "#base/errors.ts";
import type { Random } from "#base/random.ts";
import type { ReceptionReport } from "#formats/rtcp/packet.ts";
import type { Feedback } from "#formats/rtcp/feedback.ts";
import type { Feed, FeedReader } from "#streams/feed.ts";
import type { Path } from "#streams/path.ts";
import type { Stream } from "#streams/stream.ts";
import type { SrtpContext } from "#base/network.ts";
import { LinkWatch } from "./link-watch.ts";
import { LiveTrack } from "./live-track.ts";
import { Repair } from "./repair.ts";
import type { MediaOutput } from "./sink.ts";
import { TrackSender, type ViewerTrack } from "./track-sender.ts";
import { VideoRun } from "./video-run.ts";

/** Largest RTP packet: 1200 bytes of UDP payload with the longest tag, below any MTU in use (RFC 8831 §5 reasons likewise). */
export const MAX_PACKET_BYTES = 1188;
/** A picture asked for again within this has only just been sent. */
const PICTURE_INTERVAL_MS = 500;

/** Counters of a viewer. */
export interface ViewerStatistics {
  packets: number;
  bytes: number;
  rtcpPackets: number;
  /** Packets it was too slow for. */
  discardedPackets: number;
  /** Packets it reports lost. */
  reportedLost: number;
  resentPackets: number;
  pictureRequests: number;
}

/** What a viewer is made with. */
export interface ViewerOptions {
  readonly path: Path;
  readonly stream: Stream;
  readonly clock: Clock;
  readonly random: Random;
  readonly output: MediaOutput;
  readonly context: SrtpContext;
  readonly tracks: readonly ViewerTrack[];
  /** Sends an RTCP packet, protected. */
  readonly sendRtcp: (packet: Buffer) => void;
  /** The link can't carry the stream, or is tried again. */
  readonly onConstrained: (constrained: boolean) => void;
  /** The stream ended. */
  readonly onEnd: (error: SluiceError) => void;
}

/** See the head of this file. */
export class Viewer implements FeedReader {
  readonly statistics: ViewerStatistics = {
    packets: 0,
    bytes: 0,
    rtcpPackets: 0,
    discardedPackets: 0,
    reportedLost: 0,
    resentPackets: 0,
    pictureRequests: 0,
  };
  readonly #options: ViewerOptions;
  readonly #senders: readonly TrackSender[];
  readonly #repair: Repair;
  readonly #link = new LinkWatch();
  readonly #lost = new Map<number, number>();
  #feed: Feed;
  #runs: (VideoRun | LiveTrack)[] = [];
  #pictureAt = Number.NEGATIVE_INFINITY;
  #constrained = false;
  #state: "new" | "sending" | "closed" = "new";

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#senders = options.tracks.map((track) => new TrackSender(track, options.context));
    this.#repair = new Repair(options);
    this.#feed = options.stream.feedFor(MAX_PACKET_BYTES);
  }

  /** True while it gets key units only. */
  get constrained(): boolean {
    return this.#constrained;
  }

  /** Media flows from now on. */
  start(): void {
    if (this.#state !== "new") return;
    this.#state = "sending";
    this.#pictureAt = this.#options.clock.now();
    this.#attach();
    for (const sender of this.#senders) this.#sendReport(sender);
  }

  /** Where the viewer is has changed: packets go there. */
  moved(): void {
    if (this.#state !== "sending") return;
    this.#detach();
    this.#attach();
  }

  /** The viewer's report on one of our sources. */
  report(block: ReceptionReport): void {
    const sender = this.#senders.find((each) => each.ssrc === block.ssrc);
    if (sender === undefined || this.#state !== "sending") return;
    this.#lost.set(block.ssrc, Math.max(0, block.cumulativeLost));
    this.statistics.reportedLost = [...this.#lost.values()].reduce((sum, lost) => sum + lost, 0);
    if (sender.negotiated.kind === "video" && this.#link.report(block.fractionLost, this.#options.clock.now()))
      this.#constrain(true);
  }

  /** The viewer wants something of one of our sources. */
  feedback(feedback: Feedback): void {
    if (this.#state !== "sending" || !("ssrc" in feedback)) return;
    const sender = this.#senders.find((each) => each.ssrc === feedback.ssrc);
    if (sender === undefined) return;
    if (feedback.kind === "picture-loss") {
      this.#sendPicture(sender);
    } else {
      const sent = this.#repair.resend(sender, this.#feed, feedback.sequences);
      this.statistics.resentPackets += sent.packets;
      this.#count(sent.packets, sent.bytes);
    }
  }

  wake(): void {
    for (const run of this.#runs) run.wake();
  }

  check(now: number): void {
    if (this.#state !== "sending") return;
    if (this.#constrained && !this.#link.constrained(now)) this.#constrain(false);
    if (this.#options.stream.feedFor(MAX_PACKET_BYTES) !== this.#feed) this.moved();
  }

  end(error: SluiceError): void {
    if (this.#state === "closed") return;
    this.close();
    this.#options.onEnd(error);
  }

  /** Sends nothing any more. Idempotent. */
  close(): void {
    if (this.#state === "sending") this.#detach();
    this.#state = "closed";
  }

  #attach(): void {
    this.#feed = this.#options.stream.feedFor(MAX_PACKET_BYTES);
    this.#feed.addReader(this);
    const { clock, output } = this.#options;
    this.#runs = this.#senders.map((sender) => {
      const options = {
        feed: this.#feed,
        sender,
        clock,
        output,
        events: {
          sent: (packets: number, bytes: number) => this.#count(packets, bytes),
          report: (packet: Buffer) => this.#sendRtcp(packet),
          discarded: (packets: number) => {
            this.statistics.discardedPackets += packets;
          },
        },
      };
      if (sender.negotiated.kind === "audio") return new LiveTrack(options);
      return new VideoRun({ ...options, readerStart: this.#options.path.options.readerStart, keysOnly: this.#constrained });
    });
    for (const run of this.#runs) run.start();
  }

  #detach(): void {
    for (const run of this.#runs) run.close();
    this.#runs = [];
    this.#feed.removeReader(this);
  }

  #sendPicture(sender: TrackSender): void {
    const now = this.#options.clock.now();
    this.statistics.pictureRequests += 1;
    if (now - this.#pictureAt < PICTURE_INTERVAL_MS) return;
    this.#pictureAt = now;
    this.#runs.find((run) => run.sender === sender)?.restart();
  }

  #constrain(constrained: boolean): void {
    this.#constrained = constrained;
    this.moved();
    this.#options.onConstrained(constrained);
  }

  #count(packets: number, bytes: number): void {
    this.statistics.packets += packets;
    this.statistics.bytes += bytes;
    this.#options.path.countOutbound(bytes);
  }

  #sendRtcp(packet: Buffer): void {
    this.statistics.rtcpPackets += 1;
    this.#options.sendRtcp(packet);
  }

  #sendReport(sender: TrackSender): void {
    const track = this.#feed.tracks[sender.negotiated.track];
    const report = track === undefined ? undefined : this.#options.stream.senderReport(track);
    if (report !== undefined) this.#sendRtcp(report);
  }
}

/**
 * The interleaved channels of one connection (RFC 2326 §10.12): which session owns which number. What a client asks for is
 * honoured where it is free, odd numbers too; otherwise the lowest free pair is given. At most 256 channels exist.
 */

const CHANNELS = 256;

/** Who gets the frames of a channel. The bytes are valid during the call only. */
export interface FrameOwner {
  onFrame(channel: number, buffer: Buffer, range: { start: number; end: number }): void;
}

/** Channel numbers of RTP and RTCP. */
export type ChannelPair = readonly [rtp: number, rtcp: number];

/** Channels of one connection and their owners. */
export class InterleavedChannels {
  readonly #owners = new Map<number, FrameOwner>();

  /**
   * Takes the pair asked for, or the lowest free even pair where none was asked, it is taken, or it isn't (n, n + 1).
   * Undefined when nothing is left.
   */
  claim(asked: ChannelPair | undefined, owner: FrameOwner): ChannelPair | undefined {
    const pair = asked !== undefined && this.#usable(asked) ? asked : this.#lowestFree();
    if (pair === undefined) return undefined;
    for (const channel of pair) this.#owners.set(channel, owner);
    return pair;
  }

  /** Frees everything `owner` has. */
  release(owner: FrameOwner): void {
    for (const [channel, held] of this.#owners) if (held === owner) this.#owners.delete(channel);
  }

  /** Hands a frame to its owner; false when nobody owns the channel. */
  deliver(channel: number, buffer: Buffer, range: { start: number; end: number }): boolean {
    const owner = this.#owners.get(channel);
    owner?.onFrame(channel, buffer, range);
    return owner !== undefined;
  }

  #usable([rtp, rtcp]: ChannelPair): boolean {
    return rtcp === rtp + 1 && rtp >= 0 && rtcp < CHANNELS && !this.#owners.has(rtp) && !this.#owners.has(rtcp);
  }

  #lowestFree(): ChannelPair | undefined {
    for (let rtp = 0; rtp < CHANNELS; rtp += 2) if (this.#usable([rtp, rtp + 1])) return [rtp, rtp + 1];
    return undefined;
  }
}

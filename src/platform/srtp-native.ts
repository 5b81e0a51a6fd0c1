/**
 * SRTP of the native module: one call protects a batch for all its viewers and hands it to the kernel.
 */
import type { PacketBatch, SrtpContext, SrtpFanOut, SrtpKeys, SrtpTarget, UdpDestination, UdpSocket } from "#base/network.ts";
import { TARGET_WORDS, type NativeModule } from "./native.ts";
import { NativeDestination, NativeUdpSocket } from "./udp-native.ts";

/** Viewers per native call; more take several. */
const MAX_TARGETS = 512;

class NativeContext implements SrtpContext {
  readonly kind = "srtp-context";
  readonly #native: NativeModule;
  #number: number | undefined;

  constructor(native: NativeModule, number: number) {
    this.#native = native;
    this.#number = number;
  }

  /** The module's number; undefined once closed, since the next context gets it. */
  get number(): number | undefined {
    return this.#number;
  }

  close(): void {
    if (this.#number !== undefined) this.#native.srtpClose(this.#number);
    this.#number = undefined;
  }
}

/** See the head of this file. */
export class NativeSrtp implements SrtpFanOut {
  /** AEAD_AES_128_GCM, AES_CM_128_HMAC_SHA1_80. */
  readonly profiles = [7, 1] as const;
  readonly #native: NativeModule;
  readonly #targets = new Int32Array(MAX_TARGETS * TARGET_WORDS);

  constructor(native: NativeModule) {
    this.#native = native;
  }

  open(keys: SrtpKeys): SrtpContext {
    const { profile, key, salt, authKey } = keys;
    return new NativeContext(this.#native, this.#native.srtpOpen(profile.id, key, salt, authKey));
  }

  send(
    socket: UdpSocket,
    batch: PacketBatch,
    targets: readonly (SrtpTarget & { readonly destination: UdpDestination })[],
  ): number {
    if (!(socket instanceof NativeUdpSocket) || batch.count === 0) return 0;
    let handed = 0;
    for (let done = 0; done < targets.length; done += MAX_TARGETS) {
      const count = this.#layOut(targets, done);
      handed += socket.sendProtected(batch, this.#targets, count);
    }
    return handed;
  }

  protect(target: SrtpTarget, packet: Buffer, place: { readonly into: Buffer; readonly at: number }): number {
    const { context, ssrc, payloadType, sequenceOffset } = target;
    if (!(context instanceof NativeContext) || context.number === undefined) return 0;
    return this.#native.srtpProtect(context.number, packet, ssrc, payloadType, sequenceOffset, place.into, place.at);
  }

  /** Writes up to `MAX_TARGETS` targets from `first` on; how many. */
  #layOut(targets: readonly (SrtpTarget & { readonly destination: UdpDestination })[], first: number): number {
    const words = this.#targets;
    const last = Math.min(targets.length, first + MAX_TARGETS);
    let count = 0;
    for (let index = first; index < last; index += 1) {
      const target = targets[index];
      if (!(target?.destination instanceof NativeDestination) || !(target.context instanceof NativeContext)) continue;
      const { number } = target.context;
      if (number === undefined) continue;
      const at = count * TARGET_WORDS;
      const { record } = target.destination;
      for (let word = 0; word < 8; word += 1) words[at + word] = record[word] ?? 0;
      words[at + 8] = number;
      words[at + 9] = target.ssrc;
      words[at + 10] = target.payloadType;
      words[at + 11] = target.sequenceOffset;
      count += 1;
    }
    return count;
  }
}

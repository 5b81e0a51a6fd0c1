/**
 * SRTP to many viewers without the native module: each viewer's batch is protected by the runtime's ciphers, then goes to the
 * socket. In counter mode that costs a third of what it does in Galois/Counter mode, where every packet needs a cipher of its own.
 */
import type { PacketBatch, SrtpContext, SrtpFanOut, SrtpKeys, SrtpTarget, UdpDestination, UdpSocket } from "#base/network.ts";
import { createSecretKey } from "node:crypto";
import { CounterBatch, CounterKeys } from "#formats/srtp/counter-batch.ts";
import { srtpProfiles, type SrtpSessionKeys } from "#formats/srtp/profile.ts";
import { SRTP_OVERHEAD_BYTES, SrtpSender } from "#formats/srtp/rtp.ts";

/** A batch is at most a chunk of the ring with room for tags: 128 packets of ordinary size. */
const SCRATCH_BYTES = 256 * 1024;
const MAX_PACKETS = 256;
const RTP_HEADER_BYTES = 12;
const MAX_PACKET_BYTES = 65_535;

type UdpTarget = SrtpTarget & { readonly destination: UdpDestination };

const [GCM, COUNTER] = srtpProfiles;

class ScriptContext implements SrtpContext {
  readonly kind = "srtp-context";
  #sender: SrtpSender | undefined;
  #batchKeys: CounterKeys | undefined;

  constructor(keys: SrtpSessionKeys) {
    this.#sender = new SrtpSender(keys);
    this.#batchKeys = keys.profile === COUNTER ? new CounterKeys(keys) : undefined;
  }

  get sender(): SrtpSender | undefined {
    return this.#sender;
  }

  /** For whole batches, where the profile allows it. */
  get batchKeys(): CounterKeys | undefined {
    return this.#batchKeys;
  }

  close(): void {
    this.#batchKeys?.close();
    this.#batchKeys = undefined;
    this.#sender = undefined;
  }
}

/** See the head of this file. */
export class ScriptSrtp implements SrtpFanOut {
  readonly profiles = [COUNTER.id, GCM.id] as const;
  readonly #batch = new CounterBatch();
  readonly #scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  readonly #packet = Buffer.allocUnsafeSlow(MAX_PACKET_BYTES);
  readonly #offsets = new Uint32Array(MAX_PACKETS);
  readonly #lengths = new Uint32Array(MAX_PACKETS);

  open(keys: SrtpKeys): SrtpContext {
    const profile = srtpProfiles.find(({ id }) => id === keys.profile.id);
    if (profile === undefined) throw new RangeError(`no such SRTP profile: ${String(keys.profile.id)}`);
    return new ScriptContext({ ...keys, profile, cipherKey: createSecretKey(keys.key) });
  }

  send(socket: UdpSocket, batch: PacketBatch, targets: readonly UdpTarget[]): number {
    let handed = targets.some(takesBatches) ? this.#sendBatches(socket, batch, targets) : 0;
    for (const target of targets) if (!takesBatches(target)) handed += this.#sendOneByOne(socket, batch, target);
    return handed;
  }

  protect(target: SrtpTarget, packet: Buffer, place: { readonly into: Buffer; readonly at: number }): number {
    const { context } = target;
    if (!(context instanceof ScriptContext) || context.sender === undefined) return 0;
    const { length } = packet;
    if (length < RTP_HEADER_BYTES || length > MAX_PACKET_BYTES) return 0;
    const header = this.#packet;
    packet.copy(header, 0);
    header[1] = ((header[1] ?? 0) & 0x80) | target.payloadType;
    header.writeUInt16BE((header.readUInt16BE(2) + target.sequenceOffset) & 0xffff, 2);
    header.writeUInt32BE(target.ssrc, 8);
    return context.sender.protect(header.subarray(0, length), place.into, place.at);
  }

  #sendBatches(socket: UdpSocket, batch: PacketBatch, targets: readonly UdpTarget[]): number {
    const sealed = this.#batch;
    let handed = 0;
    for (let first = 0; first < batch.count;) {
      first = sealed.layOut(batch, first);
      for (const target of targets) {
        const { context, ssrc, destination } = target;
        if (!(context instanceof ScriptContext)) continue;
        const { sender, batchKeys } = context;
        if (sender === undefined || batchKeys === undefined) continue;
        sealed.seal(batchKeys, target, sender.index(ssrc));
        handed += socket.sendBatch(sealed, [destination]);
      }
    }
    sealed.clear();
    return handed;
  }

  #sendOneByOne(socket: UdpSocket, batch: PacketBatch, target: UdpTarget): number {
    let handed = 0;
    for (let first = 0; first < batch.count;) {
      const { next, count } = this.#protectSome(batch, first, target);
      if (count > 0) {
        const ready = { buffer: this.#scratch, offsets: this.#offsets, lengths: this.#lengths, count };
        handed += socket.sendBatch(ready, [target.destination]);
      }
      first = next;
    }
    return handed;
  }

  /** Fills the scratch with protected packets from `first` on; where to go on, and how many are ready. */
  #protectSome(batch: PacketBatch, first: number, target: SrtpTarget): { next: number; count: number } {
    let at = 0;
    let count = 0;
    let next = first;
    for (; next < batch.count && count < MAX_PACKETS; next += 1) {
      const offset = batch.offsets[next] ?? 0;
      const length = batch.lengths[next] ?? 0;
      if (length > MAX_PACKET_BYTES) continue;
      if (at + length + SRTP_OVERHEAD_BYTES > SCRATCH_BYTES) break;
      const bytes = this.protect(target, batch.buffer.subarray(offset, offset + length), { into: this.#scratch, at });
      if (bytes === 0) continue;
      this.#offsets[count] = at;
      this.#lengths[count] = bytes;
      at += bytes;
      count += 1;
    }
    return { next, count };
  }
}

function takesBatches({ context }: UdpTarget): boolean {
  return context instanceof ScriptContext && context.batchKeys !== undefined;
}

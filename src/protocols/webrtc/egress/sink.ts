/**
 * Where one viewer's packets go: over UDP in batches, over TCP one by one on its connection.
 */
import type { PacketBatch, SrtpFanOut, SrtpTarget, UdpDestination, UdpSocket } from "#base/network.ts";
import { SRTP_OVERHEAD_BYTES } from "#formats/srtp/rtp.ts";
import type { Remote } from "#protocols/webrtc/ice/remote.ts";

/** What a viewer sends through. */
export interface MediaOutput {
  readonly srtp: SrtpFanOut;
  /** Undefined where UDP is off. */
  readonly socket: UdpSocket | undefined;
  /** Where the viewer is now. */
  remote(): Remote;
}

/** Sends a batch to one viewer, protected. */
export function sendTo(output: MediaOutput, batch: PacketBatch, target: SrtpTarget): void {
  const remote = output.remote();
  const destination: UdpDestination | undefined = remote.destination;
  if (destination !== undefined && output.socket !== undefined) {
    const { context, ssrc, payloadType, sequenceOffset } = target;
    output.srtp.send(output.socket, batch, [{ context, ssrc, payloadType, sequenceOffset, destination }]);
    return;
  }
  for (let index = 0; index < batch.count; index += 1) {
    const at = batch.offsets[index] ?? 0;
    const packet = batch.buffer.subarray(at, at + (batch.lengths[index] ?? 0));
    const into = Buffer.allocUnsafe(packet.length + SRTP_OVERHEAD_BYTES);
    const bytes = output.srtp.protect(target, packet, { into, at: 0 });
    if (bytes > 0) remote.send(into.subarray(0, bytes));
  }
}

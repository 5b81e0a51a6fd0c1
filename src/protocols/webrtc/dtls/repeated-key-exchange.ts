/**
 * Takes the client's key exchange out of datagrams that bring it again before the handshake is done. werift derives the keys
 * from every copy it sees, over all messages it has by then; after the first copy these are more than the extended master secret
 * is made of (RFC 7627 §3), so a second one gives keys nobody else has. Clients repeat a flight after 50 ms, less than a busy
 * machine may take to answer. Records in clear only; what can't be read passes as it is.
 */

const RECORD_HEADER_BYTES = 13;
/** Of a handshake message (RFC 6347 §4.2.2). */
const MESSAGE_HEADER_BYTES = 12;
const HANDSHAKE = 22;
const CLIENT_KEY_EXCHANGE = 16;

/** See the head of this file: one for each handshake as server. */
export class RepeatedKeyExchange {
  #seen = false;

  /** The datagram's bytes without what came before; the datagram itself where there is nothing to take out. */
  filter(datagram: Buffer): Buffer {
    const kept: Buffer[] = [];
    let removed = false;
    for (let at = 0; at < datagram.length;) {
      const end = at + RECORD_HEADER_BYTES + (at + RECORD_HEADER_BYTES > datagram.length ? 0 : datagram.readUInt16BE(at + 11));
      if (end > datagram.length || end <= at) return datagram;
      const record = datagram.subarray(at, end);
      const left = this.#record(record);
      removed ||= left !== record;
      if (left.length > RECORD_HEADER_BYTES) kept.push(left);
      at = end;
    }
    return removed ? Buffer.concat(kept) : datagram;
  }

  #record(record: Buffer): Buffer {
    const inClear = record[0] === HANDSHAKE && record.readUInt16BE(3) === 0;
    if (!inClear) return record;
    const messages: Buffer[] = [];
    let removed = false;
    for (let at = RECORD_HEADER_BYTES; at < record.length;) {
      if (at + MESSAGE_HEADER_BYTES > record.length) return record;
      const end = at + MESSAGE_HEADER_BYTES + record.readUIntBE(at + 9, 3);
      if (end > record.length) return record;
      const repeated = record[at] === CLIENT_KEY_EXCHANGE && this.#isRepeated(record.subarray(at, end));
      if (repeated) removed = true;
      else messages.push(record.subarray(at, end));
      at = end;
    }
    if (!removed) return record;
    const header = Buffer.from(record.subarray(0, RECORD_HEADER_BYTES));
    header.writeUInt16BE(
      messages.reduce((sum, message) => sum + message.length, 0),
      11,
    );
    return Buffer.concat([header, ...messages]);
  }

  /** The message was whole before; of one in fragments, the last makes it whole. */
  #isRepeated(message: Buffer): boolean {
    if (this.#seen) return true;
    this.#seen = message.readUIntBE(6, 3) + message.readUIntBE(9, 3) === message.readUIntBE(1, 3);
    return false;
  }
}

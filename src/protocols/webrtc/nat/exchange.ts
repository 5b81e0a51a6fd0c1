/**
 * Questions to one STUN or TURN server over the port of all sessions, each sent again until it is answered (RFC 8489 §6.2.1, with
 * fewer tries: whoever asks tries anew later).
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { UdpDestination, UdpEndpoint, UdpSocket } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import { TRANSACTION_BYTES } from "#formats/stun/encoding.ts";
import { hasIntegrity } from "#formats/stun/message.ts";
import {
  type LongTermCredentials,
  parseServerMessage,
  printServerRequest,
  type ServerMessage,
} from "#formats/stun/server-message.ts";

/** Time until the first repetition; it doubles. */
const FIRST_WAIT_MS = 500;
const TRIES = 5;

/** What a question comes to; `silence`: nobody answered. */
export type ServerReply = Exclude<ServerMessage, { kind: "data" }> | { readonly kind: "silence" };

/** A question without what is filled in here. */
export type Question =
  | { readonly method: "binding" | "allocate" }
  | { readonly method: "refresh"; readonly lifetimeS: number }
  | { readonly method: "create-permission"; readonly peers: readonly string[] };

/** What an exchange works with. */
export interface ExchangeOptions {
  readonly socket: UdpSocket;
  readonly server: UdpEndpoint;
  readonly clock: Clock;
  readonly random: Random;
}

interface Pending {
  readonly credentials: LongTermCredentials | undefined;
  readonly settle: (reply: ServerReply) => void;
}

/** See the head of this file. */
export class ServerExchange {
  readonly #options: ExchangeOptions;
  readonly #destination: UdpDestination;
  readonly #pending = new Map<string, Pending>();
  readonly #offsets = Uint32Array.of(0);
  readonly #lengths = Uint32Array.of(0);

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#destination = options.socket.destination(options.server);
  }

  /** Asks; an answer that isn't signed with `credentials` doesn't count. Never rejects. */
  ask(question: Question, credentials?: LongTermCredentials): Promise<ServerReply> {
    const { clock, random } = this.#options;
    const transactionId = random.bytes(TRANSACTION_BYTES);
    const packet = printServerRequest({ ...question, transactionId, credentials });
    const key = transactionId.toString("hex");
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const settle = (reply: ServerReply): void => {
        timer?.cancel();
        this.#pending.delete(key);
        resolve(reply);
      };
      const send = (attempt: number): void => {
        if (attempt === TRIES) {
          settle({ kind: "silence" });
          return;
        }
        this.send(packet);
        timer = clock.after("stun question", FIRST_WAIT_MS * 2 ** attempt, () => send(attempt + 1));
      };
      this.#pending.set(key, { credentials, settle });
      send(0);
    });
  }

  /** Sends a packet as it is; whether the kernel took it. */
  send(packet: Buffer): boolean {
    this.#lengths[0] = packet.length;
    const batch = { buffer: packet, offsets: this.#offsets, lengths: this.#lengths, count: 1 };
    return this.#options.socket.sendBatch(batch, [this.#destination]) > 0;
  }

  /** Takes in what came from the server: an answer goes to who asked, what it relays is returned. */
  take(buffer: Buffer, range: { start: number; end: number }): Extract<ServerMessage, { kind: "data" }> | undefined {
    const message = parseServerMessage(buffer, range);
    if (message === undefined || message.kind === "data") return message;
    const pending = this.#pending.get(message.transactionId.toString("hex"));
    if (pending === undefined) return undefined;
    const isSigned = message.kind === "error" || pending.credentials === undefined;
    if (isSigned || hasIntegrity(message, { buffer, range }, pending.credentials.key)) pending.settle(message);
    return undefined;
  }

  /** Whoever still waits hears nothing. Idempotent. */
  close(): void {
    for (const { settle } of [...this.#pending.values()]) settle({ kind: "silence" });
  }
}

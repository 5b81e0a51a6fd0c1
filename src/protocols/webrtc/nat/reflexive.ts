/**
 * How the port of all sessions looks from outside, by asking a STUN server over it; asked again often enough that a router keeps
 * the way open (RFC 4787 REQ-5: two minutes at least, some keep it for 30 s).
 */
import type { Clock, Timer } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { StunEndpoint } from "#formats/stun/encoding.ts";
import type { ServerExchange } from "./exchange.ts";

const INTERVAL_MS = 20_000;

/** See the head of this file. */
export class Reflexive {
  readonly #exchange: ServerExchange;
  readonly #clock: Clock;
  readonly #log: Logger;
  #mapped: StunEndpoint | undefined;
  #state: "new" | "answered" | "silent" | "closed" = "new";
  #timer: Timer | undefined;

  constructor(options: { exchange: ServerExchange; clock: Clock; log: Logger }) {
    this.#exchange = options.exchange;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** The address; undefined while the server doesn't answer. */
  get mapped(): StunEndpoint | undefined {
    return this.#mapped;
  }

  start(): void {
    void this.#ask();
  }

  /** Idempotent. */
  close(): void {
    this.#state = "closed";
    this.#timer?.cancel();
    this.#exchange.close();
  }

  async #ask(): Promise<void> {
    const reply = await this.#exchange.ask({ method: "binding" });
    if (this.#state === "closed") return;
    const mapped = reply.kind === "answer" ? reply.mapped : undefined;
    if (mapped === undefined) {
      if (this.#state !== "silent") this.#log.warn({}, "the STUN server does not answer: no address from outside");
      this.#state = "silent";
    } else {
      const { address, port } = mapped;
      const isNew = this.#mapped?.address !== address || this.#mapped.port !== port;
      if (isNew) this.#log.info({ address, port }, "this is how the WebRTC port looks from outside");
      this.#state = "answered";
    }
    this.#mapped = mapped;
    this.#timer = this.#clock.after("stun", INTERVAL_MS, () => void this.#ask());
  }
}

/**
 * Whether another device in the LAN has an IPv4 address of ours. The kernel doesn't look for that; an ARP question for our own
 * address does (RFC 5227 §2.1.1), asked twice a look, from no address, so that nobody's tables change. Needs the native module and
 * the right to raw packets: without one of them nothing is known.
 */
import { isIPv4 } from "node:net";
import type { Clock } from "#base/clock.ts";
import { codeOf } from "#base/errors.ts";
import type { InterfaceAddress } from "#base/network.ts";
import type { NativeModule } from "../native.ts";
import { listSystemFolder, readSystemFile } from "./system-files.ts";

/** Addresses asked for in one look. */
const MAX_ADDRESSES = 16;
/** A machine in the LAN answers within some milliseconds, one that saves power or sits behind Wi-Fi later. */
const WAITS_MS = [300, 1200] as const;

/** An address of ours that somebody else has too. */
export interface AddressClaim {
  readonly address: string;
  readonly interface: string;
  /** The other one's hardware address. */
  readonly hardware: string;
}

/** What it works with. */
export interface AddressClaimsParts {
  readonly native: Pick<NativeModule, "arpOpen" | "arpAsk" | "arpAnswers" | "arpClose"> | undefined;
  readonly clock: Pick<Clock, "sleep">;
  readonly addresses: () => readonly InterfaceAddress[];
  /** Stands in front of /sys, for tests. */
  readonly root?: string;
}

interface Question {
  readonly descriptor: number;
  readonly address: string;
  readonly interface: string;
}

/** See the head of this file. */
export class AddressClaims {
  readonly #parts: AddressClaimsParts;
  #allowed: boolean;

  constructor(parts: AddressClaimsParts) {
    this.#parts = parts;
    this.#allowed = parts.native !== undefined;
  }

  /** Whether this process can ask at all, as far as it knows. */
  get canAsk(): boolean {
    return this.#allowed;
  }

  /** Asks now; undefined where nobody has an address of ours, or nothing is known. */
  async find(): Promise<AddressClaim | undefined> {
    const { native, clock } = this.#parts;
    if (native === undefined || !this.#allowed) return undefined;
    const questions = this.#open(native);
    try {
      const heard = new Map<Question, string[]>(questions.map((question) => [question, []]));
      for (const ms of WAITS_MS) {
        if (questions.length === 0) break;
        for (const { descriptor, address } of questions) tolerate(() => native.arpAsk(descriptor, address));
        await clock.sleep("address claims", ms);
        for (const [{ descriptor, address }, answers] of heard)
          tolerate(() => answers.push(...native.arpAnswers(descriptor, address)));
      }
      return this.#claimIn(heard);
    } finally {
      for (const { descriptor } of questions) native.arpClose(descriptor);
    }
  }

  #open(native: NonNullable<AddressClaimsParts["native"]>): readonly Question[] {
    const own = this.#parts.addresses().filter(({ address, loopback }) => !loopback && isIPv4(address));
    return own.slice(0, MAX_ADDRESSES).flatMap(({ address, interface: name }) => {
      try {
        return { descriptor: native.arpOpen(name), address, interface: name };
      } catch (error) {
        if (codeOf(error) === "EPERM" || codeOf(error) === "EACCES") this.#allowed = false;
        return []; // also a tunnel, which has no ARP
      }
    });
  }

  /** A second plug of ours in the same LAN answers too. */
  #claimIn(heard: ReadonlyMap<Question, readonly string[]>): AddressClaim | undefined {
    const folder = `${this.#parts.root ?? ""}/sys/class/net`;
    const ours = new Set(listSystemFolder(folder).map((name) => readSystemFile(`${folder}/${name}/address`)));
    for (const [{ address, interface: name }, answers] of heard) {
      const hardware = answers.find((answer) => !ours.has(answer));
      if (hardware !== undefined) return { address, interface: name, hardware };
    }
    return undefined;
  }
}

/** A plug that is pulled meanwhile is no news of this. */
function tolerate(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    if (codeOf(error) === "") throw error;
  }
}

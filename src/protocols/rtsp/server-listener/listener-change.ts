/**
 * One scheme's listener before and after a change of options: kept, moved to another address, opened or given up. The new one
 * is opened beside the old; where both want the same port, the old one stops listening first. Connections stay in any case.
 */
import type { SecureContextOptions } from "node:tls";
import { SluiceError } from "#base/errors.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Network } from "#base/network.ts";
import { rtspServerError } from "#protocols/rtsp/server-errors.ts";
import type { Listener } from "./listener.ts";
import type { ServerServices } from "../server/services.ts";

/** Where a listener listens. */
interface Endpoint {
  readonly address: ListenAddress;
  readonly tls: SecureContextOptions | undefined;
}

/** What a change is about; without `made`, `old` is kept or given up. */
export interface ListenerChangeOptions {
  readonly network: Network;
  readonly scheme: "rtsp" | "rtsps";
  readonly services: ServerServices;
  readonly old: Listener | undefined;
  readonly made: Listener | undefined;
}

/** See the head of this file. */
export class ListenerChange {
  readonly #options: ListenerChangeOptions;
  #endpoints: { readonly from: Endpoint | undefined; readonly to: Endpoint | undefined } = { from: undefined, to: undefined };
  #stopped = false;

  constructor(options: ListenerChangeOptions) {
    this.#options = options;
  }

  /** Opens what is new. Rejects where it can't be had; call `rollback` then. */
  async prepare(endpoints: { readonly from: Endpoint | undefined; readonly to: Endpoint | undefined }): Promise<void> {
    this.#endpoints = endpoints;
    const { network, old, made } = this.#options;
    const { to } = endpoints;
    if (made === undefined || to === undefined) return;
    try {
      await made.open(network, to.address, to.tls);
    } catch (error) {
      if (old === undefined || !(error instanceof SluiceError) || error.code !== "port-in-use") throw error;
      old.stop();
      this.#stopped = true;
      await made.open(network, to.address, to.tls);
    }
  }

  /** Puts it in force; returns who listens from now on, and who no longer does. */
  commit(): { scheme: "rtsp" | "rtsps"; listener: Listener | undefined; former: Listener | undefined } {
    const { scheme, services, old, made } = this.#options;
    const { to } = this.#endpoints;
    if (made !== undefined || to === undefined) {
      old?.stop();
      return { scheme, listener: made, former: old };
    }
    old?.use(services);
    if (to.tls !== undefined) old?.renewCertificate(to.tls);
    return { scheme, listener: old, former: undefined };
  }

  /** Leaves everything as it was. */
  async rollback(): Promise<void> {
    const { network, old, made } = this.#options;
    const { from } = this.#endpoints;
    await made?.close(rtspServerError("rtsp-server-stopping"));
    if (this.#stopped && from !== undefined) await old?.open(network, from.address, from.tls);
  }
}

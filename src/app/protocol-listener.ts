/** The listener of a protocol that travels in HTTP, and what a changed configuration does to both. */
import type { HealthCheck } from "#api/views.ts";
import type { MountedProtocol } from "#api/protocol-mount.ts";
import type { ListenerPolicy } from "#api/http/listener-policy.ts";
import { createProtocolServer } from "#api/servers.ts";
import { SluiceError } from "#base/errors.ts";
import type { HttpHandler } from "#base/http.ts";
import type { HttpSettings } from "#base/http-options.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Config } from "#config/config.ts";
import { httpParts, openHttp } from "./http-listeners.ts";
import type { HttpService, ListenerContext } from "./http-listeners.ts";
import type { OpenedServices, PreparedChange, RunningService, ServiceContext } from "./service.ts";

/** What a listener that was followed by another may take to finish. */
const LEAVE_MS = 5000;

/** A protocol with a listener of its own. */
export interface ProtocolListener {
  /** Name of the service, as in the configuration's keys. */
  readonly name: "hls" | "webrtc";
  readonly address: ListenAddress;
  readonly settings: HttpSettings;
  readonly handler: HttpHandler;
}

/** What the protocol behind the listener does itself. */
export interface ProtocolLife {
  /** Takes over changed options of its own; undefined where everything must be opened anew. */
  reconfigure?(config: Config): Promise<PreparedChange | undefined>;
  close(): Promise<void>;
  /** What the others find of it besides. */
  readonly shares: OpenedServices;
}

type ProtocolContext = ListenerContext & Pick<ServiceContext, "config">;

/** What the service works with. */
interface ProtocolParts {
  readonly context: ProtocolContext;
  readonly open: (config: Config) => Promise<OpenedProtocol>;
  readonly life: ProtocolLife;
}

/** A protocol's listener with what it was opened by. */
interface OpenedProtocol {
  readonly config: Config;
  readonly protocol: MountedProtocol;
  readonly listener: HttpService;
}

/**
 * Opens the listener of a protocol, and has it mounted under `/live/` of the page's. What is about the listener alone
 * (`listenerOf` another configuration) changes or moves it: the protocol and its viewers don't notice.
 */
export async function openProtocol(
  context: ProtocolContext,
  listenerOf: (config: Config) => ProtocolListener,
  life: ProtocolLife,
): Promise<RunningService> {
  const open = async (config: Config): Promise<OpenedProtocol> => {
    const what = listenerOf(config);
    const mounted = (policy: ListenerPolicy): MountedProtocol => mountedWith(what.handler, policy);
    const listener = await openHttp(context, {
      ...what,
      settingsOf: (changed) => listenerOf(changed).settings,
      make: (parts) => createProtocolServer({ ...httpParts(context), ...parts }, mounted(parts.policy)),
    });
    return { config, protocol: mounted(listener.policy), listener };
  };
  try {
    return new ProtocolService(listenerOf(context.config).name, { context, open, life }, await open(context.config));
  } catch (error) {
    await life.close();
    throw error;
  }
}

class ProtocolService implements RunningService {
  readonly name: ProtocolListener["name"];
  readonly #with: ProtocolParts;
  readonly #listenerKeys: ReadonlySet<string>;
  /** Listeners that were followed by another and aren't closed yet. */
  readonly #leaving = new Set<Promise<void>>();
  #current: OpenedProtocol;

  constructor(name: ProtocolListener["name"], parts: ProtocolParts, opened: OpenedProtocol) {
    this.name = name;
    this.#with = parts;
    this.#current = opened;
    const words = ["Address", "Encryption", "ServerKey", "ServerCert", "AllowOrigins", "TrustedProxies"];
    this.#listenerKeys = new Set(words.map((word) => name + word));
  }

  get shares(): OpenedServices {
    const { listener, protocol } = this.#current;
    return { ...listener.shares, [this.name]: protocol, ...this.#with.life.shares };
  }

  check(): HealthCheck {
    return this.#current.listener.check();
  }

  async reconfigure(config: Config, changed: readonly string[]): Promise<PreparedChange | undefined> {
    const keys = changed.filter((key) => this.#listenerKeys.has(key));
    const own = keys.length < changed.length ? await this.#with.life.reconfigure?.(config) : NOTHING;
    if (own === undefined || keys.length === 0) return own;
    try {
      return both(own, await this.#changeListener(config, keys));
    } catch (error) {
      await own.rollback();
      throw error;
    }
  }

  drain(): Promise<void> {
    return this.#current.listener.drain?.() ?? Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.all([this.#current.listener.close(), this.#with.life.close(), ...this.#leaving]);
  }

  async #changeListener(config: Config, keys: readonly string[]): Promise<PreparedChange> {
    const old = this.#current;
    const kept = await old.listener.reconfigure(config, keys);
    if (kept !== undefined) {
      const commit = (): void => {
        kept.commit();
        this.#current = { ...old, config };
      };
      return { ...kept, commit };
    }
    const { context, open } = this.#with;
    const made = await openBeside(old, { context, open: () => open(config) });
    return {
      commit: () => {
        this.#current = made.opened;
        const gone = leave(old.listener, context.machine.clock).finally(() => this.#leaving.delete(gone));
        this.#leaving.add(gone);
      },
      rollback: async () => {
        await made.opened.listener.close();
        if (made.inPlace) this.#current = await open(old.config);
      },
    };
  }
}

const NOTHING: PreparedChange = { commit: () => undefined, rollback: () => Promise.resolve() };

function both(one: PreparedChange, other: PreparedChange): PreparedChange {
  return {
    commit: () => {
      one.commit();
      other.commit();
    },
    rollback: async () => {
      await other.rollback();
      await one.rollback();
    },
  };
}

function mountedWith(handler: HttpHandler, policy: ListenerPolicy): MountedProtocol {
  return {
    handler,
    get allowOrigins() {
      return policy.allowOrigins;
    },
  };
}

/** Opens another listener beside the old one or, where both want the same port, in its place. */
async function openBeside(
  old: OpenedProtocol,
  how: { context: ListenerContext; open: () => Promise<OpenedProtocol> },
): Promise<{ readonly opened: OpenedProtocol; readonly inPlace: boolean }> {
  try {
    // With a fallback, a port that is taken would move us to the next one instead of telling.
    if (!how.context.portFallback) return { opened: await how.open(), inPlace: false };
  } catch (error) {
    if (!(error instanceof SluiceError) || error.code !== "port-in-use") throw error;
  }
  void old.listener.drain?.();
  return { opened: await how.open(), inPlace: true };
}

/** Lets a listener that was followed by another finish what it has in hand, for a while. */
async function leave(listener: RunningService, clock: ServiceContext["machine"]["clock"]): Promise<void> {
  const enough = new AbortController();
  const drained = Promise.resolve(listener.drain?.()).finally(() => enough.abort());
  await Promise.race([drained, clock.sleep("listener leaves", LEAVE_MS, enough.signal).catch(() => undefined)]);
  enough.abort();
  await listener.close();
}

/** How HTTP listeners are opened: on their address or, where asked for, the next free port; the log says where. */
import type { SecureContextOptions } from "node:tls";
import type { ApiAuthenticator } from "#api/views.ts";
import type { HostGuard } from "#api/http/host-guard.ts";
import type { HttpServer } from "#api/http-server.ts";
import type { MountedProtocol } from "#api/protocol-mount.ts";
import { createProtocolServer } from "#api/servers.ts";
import { SluiceError } from "#base/errors.ts";
import type { HttpHandler } from "#base/http.ts";
import type { HttpSettings } from "#base/http-options.ts";
import type { IpRange } from "#base/ip-range.ts";
import { formatListenAddress } from "#base/listen-address.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import type { Config } from "#config/config.ts";
import type { CertificateFiles } from "./certificates/certificate-files.ts";
import { CertificateWatch } from "./certificates/certificate-watch.ts";
import { localUrl } from "./local/local-access.ts";
import type { Certificates, TlsService } from "./certificates/certificates.ts";
import { moved, openWithFallback } from "./port-fallback.ts";
import type { OpenedServices, RunningService, ServiceContext } from "./service.ts";

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

/** What listeners need of the services' context. */
type ListenerContext = Pick<ServiceContext, "log" | "portFallback"> & {
  readonly authenticator: ApiAuthenticator;
  readonly hosts?: HostGuard;
  readonly certificates: Pick<Certificates, "open">;
  readonly machine: Pick<ServiceContext["machine"], "network" | "clock">;
};

/** What every listener is made with. */
export function httpParts(context: ListenerContext) {
  return { network: context.machine.network, authenticator: context.authenticator, hosts: context.hosts };
}

/**
 * Opens the listener of a protocol, and has it mounted under `/live/` of the page's; `closed` ends the protocol itself. What is
 * about the listener alone (`listenerOf` another configuration) moves it: the protocol and its viewers don't notice.
 */
export async function openProtocol(
  context: ListenerContext & Pick<ServiceContext, "config">,
  listenerOf: (config: Config) => ProtocolListener,
  closed: () => Promise<void>,
): Promise<RunningService> {
  const open = async (what: ProtocolListener): Promise<OpenedProtocol> => {
    const protocol: MountedProtocol = { handler: what.handler, allowOrigins: what.settings.allowOrigins };
    const make = (parts: ListenerParts) => createProtocolServer({ ...httpParts(context), ...parts }, protocol);
    return { what, protocol, listener: await openHttp(context, { ...what, make }) };
  };
  let current: OpenedProtocol;
  try {
    current = await open(listenerOf(context.config));
  } catch (error) {
    await closed();
    throw error;
  }
  const { name } = current.what;
  const former = new Set<Promise<void>>();
  const keys = new Set(listenerKeys(name));
  return {
    name,
    get shares() {
      return { ...current.listener.shares, [name]: current.protocol };
    },
    check: () => current.listener.check(),
    reconfigure: async (config, changed) => {
      if (!changed.every((key) => keys.has(key))) return undefined;
      const old = current;
      const made = await openBeside(old, { context, open: () => open(listenerOf(config)) });
      return {
        commit: () => {
          current = made.opened;
          const gone = leave(old.listener, context.machine.clock).finally(() => former.delete(gone));
          former.add(gone);
        },
        rollback: async () => {
          await made.opened.listener.close();
          if (made.inPlace) current = await open(old.what);
        },
      };
    },
    drain: () => current.listener.drain?.() ?? Promise.resolve(),
    close: async () => {
      await Promise.all([current.listener.close(), closed(), ...former]);
    },
  };
}

/** A service that offers something more. */
export function sharing(service: RunningService, more: OpenedServices): RunningService {
  return {
    ...service,
    get shares() {
      return { ...service.shares, ...more };
    },
  };
}

/** A protocol's listener with what it was opened by. */
interface OpenedProtocol {
  readonly what: ProtocolListener;
  readonly protocol: MountedProtocol;
  readonly listener: RunningService;
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

function listenerKeys(name: string): readonly string[] {
  const words = ["Address", "Encryption", "ServerKey", "ServerCert", "AllowOrigins", "TrustedProxies"];
  return words.map((word) => name + word);
}

/** What of an HTTP listener is configured besides its address; `allowOrigins` is left out where other origins never may. */
type ListenerSettings = Omit<HttpSettings, "allowOrigins"> & { readonly allowOrigins?: readonly string[] };

/** What is known of a listener when it is made. */
interface ListenerParts {
  readonly address: ListenAddress;
  readonly log: Logger;
  readonly tls: SecureContextOptions | undefined;
  readonly trustedProxies: readonly IpRange[];
  readonly allowOrigins: readonly string[] | undefined;
}

/** Opens a listener that `make` makes. */
export async function openHttp(
  context: ListenerContext,
  what: {
    name: Exclude<TlsService, "rtsps">;
    address: ListenAddress;
    settings: ListenerSettings;
    make: (parts: ListenerParts) => HttpServer;
  },
): Promise<RunningService> {
  const log = context.log.child({ part: what.name });
  const { encryption, serverKey, serverCert, trustedProxies, allowOrigins } = what.settings;
  const { certificates } = context;
  const files: CertificateFiles | undefined = encryption ? { key: serverKey, cert: serverCert } : undefined;
  const tls = files === undefined ? undefined : await certificates.open(files, what.name);
  const server = await openWithFallback({
    options: what.address,
    open: async (address) => {
      const made = what.make({ address, log, tls, trustedProxies, allowOrigins });
      try {
        await made.start();
      } catch (error) {
        await made.close();
        throw error;
      }
      return made;
    },
    move: (address, { protocol, port }) =>
      context.portFallback && protocol === "TCP" && port === address.port ? moved(address, 1) : undefined,
    log,
  });
  const renew = async (): Promise<void> => {
    if (files !== undefined) server.replaceCertificate(await certificates.open(files, what.name));
  };
  const watch = new CertificateWatch({ clock: context.machine.clock, log, files, renew });
  log.info(
    { tcp: formatListenAddress({ ...what.address, port: server.port }), ...(tls && { fingerprint: tls.fingerprint }) },
    "listening",
  );
  return {
    name: what.name,
    shares: { [`${what.name}Url`]: localUrl({ ...what.address, port: server.port }, tls !== undefined) },
    check: () => ({ name: what.name, ok: true }),
    drain: () => server.drain(),
    close: async () => {
      watch.close();
      await server.close();
    },
  };
}

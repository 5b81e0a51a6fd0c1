/** How HTTP listeners are opened: on their address or, where asked for, the next free port; the log says where. */
import type { SecureContextOptions } from "node:tls";
import type { ApiAuthenticator } from "#api/contract.ts";
import type { HostGuard } from "#api/http/host-guard.ts";
import type { HttpServer } from "#api/http-server.ts";
import type { MountedProtocol } from "#api/protocol-mount.ts";
import { createProtocolServer } from "#api/servers.ts";
import type { HttpHandler } from "#base/http.ts";
import type { HttpSettings } from "#base/http-options.ts";
import type { IpRange } from "#base/ip-range.ts";
import { formatListenAddress } from "#base/listen-address.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import type { CertificateFiles } from "./certificates/certificate-files.ts";
import { CertificateWatch } from "./certificates/certificate-watch.ts";
import { localUrl } from "./local/local-access.ts";
import type { Certificates, TlsService } from "./certificates/certificates.ts";
import { moved, openWithFallback } from "./port-fallback.ts";
import type { RunningService, ServiceContext } from "./service.ts";

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

/** Opens the listener of a protocol, and has it mounted under `/live/` of the page's; `closed` ends the protocol itself. */
export async function openProtocol(
  context: ListenerContext,
  what: ProtocolListener,
  closed: () => Promise<void>,
): Promise<RunningService> {
  const { name, address, settings, handler } = what;
  const protocol: MountedProtocol = { handler, allowOrigins: settings.allowOrigins };
  let listener: RunningService;
  try {
    listener = await openHttp(context, {
      name,
      address,
      settings,
      make: (parts) => createProtocolServer({ ...httpParts(context), ...parts }, protocol),
    });
  } catch (error) {
    await closed();
    throw error;
  }
  return {
    ...listener,
    shares: { [name]: protocol },
    close: async () => {
      await Promise.all([listener.close(), closed()]);
    },
  };
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

/**
 * How HTTP listeners are opened: on their address or, where asked for, the next free port; the log says where. What is about
 * requests alone (origins, proxies, the certificate) changes while they run.
 */
import type { SecureContextOptions } from "node:tls";
import type { ApiAuthenticator } from "#api/views.ts";
import type { HostGuard } from "#api/http/host-guard.ts";
import type { ListenerPolicy } from "#api/http/listener-policy.ts";
import type { HttpServer } from "#api/http-server.ts";
import type { HttpSettings } from "#base/http-options.ts";
import { formatListenAddress } from "#base/listen-address.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { Logger } from "#base/log.ts";
import type { Config } from "#config/config.ts";
import type { CertificateFiles, ServedCertificate } from "./certificates/certificate-files.ts";
import { CertificateWatch } from "./certificates/certificate-watch.ts";
import { localUrl } from "./local/local-access.ts";
import type { Certificates, TlsService } from "./certificates/certificates.ts";
import { moved, openWithFallback } from "./port-fallback.ts";
import type { PreparedChange, RunningService, ServiceContext } from "./service.ts";

/** What listeners need of the services' context. */
export type ListenerContext = Pick<ServiceContext, "log" | "portFallback"> & {
  readonly authenticator: ApiAuthenticator;
  readonly hosts?: HostGuard;
  readonly certificates: Pick<Certificates, "open">;
  readonly machine: Pick<ServiceContext["machine"], "network" | "clock">;
};

/** What every listener is made with. */
export function httpParts(context: ListenerContext) {
  return { network: context.machine.network, authenticator: context.authenticator, hosts: context.hosts };
}

/** What of an HTTP listener is configured besides its address; `allowOrigins` is left out where other origins never may. */
type ListenerSettings = Omit<HttpSettings, "allowOrigins"> & { readonly allowOrigins?: readonly string[] };

/** What is known of a listener when it is made. */
interface ListenerParts {
  readonly address: ListenAddress;
  readonly log: Logger;
  readonly tls: SecureContextOptions | undefined;
  readonly policy: ListenerPolicy;
}

/** A listener. */
export interface HttpListener {
  readonly name: Exclude<TlsService, "rtsps">;
  readonly address: ListenAddress;
  readonly settings: ListenerSettings;
  /** Its settings in another configuration; without it, every change opens it anew. */
  readonly settingsOf?: (config: Config) => ListenerSettings;
  readonly make: (parts: ListenerParts) => HttpServer;
}

/** A listener that is open. */
export type HttpService = RunningService & Required<Pick<RunningService, "reconfigure">> & { readonly policy: ListenerPolicy };

/** Opens a listener. */
export async function openHttp(context: ListenerContext, what: HttpListener): Promise<HttpService> {
  const { name } = what;
  const log = context.log.child({ part: name });
  const { certificates } = context;
  const policy: Mutable<ListenerPolicy> = policyOf(what.settings);
  let files = filesOf(what.settings);
  const tls = files === undefined ? undefined : await certificates.open(files, name);
  const server = await openServer(context, what, { log, tls, policy });
  const renew = async (): Promise<void> => {
    if (files !== undefined) server.replaceCertificate(await certificates.open(files, name));
  };
  const watch = new CertificateWatch({ clock: context.machine.clock, log, files, renew });
  const address = { ...what.address, port: server.port };
  log.info({ tcp: formatListenAddress(address), ...(tls && { fingerprint: tls.fingerprint }) }, "listening");
  const live = new Set(["AllowOrigins", "TrustedProxies", "ServerKey", "ServerCert"].map((word) => name + word));
  return {
    name,
    policy,
    shares: { [`${name}Url`]: localUrl(address, tls !== undefined) },
    check: () => ({ name, ok: true }),
    reconfigure: async (config, keys): Promise<PreparedChange | undefined> => {
      const settings = what.settingsOf?.(config);
      if (settings === undefined || !keys.every((key) => live.has(key))) return undefined;
      const [old, now] = [files, filesOf(settings)];
      const made = sameFiles(old, now) || now === undefined ? undefined : await certificates.open(now, name);
      return {
        commit: () => {
          Object.assign(policy, policyOf(settings));
          files = now;
          if (made === undefined) return;
          server.replaceCertificate(made);
          watch.follow(now);
          log.info({ fingerprint: made.fingerprint }, "another certificate is used");
        },
        rollback: async () => {
          // What is shown as served is the old one again.
          if (made !== undefined && old !== undefined) await certificates.open(old, name).catch(() => undefined);
        },
      };
    },
    drain: () => server.drain(),
    close: async () => {
      watch.close();
      await server.close();
    },
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function openServer(
  context: ListenerContext,
  what: HttpListener,
  parts: { log: Logger; tls: ServedCertificate | undefined; policy: ListenerPolicy },
): Promise<HttpServer> {
  return openWithFallback({
    options: what.address,
    open: async (address) => {
      const made = what.make({ address, ...parts });
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
    log: parts.log,
  });
}

function policyOf({ allowOrigins = [], trustedProxies }: ListenerSettings): ListenerPolicy {
  return { allowOrigins, trustedProxies };
}

function filesOf({ encryption, serverKey, serverCert }: ListenerSettings): CertificateFiles | undefined {
  return encryption ? { key: serverKey, cert: serverCert } : undefined;
}

function sameFiles(a: CertificateFiles | undefined, b: CertificateFiles | undefined): boolean {
  return a?.key === b?.key && a?.cert === b?.cert;
}

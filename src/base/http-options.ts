/**
 * The five keys that every HTTP listener has in MediaMTX's configuration, `hlsEncryption` to `hlsTrustedProxies`: declared
 * here once for any prefix, so that the protocol that owns the listener spreads them into its own options.
 */
import { allLive, booleanOption, ipRangeOption, listOption, textOption } from "./option.ts";
import type { Option } from "./option.ts";
import type { IpRange } from "./ip-range.ts";

/** Parsed values of the five keys, whatever their prefix. */
export interface HttpSettings {
  readonly encryption: boolean;
  /** Names of PEM files, as configured. */
  readonly serverKey: string;
  readonly serverCert: string;
  readonly allowOrigins: readonly string[];
  readonly trustedProxies: readonly IpRange[];
}

/** The five keys with a prefix. */
export type HttpOptionSet<P extends string> = { readonly [K in `${P}Encryption`]: Option<boolean> } & {
  readonly [K in `${P}ServerKey` | `${P}ServerCert`]: Option<string>;
} & { readonly [K in `${P}AllowOrigins`]: Option<readonly string[]> } & {
  readonly [K in `${P}TrustedProxies`]: Option<readonly IpRange[]>;
};

/** Declares the five keys of the listener that `prefix` names in keys and `title` in texts. */
export function httpOptionSet<const P extends string>(prefix: P, title: string): HttpOptionSet<P> {
  const origin = textOption("*", "An origin such as https://example.com, with * for any name in front, or * alone.");
  const proxy = ipRangeOption("127.0.0.1", "An address or network.");
  const declared: Readonly<Record<string, unknown>> = {
    [`${prefix}Encryption`]: booleanOption(false, `Serve ${title} over HTTPS instead of HTTP.`),
    ...allLive({
      [`${prefix}ServerKey`]: textOption("server.key", `File with the private key of ${title}, PEM.`),
      [`${prefix}ServerCert`]: textOption("server.crt", `File with the certificate of ${title}, PEM.`),
      [`${prefix}AllowOrigins`]: listOption(
        origin,
        { fallback: ["*"] },
        `Pages of which other origins may use ${title} (CORS); * for all of them.`,
      ),
      [`${prefix}TrustedProxies`]: listOption(
        proxy,
        { fallback: [] },
        `Reverse proxies in front of ${title} that are believed about the client's address and protocol (X-Forwarded-For, X-Forwarded-Proto).`,
      ),
    }),
  };
  return declared as HttpOptionSet<P>; // the keys are computed, which the compiler can't follow
}

/** The values of the five keys of `prefix` among parsed ones. */
export function httpSettings<P extends string>(
  prefix: P,
  values: {
    readonly [K in `${P}Encryption` | `${P}ServerKey` | `${P}ServerCert` | `${P}AllowOrigins` | `${P}TrustedProxies`]: unknown;
  },
): HttpSettings {
  const all = values as Readonly<Record<string, unknown>>;
  return {
    encryption: all[`${prefix}Encryption`] as boolean, // declared by httpOptionSet, like the rest
    serverKey: all[`${prefix}ServerKey`] as string,
    serverCert: all[`${prefix}ServerCert`] as string,
    allowOrigins: all[`${prefix}AllowOrigins`] as readonly string[],
    trustedProxies: all[`${prefix}TrustedProxies`] as readonly IpRange[],
  };
}

/** By which certificates what is served over TLS now, for the API and the page: people compare fingerprints. */
import type { CertificateView } from "#api/contract/device.ts";
import type { Config } from "#config/config.ts";
import type { Certificates } from "../certificates/certificates.ts";
import { tlsListeners } from "../certificates/tls-listeners.ts";

/** Every listener that speaks TLS by this configuration. */
export function servedCertificates(config: Config, certificates: Pick<Certificates, "servedBy">): readonly CertificateView[] {
  return tlsListeners.flatMap(({ service, isServed }) => {
    const served = isServed(config.values) ? certificates.servedBy(service) : undefined;
    return served === undefined ? [] : [{ service, fingerprint: served.fingerprint, expires: served.expires }];
  });
}

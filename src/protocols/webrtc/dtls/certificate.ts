/**
 * The DTLS library, loaded late (it takes 10 to 17 MiB and a quarter of a second on a fast machine; half of it is ASN.1), and the certificate all
 * sessions share: ECDSA, self-signed, made anew by every start, known to browsers by the fingerprint in the answer.
 */
import type * as Werift from "werift";
import type { Fingerprint } from "#formats/jsep/offer.ts";

/** What sessions need to shake hands. */
export interface DtlsIdentity {
  readonly werift: typeof Werift;
  readonly certificate: Werift.RTCCertificate;
  readonly fingerprint: Fingerprint;
}

/** Loads the library and makes the certificate. */
export async function createDtlsIdentity(): Promise<DtlsIdentity> {
  const werift = await import("werift");
  const certificate = await werift.RTCDtlsTransport.SetupCertificate();
  const [fingerprint] = certificate.getFingerprints();
  if (fingerprint === undefined) throw new TypeError("a certificate has a fingerprint");
  return { werift, certificate, fingerprint: { algorithm: fingerprint.algorithm, value: fingerprint.value } };
}

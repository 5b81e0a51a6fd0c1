/**
 * A handshake with ourselves. The first one of a process takes some 200 ms, ten times as long as the next: tables of the curve are made,
 * nothing is compiled yet. Where there is time beforehand, it is better spent then than by the first viewer.
 */
import type { Clock } from "#base/clock.ts";
import { DtlsLink, type DtlsLinkOptions } from "./dtls-link.ts";

/** Then it is given up. */
const MAX_MS = 5000;

/** Shakes hands. Never rejects: what fails here is told to the first who needs it. */
export async function rehearseHandshake(
  what: Pick<DtlsLinkOptions, "identity" | "profiles">,
  clock: Pick<Clock, "sleep">,
  signal: AbortSignal,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const fingerprints = [what.identity.fingerprint];
  let missing = 2;
  const onKeys = (): void => {
    missing -= 1;
    if (missing === 0) resolve();
  };
  const common = { ...what, fingerprints, onKeys, onFailure: () => resolve(), onClose: () => undefined };
  // Not within the call that sends, as on a network.
  const server: DtlsLink = new DtlsLink({
    ...common,
    role: "server",
    send: (packet) => queueMicrotask(() => client.receive(packet)),
  });
  const client: DtlsLink = new DtlsLink({
    ...common,
    role: "client",
    send: (packet) => queueMicrotask(() => server.receive(packet)),
  });
  const enough = new AbortController();
  const anyEnd = AbortSignal.any([signal, enough.signal]);
  await Promise.race([promise, clock.sleep("webrtc rehearsal", MAX_MS, anyEnd).catch(() => undefined)]);
  enough.abort();
  client.close();
  server.close();
}

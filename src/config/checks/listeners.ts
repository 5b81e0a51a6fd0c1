/** Which listeners would get in each other's way. */
import type { SluiceError } from "#base/errors.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import type { ListenerRule, SchemaParts, Values } from "../schema.ts";
import { checkError } from "./errors.ts";

/** Takes a finding about global keys, the likelier culprit first. */
export type ReportGlobal = (keys: readonly string[], error: SluiceError) => void;

/** Checks ports that are used twice (pairs among them), and pairs of ports. Port 0 means any free one and clashes with nothing. */
export function checkListeners(values: Values, parts: SchemaParts, report: ReportGlobal): void {
  const active = parts.listeners.filter((rule) => rule.active(values));
  for (const [index, rule] of active.entries()) {
    const address = addressOf(values, rule);
    const other = active
      .slice(0, index)
      .find((earlier) => earlier.transport === rule.transport && clash(address, addressOf(values, earlier)));
    if (other === undefined) continue;
    report(
      [rule.key, other.key],
      checkError("config-same-port", { details: { key: rule.key, other: other.key, port: address.port } }),
    );
  }
  for (const [rtpRule, rtcpRule] of parts.portPairs) {
    const [rtp, rtcp] = [addressOf(values, rtpRule).port, addressOf(values, rtcpRule).port];
    if (!rtpRule.active(values) || rtp === rtcp) continue;
    if (rtp % 2 === 0 && rtcp === rtp + 1) continue;
    report([rtpRule.key, rtcpRule.key], checkError("config-udp-pair", { details: { rtp, rtcp } }));
  }
}

function addressOf(values: Values, rule: ListenerRule): ListenAddress {
  return values[rule.key] as ListenAddress; // ListenerRule names keys declared with listenAddressOption
}

function clash(a: ListenAddress, b: ListenAddress): boolean {
  return a.port === b.port && a.port !== 0 && (a.host === undefined || b.host === undefined || a.host === b.host);
}

/** MediaMTX's families of what Sluice doesn't have, always zero: dashboards and rules that name them find a value. */
import type { NotCarriedClients } from "../not-carried.ts";
import type { Family } from "./exposition.ts";
import { isNarrowed } from "./item-families.ts";
import type { MetricsQuery } from "./item-families.ts";

const rtmp = "inbound_bytes outbound_bytes outbound_frames_discarded bytes_received bytes_sent";
const srtPackets =
  "sent received sent_unique received_unique send_loss received_loss retrans received_retrans sent_ack received_ack sent_nak " +
  "received_nak sent_km received_km received_belated send_drop received_drop received_undecrypt flow_window flight_size send_buf " +
  "receive_buf reorder_tolerance received_avg_belated_time send_loss_rate received_loss_rate";
const srtBytes =
  "sent received sent_unique received_unique received_loss retrans received_retrans received_belated send_drop received_drop " +
  "received_undecrypt avail_send_buf avail_receive_buf mss send_buf receive_buf";
/** Those whose names begin with ms or us are left out: Prometheus' own rules refuse such names. */
const srtRates = "mbps_send_rate mbps_receive_rate mbps_link_capacity mbps_max_bw outbound_frames_discarded";

const values: Readonly<Record<NotCarriedClients | "forward_dests", readonly string[]>> = {
  rtmp_conns: rtmp.split(" "),
  rtmps_conns: rtmp.split(" "),
  srt_conns: [
    ...srtPackets.split(" ").map((name) => `packets_${name}`),
    ...srtBytes.split(" ").map((name) => `bytes_${name}`),
    ...srtRates.split(" "),
  ],
  moq_sessions: ["inbound_bytes", "outbound_bytes"],
  forward_dests: ["outbound_bytes"],
};

/** The families that answer `query`; of forwarding only where it is asked for, as in MediaMTX. */
export function notCarriedFamilies(served: readonly NotCarriedClients[], query: MetricsQuery): readonly Family[] {
  if (isNarrowed(query)) return [];
  const { type } = query;
  const kinds: readonly (keyof typeof values)[] = type === "forward_dests" ? [type] : served;
  return kinds.filter((kind) => type === undefined || type === kind).flatMap(familiesOf);
}

function familiesOf(kind: NotCarriedClients | "forward_dests"): readonly Family[] {
  const help = "Of MediaMTX; nothing of this kind is served here.";
  return [kind, ...values[kind].map((name) => `${kind}_${name}`)].map((name) => ({
    name,
    kind: "untyped",
    help,
    samples: [{ labels: {}, value: 0 }],
  }));
}

/** Families about cameras; `camera` is the name of the path, so that there are as many as in the configuration. */
import { isFlowing } from "#cameras/camera-state.ts";
import type { MetricsView, MonitorMetrics } from "../views.ts";
import type { Family, Sample } from "./exposition.ts";

type Camera = ReturnType<MonitorMetrics["cameras"]>[number];

/** Of all cameras, or of the one called `path`. */
export function cameraFamilies({ monitor, paths }: MetricsView, path: string | undefined): readonly Family[] {
  const cameras = monitor.cameras().filter(({ name }) => path === undefined || name === path);
  const now = monitor.now();
  const family = (name: string, help: string, of: (camera: Camera) => number | null): Family => ({
    name: `sluice_camera_${name}`,
    kind: name.endsWith("_total") ? "counter" : "gauge",
    help,
    samples: cameras.flatMap((camera) => {
      const value = of(camera);
      return value === null ? [] : [{ labels: { camera: camera.name }, value }];
    }),
  });
  const split = (name: string, help: string, of: (camera: Camera) => readonly Sample[]): Family => ({
    name: `sluice_camera_${name}`,
    kind: name.endsWith("_total") ? "counter" : "gauge",
    help,
    samples: cameras.flatMap((camera) =>
      of(camera).map(({ labels, value }) => ({ labels: { camera: camera.name, ...labels }, value })),
    ),
  });
  return [
    family("up", "1 while pictures come.", ({ state }) => (isFlowing(state) ? 1 : 0)),
    split("state", "1 for the state it is in.", ({ state }) => [{ labels: { state: state.kind }, value: 1 }]),
    family("fps", "Pictures per second over the last two seconds.", ({ figures }) => figures.fps),
    family("bitrate_bps", "Bits per second over the last two seconds.", ({ figures }) => figures.bitrate),
    family("keyframe_age_seconds", "How long ago the newest key frame came.", ({ figures: { keyframeAt } }) =>
      keyframeAt === null ? null : Math.max(0, now - keyframeAt) / 1000,
    ),
    split("reconnects_total", "Sessions to the camera that ended, by the code of why.", ({ name }) =>
      samplesOf("reason", monitor.reconnectsOf(name)),
    ),
    family("rtp_lost_total", "RTP packets lost on the way from the camera.", ({ figures }) => figures.lostPackets),
    family(
      "inbound_bytes_total",
      "Bytes received from the camera; the rate of it is its bitrate.",
      ({ figures }) => figures.inboundBytes,
    ),
    family("outbound_bytes_total", "Bytes sent to its viewers.", ({ figures }) => figures.outboundBytes),
    family(
      "inbound_errors_total",
      "Frames of the camera that could not be read.",
      ({ name }) => paths.find(name)?.stream?.inboundInError ?? 0,
    ),
    split("viewers", "Readers by protocol.", ({ readers }) => samplesOf("proto", new Map(Object.entries(readers.byProtocol)))),
    split("viewer_drops_total", "What readers were too slow for, by protocol.", ({ name }) =>
      samplesOf("proto", monitor.dropsOf(name)),
    ),
  ];
}

function samplesOf(label: string, values: ReadonlyMap<string, number>): readonly Sample[] {
  return [...values].map(([word, value]) => ({ labels: { [label]: word }, value }));
}

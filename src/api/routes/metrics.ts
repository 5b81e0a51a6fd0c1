/** `/metrics`: MediaMTX's families with its filters, and Sluice's own. */
import type { FastifyInstance } from "fastify";
import type { MetricsView } from "../views.ts";
import { EXPOSITION_TYPE, printFamilies } from "../metrics/exposition.ts";
import type { Family } from "../metrics/exposition.ts";
import { isNarrowed, itemFamilies } from "../metrics/item-families.ts";
import type { MetricsQuery } from "../metrics/item-families.ts";
import {
  hlsMuxerKind,
  hlsSessionKind,
  pathKind,
  readersOf,
  rtspConnectionKind,
  rtspSessionKind,
  webRtcKind,
} from "../metrics/mediamtx-families.ts";
import { notCarriedFamilies } from "../metrics/not-carried-families.ts";
import { sluiceFamilies } from "../metrics/sluice-families.ts";

/** Adds the route. */
export function addMetricsRoute(server: FastifyInstance, view: MetricsView): void {
  server.get<{ Querystring: Readonly<Record<string, unknown>> }>(
    "/metrics",
    { config: { permission: "metrics" } },
    (request, reply) => {
      const given = Object.entries(request.query).filter(([, value]) => typeof value === "string" && value !== "");
      const query = Object.fromEntries(given) as MetricsQuery; // only texts are left
      return reply.header("Content-Type", EXPOSITION_TYPE).send(printFamilies(familiesOf(view, query)));
    },
  );
}

/** Everything that answers `query`, grouped by family. */
function familiesOf(view: MetricsView, query: MetricsQuery): readonly Family[] {
  const paths = view.paths.list();
  const { rtsp, rtsps, webrtc, hls } = view;
  const families = [
    ...itemFamilies(pathKind(paths), query),
    ...readerFamily(view, query),
    ...(hls === undefined
      ? []
      : [...itemFamilies(hlsSessionKind(hls.sessions()), query), ...itemFamilies(hlsMuxerKind(hls.muxers()), query)]),
    ...[["rtsp", rtsp] as const, ["rtsps", rtsps] as const].flatMap(([name, served]) =>
      served === undefined
        ? []
        : [
            ...itemFamilies(rtspConnectionKind(name, served.connections()), query),
            ...itemFamilies(rtspSessionKind(name, served.sessions()), query),
          ],
    ),
    ...(webrtc === undefined ? [] : itemFamilies(webRtcKind(webrtc.sessions()), query)),
    ...notCarriedFamilies(view.notCarried(), query),
  ];
  const own = query["type"] === undefined && (!isNarrowed(query) || query["path"] !== undefined);
  return own ? [...families, ...sluiceFamilies(view, query["path"])] : families;
}

function readerFamily(view: MetricsView, query: MetricsQuery): readonly Family[] {
  const items = readersOf(view.paths.list());
  const kind = {
    type: "paths",
    help: "",
    items,
    labels: ({ path, readerType }: (typeof items)[number]) => ({
      name: path.name,
      state: path.ready ? "ready" : "notReady",
      readerType,
    }),
    path: ({ path }: (typeof items)[number]) => path.name,
    values: [{ name: "readers", help: "Readers of a path, by their kind.", of: ({ count }: (typeof items)[number]) => count }],
  };
  return itemFamilies(kind, query).filter(({ name }) => name === "paths_readers");
}

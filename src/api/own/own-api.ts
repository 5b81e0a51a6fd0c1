/** Sluice's own API: everything below `/api/`, in the shapes of `contract/`. Every route says which role it is for. */
import type { FastifyInstance } from "fastify";
import { takeJson } from "../configuration/json-body.ts";
import { addCameraWrites } from "./camera-writes.ts";
import { addConfigTextRoutes } from "./config-text.ts";
import { addDoctorRoute } from "./doctor.ts";
import { addLogRoutes } from "./log.ts";
import type { OwnApi } from "./parts.ts";
import { addProbeRoute } from "./probe.ts";
import { addWatchingRoutes } from "./watching.ts";

/** Adds the routes. */
export function addOwnApi(server: FastifyInstance, api: OwnApi): void {
  void server.register((scope, _options, done) => {
    takeJson(scope);
    addWatchingRoutes(scope, api);
    addCameraWrites(scope, api);
    addConfigTextRoutes(scope, api);
    addLogRoutes(scope, api);
    addProbeRoute(scope, api);
    addDoctorRoute(scope, api);
    done();
  });
}

/** `/api/doctor`: the doctor's report, one at a time. */
import type { FastifyInstance } from "fastify";
import type { Clock } from "#base/clock.ts";
import type { DoctorReport } from "../contract/doctor.ts";
import { apiError } from "../errors.ts";
import type { OwnApi } from "./parts.ts";

/** Some hundred cameras that are all away, four at a time; what takes longer is given up. */
const MAX_MS = 180_000;

/** Adds the route. */
export function addDoctorRoute(server: FastifyInstance, api: OwnApi): void {
  let running = false;
  server.post("/api/doctor", { config: { role: "admin" } }, async (_request, reply) => {
    if (running) throw apiError("api-doctor-busy");
    running = true;
    const end = new AbortController();
    reply.raw.on("close", () => {
      end.abort(apiError("api-client-gone"));
    });
    try {
      return await examine(api, end);
    } finally {
      running = false;
    }
  });
}

async function examine(
  { doctor, clock }: { doctor: OwnApi["doctor"]; clock: Clock },
  end: AbortController,
): Promise<DoctorReport> {
  const startedAt = clock.now();
  const timer = clock.after("doctor", MAX_MS, () => {
    end.abort(apiError("api-doctor-too-long", { details: { seconds: MAX_MS / 1000 } }));
  });
  try {
    const findings = await doctor(end.signal);
    return { ...findings, at: clock.wallNow(), tookMs: Math.round(clock.now() - startedAt) };
  } finally {
    timer.cancel();
  }
}

/** The configuration's schema: what exists, as far as configuration goes. A protocol is one line here. */
import { composeSchema } from "#config/schema.ts";
import type { ConfigSchema, ListenerRule } from "#config/schema.ts";
import { hlsSchema } from "#protocols/hls/schema.ts";
import { checkSchedule } from "#jobs/check.ts";
import { scheduleOptions } from "#jobs/options.ts";
import type { ScheduleOptions } from "#jobs/options.ts";
import { rtspSchema } from "#protocols/rtsp/schema.ts";
import { webrtcSchema } from "#protocols/webrtc/schema.ts";

const http: readonly ListenerRule[] = [
  { key: "apiAddress", transport: "tcp", active: (values) => values["api"] === true },
  { key: "metricsAddress", transport: "tcp", active: (values) => values["metrics"] === true },
  { key: "webAddress", transport: "tcp", active: (values) => values["web"] === true },
];

/** Composes the schema of everything this program has. */
export function createSchema(): ConfigSchema {
  return composeSchema({
    checks: [webrtcSchema.check, (values, paths) => checkSchedule(values as ScheduleOptions, paths)], // scheduleOptions are part of it
    global: [scheduleOptions, rtspSchema.global, hlsSchema.global, webrtcSchema.global],
    sources: [rtspSchema.source],
    listeners: [...rtspSchema.listeners, ...hlsSchema.listeners, ...webrtcSchema.listeners, ...http],
    portPairs: rtspSchema.portPairs,
    needsPlainPasswords: rtspSchema.needsPlainPasswords,
  });
}

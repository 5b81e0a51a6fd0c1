/** Every call there is, MediaMTX's and ours: what it is for, for whom, and what goes in and out. */
import type { Role } from "../contract/answers.ts";
import { anyObject, ref } from "./shapes.ts";
import type { Shape } from "./shapes.ts";

/** A call. `path` is Fastify's: `:name` is one segment, `*` the rest. */
export interface Operation {
  readonly method: "GET" | "POST" | "PATCH" | "PUT" | "DELETE";
  readonly path: string;
  readonly summary: string;
  /** Of our own API; MediaMTX's asks for the permission `api`. */
  readonly role?: "anyone" | Role;
  readonly query?: readonly string[];
  readonly body?: Shape;
  /** Left out for an answer without a body. */
  readonly answer?: Shape;
  readonly status?: number;
  /** Of the answer, where it isn't JSON. */
  readonly type?: string;
}

const PAGES = ["page", "itemsPerPage"];
const done = ref("Ok");

function twins(name: "rtsp" | "rtsps"): readonly Operation[] {
  const tls = name === "rtsps" ? " with TLS" : "";
  return [
    {
      method: "GET",
      path: `/v3/${name}conns/list`,
      summary: `Connections of RTSP clients${tls}.`,
      query: PAGES,
      answer: ref("RtspConnPage"),
    },
    {
      method: "GET",
      path: `/v3/${name}conns/get/:id`,
      summary: `One connection of an RTSP client${tls}.`,
      answer: ref("RtspConn"),
    },
    {
      method: "GET",
      path: `/v3/${name}sessions/list`,
      summary: `RTSP sessions${tls}.`,
      query: PAGES,
      answer: ref("RtspSessionPage"),
    },
    { method: "GET", path: `/v3/${name}sessions/get/:id`, summary: `One RTSP session${tls}.`, answer: ref("RtspSession") },
    { method: "POST", path: `/v3/${name}sessions/kick/:id`, summary: `Ends an RTSP session${tls}.`, answer: done },
  ];
}

/** Of features that aren't there: empty, so that clients of MediaMTX which ask go on. */
function notCarried(): readonly Operation[] {
  const page = { query: PAGES, answer: ref("EmptyPage") };
  const clients = [
    { name: "rtmpconns", what: "RTMP" },
    { name: "rtmpsconns", what: "RTMPS" },
    { name: "srtconns", what: "SRT" },
    { name: "moqsessions", what: "MoQ" },
  ].flatMap(({ name, what }): readonly Operation[] => [
    { method: "GET", path: `/v3/${name}/list`, summary: `Clients of ${what}: none yet.`, ...page },
    { method: "GET", path: `/v3/${name}/get/:id`, summary: `One client of ${what}: none yet.`, answer: anyObject },
    { method: "POST", path: `/v3/${name}/kick/:id`, summary: `Ends a client of ${what}: none yet.`, answer: done },
  ]);
  return [
    ...clients,
    { method: "GET", path: "/v3/recordings/list", summary: "Recordings: none yet.", ...page },
    { method: "GET", path: "/v3/recordings/get/*", summary: "Recordings of a path: none yet.", answer: ref("Recording") },
    {
      method: "DELETE",
      path: "/v3/recordings/deletesegment",
      summary: "Deletes a recorded segment: none yet.",
      query: ["path", "start"],
      answer: done,
    },
    {
      method: "GET",
      path: "/v3/paths/forward/list",
      summary: "Where a path is forwarded to: nowhere yet.",
      query: ["path", ...PAGES],
      answer: ref("EmptyPage"),
    },
    {
      method: "GET",
      path: "/v3/paths/forward/get",
      summary: "One destination of a path: none yet.",
      query: ["path", "id"],
      answer: anyObject,
    },
  ];
}

const WRITE = ["dryRun"];

const mediamtx: readonly Operation[] = [
  { method: "GET", path: "/v3/info", summary: "Program, version and configuration in force.", answer: ref("Info") },
  { method: "POST", path: "/v3/auth/jwks/refresh", summary: "Fetches the keys of tokens again.", answer: done },
  { method: "GET", path: "/v3/config/global/get", summary: "Global settings.", answer: ref("GlobalConf") },
  {
    method: "PATCH",
    path: "/v3/config/global/patch",
    summary: "Changes global settings.",
    query: WRITE,
    body: ref("GlobalConf"),
    answer: done,
  },
  { method: "GET", path: "/v3/config/pathdefaults/get", summary: "What every path begins with.", answer: ref("NamedPathConf") },
  {
    method: "PATCH",
    path: "/v3/config/pathdefaults/patch",
    summary: "Changes what every path begins with.",
    query: WRITE,
    body: ref("PathConf"),
    answer: done,
  },
  {
    method: "GET",
    path: "/v3/config/paths/list",
    summary: "Configured paths, by name.",
    query: PAGES,
    answer: ref("PathConfPage"),
  },
  { method: "GET", path: "/v3/config/paths/get/*", summary: "One configured path.", answer: ref("NamedPathConf") },
  { method: "POST", path: "/v3/config/paths/add/*", summary: "Adds a path.", query: WRITE, body: ref("PathConf"), answer: done },
  {
    method: "PATCH",
    path: "/v3/config/paths/patch/*",
    summary: "Changes a path.",
    query: WRITE,
    body: ref("PathConf"),
    answer: done,
  },
  {
    method: "POST",
    path: "/v3/config/paths/replace/*",
    summary: "Gives a path these settings and no others.",
    query: WRITE,
    body: ref("PathConf"),
    answer: done,
  },
  { method: "DELETE", path: "/v3/config/paths/delete/*", summary: "Takes a path away.", query: WRITE, answer: done },
  { method: "GET", path: "/v3/paths/list", summary: "Paths as they are now.", query: PAGES, answer: ref("PathPage") },
  { method: "GET", path: "/v3/paths/get/*", summary: "One path as it is now.", answer: ref("Path") },
  ...twins("rtsp"),
  ...twins("rtsps"),
  { method: "GET", path: "/v3/hlsmuxers/list", summary: "Streams served over HLS.", query: PAGES, answer: ref("HlsMuxerPage") },
  { method: "GET", path: "/v3/hlsmuxers/get/*", summary: "One stream served over HLS.", answer: ref("HlsMuxer") },
  { method: "GET", path: "/v3/hlssessions/list", summary: "HLS sessions.", query: PAGES, answer: ref("HlsSessionPage") },
  { method: "GET", path: "/v3/hlssessions/get/:id", summary: "One HLS session.", answer: ref("HlsSession") },
  { method: "POST", path: "/v3/hlssessions/kick/:id", summary: "Ends an HLS session.", answer: done },
  { method: "GET", path: "/v3/webrtcsessions/list", summary: "WebRTC sessions.", query: PAGES, answer: ref("WebRtcSessionPage") },
  { method: "GET", path: "/v3/webrtcsessions/get/:id", summary: "One WebRTC session.", answer: ref("WebRtcSession") },
  { method: "POST", path: "/v3/webrtcsessions/kick/:id", summary: "Ends a WebRTC session.", answer: done },
  ...notCarried(),
];

const viewer = { role: "viewer" } as const;
const admin = { role: "admin" } as const;
const STREAM = "text/event-stream";
const change = ref("ConfigChange");

const own: readonly Operation[] = [
  { method: "GET", path: "/api/openapi.json", summary: "This document.", ...viewer, answer: anyObject },
  {
    method: "GET",
    path: "/api/cameras",
    summary: "All cameras, in the order of the configuration.",
    ...viewer,
    answer: ref("CameraList"),
  },
  {
    method: "POST",
    path: "/api/cameras",
    summary: "Adds a camera.",
    ...admin,
    query: WRITE,
    body: ref("NewCamera"),
    answer: change,
    status: 201,
  },
  {
    method: "GET",
    path: "/api/cameras/:name",
    summary: "A camera with everything that is known.",
    ...viewer,
    answer: ref("CameraDetails"),
  },
  {
    method: "PATCH",
    path: "/api/cameras/:name",
    summary: "Changes or renames a camera.",
    ...admin,
    query: WRITE,
    body: ref("CameraChange"),
    answer: change,
  },
  { method: "DELETE", path: "/api/cameras/:name", summary: "Takes a camera away.", ...admin, query: WRITE, answer: change },
  {
    method: "GET",
    path: "/api/cameras/:name/history",
    summary: "The last hour of a camera.",
    ...viewer,
    answer: ref("CameraHistory"),
  },
  { method: "POST", path: "/api/cameras/:name/retry", summary: "Makes a camera try at once.", ...admin, answer: done },
  {
    method: "PUT",
    path: "/api/camera-order",
    summary: "Puts cameras in order.",
    ...admin,
    query: WRITE,
    body: ref("CameraOrder"),
    answer: change,
  },
  {
    method: "GET",
    path: "/api/readers",
    summary: "Readers of all protocols.",
    ...admin,
    query: ["camera"],
    answer: ref("ReaderList"),
  },
  { method: "POST", path: "/api/readers/:id/kick", summary: "Ends a reader.", ...admin, answer: done },
  { method: "GET", path: "/api/memory", summary: "The memory budget and who holds it.", ...viewer, answer: ref("MemoryView") },
  { method: "GET", path: "/api/device", summary: "The box.", ...viewer, answer: ref("DeviceView") },
  { method: "GET", path: "/api/health", summary: "Whether all is well.", ...viewer, answer: ref("HealthReport") },
  { method: "GET", path: "/api/jobs", summary: "Jobs of the schedule.", ...viewer, answer: ref("JobList") },
  {
    method: "GET",
    path: "/api/events",
    summary: "Everything, and what changes, as events.",
    ...viewer,
    query: ["camera", "only", "after"],
    type: STREAM,
  },
  { method: "GET", path: "/api/events/list", summary: "What happened.", ...viewer, query: ["after"], answer: ref("EventList") },
  { method: "GET", path: "/api/viewers", summary: "What players of the page experience.", ...admin, answer: ref("ViewerList") },
  { method: "POST", path: "/api/viewers", summary: "A player's report.", ...viewer, body: ref("ViewerReport"), status: 204 },
  {
    method: "GET",
    path: "/api/config",
    summary: "The configuration as text, secrets hidden.",
    ...admin,
    answer: ref("ConfigText"),
  },
  {
    method: "PUT",
    path: "/api/config",
    summary: "Saves the configuration.",
    ...admin,
    query: WRITE,
    body: ref("ConfigDraft"),
    answer: change,
  },
  {
    method: "POST",
    path: "/api/config/check",
    summary: "Says what a text would do.",
    ...admin,
    body: ref("ConfigDraft"),
    answer: ref("ConfigCheck"),
  },
  { method: "GET", path: "/api/config/schema", summary: "JSON Schema of the file.", ...admin, answer: anyObject },
  {
    method: "GET",
    path: "/api/config/history",
    summary: "Previous good configurations.",
    ...admin,
    answer: ref("ConfigHistory"),
  },
  {
    method: "POST",
    path: "/api/config/rollback",
    summary: "Puts a previous one back.",
    ...admin,
    body: ref("ConfigRollback"),
    answer: change,
  },
  {
    method: "GET",
    path: "/api/config/export",
    summary: "The text as a file, secrets hidden.",
    ...admin,
    type: "application/yaml",
  },
  {
    method: "POST",
    path: "/api/config/export",
    summary: "Everything with its secrets, encrypted by a passphrase.",
    ...admin,
    body: ref("ConfigExport"),
    answer: anyObject,
  },
  {
    method: "POST",
    path: "/api/config/import",
    summary: "Saves an export.",
    ...admin,
    query: WRITE,
    body: ref("ConfigImport"),
    answer: change,
  },
  {
    method: "POST",
    path: "/api/probe",
    summary: "Looks at a camera, line by line.",
    ...admin,
    body: ref("ProbeRequest"),
    type: "application/x-ndjson",
  },
  {
    method: "POST",
    path: "/api/doctor",
    summary: "Looks for what commonly goes wrong.",
    ...admin,
    answer: ref("DoctorReport"),
  },
  {
    method: "GET",
    path: "/api/log",
    summary: "The newest lines of the log.",
    ...admin,
    query: ["after", "level", "camera", "limit"],
    answer: ref("LogTail"),
  },
  {
    method: "GET",
    path: "/api/log/stream",
    summary: "The log as events.",
    ...admin,
    query: ["after", "level", "camera"],
    type: STREAM,
  },
  {
    method: "GET",
    path: "/api/log/older",
    summary: "Lines from before the newest ones, out of the journal.",
    ...admin,
    query: ["before", "level", "camera", "limit"],
    answer: ref("OlderLog"),
  },
  { method: "GET", path: "/api/log/download", summary: "The log as text.", ...admin, type: "text/plain" },
];

const anyone = { role: "anyone" } as const;

/** Of the page's listener alone. */
const accounts: readonly Operation[] = [
  { method: "GET", path: "/api/session", summary: "Who the caller is here.", ...anyone, answer: anyObject },
  { method: "POST", path: "/api/session", summary: "Signs in.", ...anyone, body: anyObject, answer: anyObject },
  { method: "DELETE", path: "/api/session", summary: "Signs out.", ...anyone, query: ["everywhere"], answer: anyObject },
  {
    method: "POST",
    path: "/api/claim",
    summary: "Makes the first admin, with the code of the log.",
    ...anyone,
    body: anyObject,
    answer: anyObject,
  },
  { method: "GET", path: "/api/users", summary: "Users of the page.", ...admin, answer: anyObject },
  { method: "POST", path: "/api/users", summary: "Adds a user.", ...admin, body: anyObject, answer: anyObject },
  { method: "PATCH", path: "/api/users/:name", summary: "Changes a user.", ...admin, body: anyObject, answer: anyObject },
  { method: "DELETE", path: "/api/users/:name", summary: "Takes a user away.", ...admin, answer: anyObject },
  { method: "GET", path: "/api/tokens", summary: "Tokens of scripts, without themselves.", ...admin, answer: anyObject },
  { method: "POST", path: "/api/tokens", summary: "Makes a token, shown once.", ...admin, body: anyObject, answer: anyObject },
  { method: "DELETE", path: "/api/tokens/:id", summary: "Revokes a token.", ...admin, answer: anyObject },
];

/** All calls. */
export const operations: readonly Operation[] = [...mediamtx, ...own, ...accounts];

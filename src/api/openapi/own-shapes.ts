/** Bodies and answers of our own API: `contract/` as JSON Schema. A test holds real answers against them. */
import { anyObject, flag, integer, listOf, mapOf, nullable, number, record, ref, text, words } from "./shapes.ts";
import type { Shapes } from "./shapes.ts";

const both = record({ en: text, zh: text });
const props = mapOf({ type: ["string", "number", "boolean"] });
const gop = nullable(record({ durationMs: number, pictures: integer }));
const states =
  "discovered needs-activation needs-credentials locked-out probing connecting live degraded stalled offline disabled unsupported";
const marks = ["live", "degraded", "working", "needs-you", "off"] as const;
const state = record({ kind: words(...states.split(" ")) }, { until: number, retryAt: number, reason: text });
const experience = { firstPictureMs: nullable(number), stalls: integer, stalledMs: number, errors: integer };
const players = words("webrtc", "low-latency-hls", "hls", "still");

const cameraView = {
  name: text,
  label: text,
  entry: text,
  demo: flag,
  enabled: flag,
  source: ref("CameraSource"),
  subStream: nullable(text),
  subStreamOf: listOf(text),
  state,
  mark: words(...marks),
  since: number,
  idle: nullable(words("on-demand", "no-publisher", "redirect")),
  cause: nullable(ref("Explanation")),
  advice: nullable(both),
  transport: nullable(text),
  tracks: listOf(ref("CameraTrack")),
  reconnects: record({ total: integer, lastDay: integer }),
  readers: record({ total: integer, byProtocol: mapOf(integer), drops: integer }),
  figures: ref("CameraFigures"),
};

const cameraFields = {
  label: text,
  address: text,
  user: text,
  password: { type: "string", writeOnly: true },
  transport: words("automatic", "udp", "multicast", "tcp"),
  onDemand: flag,
  enabled: flag,
  subStream: text,
};

const readerFields = {
  id: text,
  path: text,
  protocol: text,
  type: text,
  since: number,
  address: text,
  user: text,
  userAgent: text,
  transport: nullable(text),
  outboundBytes: integer,
  drops: integer,
  reportedLost: integer,
};

const cameras: Shapes = {
  CameraList: record({ now: number, cameras: listOf(ref("CameraView")) }),
  CameraView: record(cameraView),
  CameraSource: record({
    kind: words("pull", "publisher", "redirect"),
    type: nullable(text),
    address: nullable(text),
    user: nullable(text),
    hasPassword: flag,
    onDemand: flag,
  }),
  CameraTrack: record({
    kind: words("video", "audio", "application"),
    codec: text,
    props,
    clockRate: integer,
    declaredFps: nullable(number),
    bFrames: flag,
  }),
  CameraFigures: record({
    bitrate: number,
    fps: nullable(number),
    gop,
    keyframeAt: nullable(number),
    lastMediaAt: nullable(number),
    lostPackets: integer,
    lossRatio: number,
    inboundBytes: integer,
    outboundBytes: integer,
    memoryBytes: integer,
    memoryLimitBytes: integer,
  }),
  CameraDetails: record({
    ...cameraView,
    trackFigures: listOf(record({ bitrate: number, fps: nullable(number), gop, keyframeAt: nullable(number) })),
    readerList: listOf(ref("ReaderView")),
    endings: listOf(record({ at: number, cause: ref("Explanation"), outageMs: nullable(number) })),
    options: anyObject,
  }),
  CameraHistory: record({
    from: number,
    stepMs: number,
    bitrate: listOf(nullable(number)),
    fps: listOf(nullable(number)),
    lossRatio: listOf(nullable(number)),
  }),
  NewCamera: record({ name: text }, cameraFields),
  CameraChange: record({}, { name: text, ...cameraFields }),
  CameraOrder: record({ names: listOf(text) }),
};

const watching: Shapes = {
  ReaderList: record({ now: number, readers: listOf(ref("ReaderView")) }),
  ReaderView: record({ ...readerFields, experience: nullable(record({ ...experience, reportedAt: number })) }),
  ViewerReport: record(
    { player: text, camera: text, kind: players, ...experience, ended: flag },
    { reader: text, fallbackReason: text },
  ),
  ViewerList: record({ now: number, viewers: listOf(anyObject) }),
  DoctorReport: record({
    at: number,
    tookMs: number,
    state: text,
    findings: listOf(
      record({
        subject: text,
        state: text,
        code: nullable(text),
        text: both,
        remedy: nullable(both),
        command: nullable(text),
      }),
    ),
  }),
  MemoryView: record({
    budgetBytes: integer,
    usedBytes: integer,
    committedBytes: integer,
    relief: listOf(text),
    reliefCause: nullable(text),
    pools: listOf(record({ name: text, usedBytes: integer, highWaterBytes: integer, refusals: integer })),
    streams: listOf(record({ path: text, bytes: integer, limitBytes: integer })),
    process: record({ rssBytes: integer, heapUsedBytes: integer, externalBytes: integer }),
  }),
  DeviceView: record({
    host: text,
    version: text,
    nodeVersion: text,
    startedAt: number,
    now: number,
    processCpu: number,
    machineCpu: nullable(number),
    temperatureCelsius: nullable(number),
    memory: nullable(record({ totalBytes: integer, availableBytes: integer })),
    network: listOf(
      record({
        name: text,
        addresses: listOf(text),
        receivedBytes: nullable(integer),
        sentBytes: nullable(integer),
        linkMbits: nullable(integer),
      }),
    ),
    services: mapOf(nullable(integer)),
    certificates: listOf(record({ service: text, fingerprint: text, expires: number })),
  }),
  HealthReport: record({ at: number, cameras: mapOf(integer), boxHealthy: flag, problems: listOf(ref("Problem")) }),
  Problem: record({
    id: text,
    severity: words("critical", "warning"),
    camera: nullable(text),
    since: number,
    cause: ref("Explanation"),
    action: nullable(text),
  }),
  EventList: record({ events: listOf(record({ id: text, at: number, kind: text })), newest: text, missedEvents: flag }),
  JobList: record({
    now: number,
    jobs: listOf(
      record({
        name: text,
        job: words("restart-camera", "report-health", "backup-configuration"),
        camera: nullable(text),
        at: text,
        timeZone: text,
        next: nullable(number),
        last: nullable(record({ at: number, failure: nullable(ref("Explanation")) })),
        running: flag,
      }),
    ),
  }),
  LogLine: record({
    id: text,
    at: number,
    level: words("error", "warn", "info", "debug"),
    message: text,
    camera: nullable(text),
    fields: anyObject,
    text,
  }),
  LogTail: record({ lines: listOf(ref("LogLine")), newest: text, missed: flag }),
  OlderLog: record({ lines: listOf(ref("LogLine")), journal: flag, more: flag }),
  ProbeRequest: record({ address: text }, { user: text, password: { type: "string", writeOnly: true } }),
};

const problem = {
  severity: words("error", "warning"),
  key: text,
  line: nullable(integer),
  column: nullable(integer),
  cause: ref("Explanation"),
};

const configuration: Shapes = {
  ConfigProblem: record(problem),
  ConfigDraft: record({ text }),
  ConfigExport: record({ passphrase: text }),
  ConfigImport: record({ text }, { passphrase: text }),
  ConfigText: record({
    file: nullable(text),
    readOnly: nullable(words("no-file", "not-writable")),
    text,
    etag: text,
    problems: listOf(ref("ConfigProblem")),
    inForce: flag,
  }),
  ConfigCheck: record({
    valid: flag,
    problems: listOf(ref("ConfigProblem")),
    changes: record({
      global: listOf(text),
      addedPaths: listOf(text),
      changedPaths: listOf(text),
      removedPaths: listOf(text),
      interrupted: listOf(text),
    }),
  }),
  ConfigChange: record({
    status: words("ok"),
    etag: text,
    saved: words("file", "memory"),
    file: nullable(text),
    problems: listOf(ref("ConfigProblem")),
    restartNeeded: listOf(text),
  }),
  ConfigHistory: record({ backups: listOf(record({ id: text, savedAt: number, bytes: integer, etag: text })) }),
  ConfigRollback: record({}, { id: text }),
};

/** The shapes by name. */
export const ownShapes: Shapes = {
  Explanation: record({ code: text, details: props, text: both, remedy: both }),
  ErrorAnswer: record(
    { status: words("error"), error: text, code: text, details: props, text: both, remedy: both },
    { problems: listOf(ref("ConfigProblem")) },
  ),
  ...cameras,
  ...watching,
  ...configuration,
};

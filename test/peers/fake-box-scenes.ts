/** Scenes for the fake box: what a whole box says when all is well, when one thing isn't, and at the edges of what fits. */
import type { Explanation } from "#api/contract/answers.ts";
import type { CameraDetails, CameraState, CameraView } from "#api/contract/cameras.ts";
import type { ConfigCheck, ConfigHistory } from "#api/contract/config.ts";
import type { HealthReport, Problem } from "#api/contract/device.ts";
import type { EventRecord, Snapshot } from "#api/contract/events.ts";
import type { LogLine } from "#api/contract/log.ts";
import type { ProbeMessage } from "#api/contract/probe.ts";
import type { SessionView, UserList } from "#api/contract/session.ts";
import type { CameraMark } from "#cameras/camera-state.ts";
import { markOf } from "#cameras/camera-state.ts";
import {
  AUTH_FAILED,
  CHECK_FAILED,
  detailsOf,
  logLines,
  MEMORY,
  DEVICE,
  PROBE_FAILED,
  SAFE_MODE,
  UNREACHABLE,
} from "./fake-box-answers.ts";

/** All that the fake box says in one scene. */
export interface Scene {
  readonly session: SessionView;
  readonly snapshot: Snapshot;
  readonly details: (name: string) => CameraDetails | undefined;
  readonly log: readonly LogLine[];
  readonly backups: ConfigHistory;
  readonly users: UserList;
  readonly check: ConfigCheck;
  readonly probe: readonly ProbeMessage[];
  /** What writes are refused with; undefined lets them pass. */
  readonly refusal: { readonly status: number; readonly cause: Explanation } | undefined;
}

/** Names of the scenes. */
export type SceneName =
  "healthy" | "one-problem" | "all-offline" | "safe-mode" | "no-camera" | "many" | "long-name" | "viewer" | "login" | "claim";

const MINUTE = 60_000;
const CLAIMED = { claimed: true, loopback: false };
const NAMES = ["Yard", "Till", "Door", "Gate"];

/** The scene of a name, as of now. */
export function sceneOf(name: SceneName, now = Date.now()): Scene {
  const live = NAMES.map((label) => cameraOf({ label, state: { kind: "live" }, since: now - 3 * 60 * MINUTE }));
  const open: SessionView = { state: "open", role: "admin", user: "admin", ...CLAIMED };
  switch (name) {
    case "healthy":
      return scene(live, { now, session: open });
    case "one-problem": {
      const gate = cameraOf({ label: "Gate", state: { kind: "needs-credentials" }, since: now - 4 * MINUTE, cause: AUTH_FAILED });
      const problem = {
        id: "camera:gate",
        camera: "gate",
        since: now - 4 * MINUTE,
        cause: AUTH_FAILED,
        action: "edit-camera",
      } as const;
      return scene([...live.slice(0, 3), gate], { now, session: open, problems: [{ severity: "critical", ...problem }] });
    }
    case "all-offline": {
      const state: CameraState = { kind: "offline", retryAt: now + 4000 };
      const gone = NAMES.map((label) => cameraOf({ label, state, since: now - 12 * MINUTE, cause: UNREACHABLE }));
      const problems = gone.map((camera) => ({
        id: `camera:${camera.name}`,
        severity: "critical" as const,
        camera: camera.name,
        since: camera.since,
        cause: UNREACHABLE,
        action: "open-camera" as const,
      }));
      return scene(gone, { now, session: open, problems });
    }
    case "safe-mode": {
      const idle: CameraState = { kind: "connecting" };
      const waiting = NAMES.map((label) => cameraOf({ label, state: idle, since: now - 2 * MINUTE }));
      const problem = { id: "box:start", camera: null, since: now - 2 * MINUTE, cause: SAFE_MODE, action: "open-log" } as const;
      return scene(waiting, { now, session: open, problems: [{ severity: "critical", ...problem }] });
    }
    case "no-camera": {
      const demo = { ...cameraOf({ label: "demo", state: { kind: "live" }, since: now - MINUTE }), demo: true };
      return scene([demo], { now, session: open });
    }
    case "many":
      return scene(
        Array.from({ length: 32 }, (_, index) =>
          cameraOf({
            label: `Hall ${String(index + 1)}`,
            state: { kind: index === 5 ? "connecting" : "live" },
            since: now - MINUTE,
          }),
        ),
        { now, session: open },
      );
    case "long-name": {
      const label = "Loading ramp behind the second warehouse, towards the street";
      return scene([cameraOf({ label, state: { kind: "live" }, since: now - MINUTE }), ...live], { now, session: open });
    }
    case "viewer":
      return scene(live, { now, session: { state: "open", role: "viewer", user: null, ...CLAIMED } });
    case "login":
    case "claim":
      return scene(live, { now, session: { state: name, role: null, user: null, claimed: name === "login", loopback: false } });
  }
}

/** A camera that sends H.264 with sound, in the given state. */
export function cameraOf(given: {
  readonly label: string;
  readonly state: CameraState;
  readonly since: number;
  readonly cause?: Explanation;
}): CameraView {
  const { label, state, since, cause = null } = given;
  const name = label.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  const flows = state.kind === "live" || state.kind === "degraded";
  return {
    name,
    label,
    entry: name,
    demo: false,
    enabled: true,
    source: {
      kind: "pull",
      type: "rtspSource",
      address: `rtsp://192.168.1.64:554/${name}`,
      user: "viewer",
      hasPassword: true,
      onDemand: false,
    },
    subStream: null,
    subStreamOf: [],
    state,
    mark: markOf(state),
    since,
    idle: null,
    cause,
    advice: null,
    transport: flows ? "tcp" : null,
    tracks: flows ? TRACKS : [],
    reconnects: { total: 3, lastDay: 1 },
    readers: { total: flows ? 2 : 0, byProtocol: flows ? { webrtc: 1, rtsp: 1 } : {}, drops: 12 },
    figures: {
      bitrate: flows ? 4_180_000 : 0,
      fps: flows ? 18.4 : null,
      gop: flows ? { durationMs: 8000, pictures: 147 } : null,
      keyframeAt: flows ? Date.now() - 2400 : null,
      lastMediaAt: flows ? Date.now() : since - 5000,
      lostPackets: 38,
      lossRatio: flows ? 0.0004 : 0,
      inboundBytes: 812_000_000,
      outboundBytes: 1_620_000_000,
      memoryBytes: flows ? 4_400_000 : 0,
      memoryLimitBytes: 12_582_912,
    },
  };
}

const TRACKS: CameraView["tracks"] = [
  {
    kind: "video",
    codec: "H264",
    props: { width: 1920, height: 1080, profile: "Main", level: "4" },
    clockRate: 90_000,
    declaredFps: 25,
    bFrames: false,
  },
  {
    kind: "audio",
    codec: "MPEG-4 Audio",
    props: { sampleRate: 16_000, channelCount: 1 },
    clockRate: 16_000,
    declaredFps: null,
    bFrames: false,
  },
];

interface SceneParts {
  readonly now: number;
  readonly session: SessionView;
  readonly problems?: readonly Problem[];
}

function scene(cameras: readonly CameraView[], { now, session, problems = [] }: SceneParts): Scene {
  const snapshot: Snapshot = {
    now,
    device: { ...DEVICE, now, startedAt: now - 26 * 60 * MINUTE },
    health: healthOf(cameras, problems, now),
    memory: { ...MEMORY, streams: cameras.map((camera) => ({ path: camera.name, bytes: 4_400_000, limitBytes: 12_582_912 })) },
    cameras,
    camera: null,
    events: eventsOf(cameras, now),
    missedEvents: false,
    configEtag: "etag-1",
  };
  return {
    session,
    snapshot,
    details: (name) =>
      detailsOf(
        cameras.find((camera) => camera.name === name),
        now,
      ),
    log: logLines(now),
    backups: {
      backups: [
        { id: "2", savedAt: now - 50 * MINUTE, bytes: 412, etag: "etag-0" },
        { id: "1", savedAt: now - 3 * 24 * 60 * MINUTE, bytes: 388, etag: "etag-z" },
      ],
    },
    users: {
      users: [
        { name: "admin", role: "admin" },
        { name: "counter", role: "viewer" },
      ],
    },
    check: CHECK_FAILED,
    probe: PROBE_FAILED,
    refusal: undefined,
  };
}

function healthOf(cameras: readonly CameraView[], problems: readonly Problem[], at: number): HealthReport {
  const count = (mark: CameraMark): number => cameras.filter((camera) => camera.mark === mark).length;
  return {
    at,
    cameras: {
      live: count("live"),
      degraded: count("degraded"),
      working: count("working"),
      "needs-you": count("needs-you"),
      off: count("off"),
    },
    boxHealthy: problems.every(({ camera }) => camera !== null),
    problems,
  };
}

function eventsOf(cameras: readonly CameraView[], now: number): readonly EventRecord[] {
  const [first] = cameras;
  if (first === undefined) return [];
  const about = { camera: first.name, from: "live", outageMs: null } as const;
  const offline: CameraState = { kind: "offline", retryAt: now };
  return [
    {
      id: "1",
      at: now - 90 * MINUTE,
      kind: "config-applied",
      by: "start",
      etag: "etag-1",
      paths: cameras.map(({ name }) => name),
    },
    { id: "2", at: now - 40 * MINUTE, kind: "camera-state", ...about, state: offline, cause: UNREACHABLE },
    {
      id: "3",
      at: now - 36 * MINUTE,
      kind: "camera-state",
      ...about,
      state: { kind: "live" },
      cause: null,
      outageMs: 4 * MINUTE,
    },
    { id: "4", at: now - MINUTE, kind: "reader-kicked", camera: first.name, protocol: "rtsp", address: "192.168.1.40:51022" },
  ];
}

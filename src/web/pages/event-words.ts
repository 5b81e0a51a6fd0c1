/** What happened, as a line for people. */
import type { EventRecord } from "#api/contract/events.ts";
import type { CameraState } from "#api/contract/cameras.ts";
import type { MarkName } from "../components/mark.tsx";
import { said } from "../components/camera-words.tsx";
import { formatDuration } from "../i18n/format.ts";
import { language, t } from "../i18n/text.ts";

/** The camera an event is about. */
export function cameraOfEvent(event: EventRecord): string | undefined {
  return "camera" in event ? event.camera : undefined;
}

/** How an event is marked. */
export function markOfEvent(event: EventRecord): MarkName {
  switch (event.kind) {
    case "camera-state":
      return marks[event.state.kind];
    case "problem":
    case "config-refused":
      return "needs-you";
    case "job":
      return "degraded";
    case "publisher-left":
    case "reader-kicked":
    case "camera-removed":
      return "off";
    case "problem-over":
    case "camera-added":
    case "camera-changed":
    case "publisher-joined":
    case "config-applied":
      return "live";
  }
}

const marks: Readonly<Record<CameraState["kind"], MarkName>> = {
  discovered: "needs-you",
  "needs-activation": "needs-you",
  "needs-credentials": "needs-you",
  "locked-out": "needs-you",
  unsupported: "needs-you",
  probing: "working",
  connecting: "working",
  stalled: "working",
  offline: "working",
  live: "live",
  degraded: "degraded",
  disabled: "off",
};

/** The line. `camera` is what people call the camera. */
export function eventWords(event: EventRecord, camera: string): string {
  switch (event.kind) {
    case "camera-state": {
      const parts = [t("event.camera-state", { camera, state: t(`state.${event.state.kind}`) })];
      if (event.outageMs !== null) parts.push(t("event.outage", { time: formatDuration(event.outageMs, language.value) }));
      if (event.cause !== null) parts.push(said(event.cause.text));
      return parts.join(" · ");
    }
    case "camera-added":
    case "camera-removed":
    case "camera-changed":
      return t(`event.${event.kind}`, { camera });
    case "publisher-joined":
    case "publisher-left":
      return t(`event.${event.kind}`, { camera, type: event.type });
    case "reader-kicked":
      return t("event.reader-kicked", { camera, protocol: event.protocol.toUpperCase(), address: event.address });
    case "config-applied":
      return t("event.config-applied", { by: t(`origin.${event.by}`), paths: event.paths.join(", ") || t("none") });
    case "config-refused": {
      const first = event.first === null ? "" : said(event.first.text);
      return t("event.config-refused", { by: t(`origin.${event.by}`), errors: event.errors, first });
    }
    case "problem":
    case "job":
      return said(event.cause.text);
    case "problem-over":
      return t("event.problem-over", { cause: said(event.cause.text) });
  }
}

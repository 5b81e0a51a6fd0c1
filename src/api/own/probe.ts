/** `/api/probe`: looks at a camera while the caller watches, one line of JSON after the other. */
import type { FastifyInstance } from "fastify";
import { SluiceError } from "#base/errors.ts";
import { parseRtspUrl, printHost } from "#formats/rtsp-message/url.ts";
import { quirkOf } from "#cameras/quirks/table.ts";
import type { ProbeFailure, ProbeFinding, ProbeMessage } from "../contract/probe.ts";
import { readSettings } from "../configuration/json-edits.ts";
import type { Settings } from "../configuration/json-edits.ts";
import { apiError } from "../errors.ts";
import { explain } from "../explain.ts";
import { clientGone } from "../http/client-gone.ts";
import { beginBody } from "./event-stream.ts";
import type { OwnApi, ProbeOutcome, ProbeProgress } from "./parts.ts";

/** Probes at a time; each holds a connection and a few seconds of media. */
const MAX_PROBES = 4;
const MAX_ADDRESS = 2048;

/** Adds the route. */
export function addProbeRoute(server: FastifyInstance, api: OwnApi): void {
  const running = new Set<string>();
  server.post("/api/probe", { config: { role: "admin" } }, async (request, reply) => {
    const url = addressOf(readSettings(request.body));
    const { host, port } = parseRtspUrl(url);
    const place = printHost({ host, port });
    if (running.size >= MAX_PROBES || running.has(place)) throw apiError("api-probe-busy", { details: { max: MAX_PROBES } });
    running.add(place);
    const { raw } = reply;
    beginBody(reply, "application/x-ndjson");
    const tell = (message: ProbeMessage): void => {
      if (!raw.destroyed) raw.write(`${JSON.stringify(message)}\n`);
    };
    try {
      tell(await probe(api, { url, host, signal: clientGone(raw), tell }));
    } finally {
      running.delete(place);
      raw.end();
    }
  });
}

async function probe(
  api: OwnApi,
  what: { url: string; host: string; signal: AbortSignal; tell: (message: ProbeMessage) => void },
): Promise<ProbeMessage> {
  const { url, host, signal, tell } = what;
  const reason = await api.probe.forbidden(host);
  if (reason === "unresolved") return failed(apiError("api-probe-unresolved", { details: { host } }));
  if (reason !== undefined) return failed(apiError("api-probe-forbidden", { details: { host } }));
  try {
    const outcome = await api.probe.run(url, signal, (step) => {
      tell(step.kind === "failed" ? transportFailed(step) : step);
    });
    return { kind: "found", report: findingOf(api, url, outcome) };
  } catch (error) {
    if (error instanceof SluiceError) return failed(error);
    throw error;
  }
}

function addressOf(fields: Settings): string {
  const { address, user = "", password = "" } = fields;
  if (typeof address !== "string" || typeof user !== "string" || typeof password !== "string" || address.length > MAX_ADDRESS) {
    throw apiError("api-bad-body", { details: { reason: "address" } });
  }
  const text = address.trim();
  const url = parseRtspUrl(text.includes("://") ? text : `rtsp://${text}`);
  const account = { user: user === "" ? (url.user ?? "") : user, password: password === "" ? (url.password ?? "") : password };
  const known = account.user === "" ? "" : `${encodeURIComponent(account.user)}:${encodeURIComponent(account.password)}@`;
  return `${url.scheme}://${known}${printHost(url)}${url.pathAndQuery}`;
}

function transportFailed(step: Extract<ProbeProgress, { kind: "failed" }>): ProbeMessage {
  const { transport, code, reason } = step;
  const text = { en: reason, zh: reason };
  return { kind: "transport-failed", transport, cause: { code, details: {}, text, remedy: { en: "", zh: "" } } };
}

function failed(error: SluiceError): ProbeMessage {
  return { kind: "failed", reason: reasons[error.code] ?? "other", cause: explain(error), advice: null };
}

const reasons: Readonly<Record<string, ProbeFailure>> = {
  "rtsp-url-invalid": "address-invalid",
  "source-scheme-unknown": "address-invalid",
  "api-probe-forbidden": "address-forbidden",
  "api-probe-unresolved": "unreachable",
  "source-unreachable": "unreachable",
  "source-port-closed": "port-closed",
  "source-connect-timeout": "unreachable",
  "source-connection-lost": "no-answer",
  "source-no-answer": "no-answer",
  "source-protocol-broken": "not-rtsp",
  "source-credentials-missing": "credentials-missing",
  "source-credentials-refused": "credentials-refused",
  "source-authentication-unsupported": "credentials-refused",
  "source-forbidden": "forbidden",
  "source-stream-not-found": "stream-not-found",
  "source-camera-busy": "too-many-clients",
  "source-no-media": "no-media",
  "source-no-tracks": "no-usable-track",
  "source-description-unreadable": "no-usable-track",
  "source-certificate-refused": "certificate",
};

function findingOf(api: OwnApi, url: string, outcome: ProbeOutcome): ProbeFinding {
  const { server, realm, transports, tracks, oddities } = outcome;
  const known = { ...(server === undefined ? {} : { server }), ...(realm === undefined ? {} : { realm }) };
  const parsed = parseRtspUrl(url);
  return {
    server: server ?? null,
    make: quirkOf(known)?.id ?? null,
    address: `${parsed.scheme}://${printHost(parsed)}${parsed.pathAndQuery}`,
    transports,
    tracks: tracks.map(({ kind, codec, props, unitsPerSecond, bitsPerSecond, keyIntervalSeconds }) => ({
      kind,
      codec,
      props,
      unitsPerSecond: unitsPerSecond ?? null,
      bitrate: Math.round(bitsPerSecond),
      keyIntervalMs: keyIntervalSeconds === undefined ? null : Math.round(keyIntervalSeconds * 1000),
    })),
    oddities,
    suggestedName: freeName(api, parsed.host),
  };
}

/** `cam-64` of 192.168.1.64, with a number behind it where that is taken. */
function freeName(api: OwnApi, host: string): string {
  const { config } = api.configuration.store.inForce;
  const last = host.split(/[.:]/).at(-1) ?? "";
  const base = /^\d{1,3}$/.test(last)
    ? `cam-${last}`
    : `cam-${host
        .replace(/[^\dA-Za-z]+/g, "-")
        .toLowerCase()
        .slice(0, 40)}`;
  let name = base;
  for (let number = 2; config.valuesOf(name) !== undefined; number += 1) name = `${base}-${String(number)}`;
  return name;
}

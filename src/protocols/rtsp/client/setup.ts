/**
 * From a session description to playing media: SETUP for each medium, then PLAY (RFC 2326 §10.4, §10.5). The first video, or
 * the first audio where there is no video, must be granted; what else is refused is left out.
 */
import { DEFAULT_SESSION_TIMEOUT_SECONDS, parseSession } from "#formats/rtsp-message/session.ts";
import { isInterleaved, parseTransport, printTransport, type TransportSpec } from "#formats/rtsp-message/transport.ts";
import { resolveControl } from "#formats/rtsp-message/url.ts";
import type { RtspResponse } from "#formats/rtsp-message/message.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";
import type { InterleavedTransport } from "#protocols/rtsp/client-transport/interleaved.ts";
import type { MediaTransport, SlotFormat } from "#protocols/rtsp/client-transport/media-transport.ts";
import type { DescribedCamera } from "./describe.ts";
import { isSuccess, statusError } from "./status.ts";

/** Status of a range that a camera doesn't take (RFC 2326 §11.3.8). */
const INVALID_RANGE = 457;

/** A medium to set up. */
export interface WantedTrack {
  readonly control: string | undefined;
  readonly format: SlotFormat;
  /** Without it the session is of no use. */
  readonly required: boolean;
}

/** A medium that was granted. */
export interface GrantedTrack {
  /** Index among the wanted ones. */
  readonly wanted: number;
  /** What brings it: the transport that was asked for, or the connection itself where the camera chose that. */
  readonly transport: MediaTransport;
  /** The camera's `Transport` header as sent; undefined when it sent none. */
  readonly answer: string | undefined;
}

/** A session that is set up. Slots of its transports are the indexes of `granted`. */
export interface SetUpSession {
  readonly id: string;
  readonly timeoutMs: number;
  /** Whether the camera named the time-out. */
  readonly timeoutNamed: boolean;
  readonly granted: readonly GrantedTrack[];
}

/** What is set up, and how. */
export interface SetupOptions {
  readonly camera: DescribedCamera;
  readonly wanted: readonly WantedTrack[];
  readonly transport: MediaTransport;
  /** The connection's own way, in case the camera chooses it. */
  readonly interleaved: InterleavedTransport;
  readonly timeoutMs: number;
}

interface SessionState {
  id: string;
  timeoutSeconds: number | undefined;
}

/** Sets up every medium. Rejects with the client's errors; closing transports and connection is the caller's. */
export async function setUp(options: SetupOptions): Promise<SetUpSession> {
  const session: SessionState = { id: "", timeoutSeconds: undefined };
  const granted: GrantedTrack[] = [];
  for (const [index, track] of options.wanted.entries()) {
    const slot = granted.length;
    const response = await requestTrack(options, { track, slot, session });
    if (!isSuccess(response)) {
      if (track.required || response.status === 461) throw setupError(options, response);
      options.transport.abandon(slot);
      continue;
    }
    readSession(response, session);
    const answer = response.headers.get("Transport");
    granted.push({ wanted: index, transport: await accept(options, { track, slot, answer }), answer });
    options.camera.connection.establish();
  }
  const seconds = session.timeoutSeconds ?? DEFAULT_SESSION_TIMEOUT_SECONDS;
  return { id: session.id, timeoutMs: seconds * 1000, timeoutNamed: session.timeoutSeconds !== undefined, granted };
}

/** Starts the media. `range` is a Range header; `scale` a Scale header. */
export async function play(
  options: SetupOptions,
  session: { readonly id: string },
  wish: { readonly range: string; readonly scale: string | undefined },
): Promise<RtspResponse> {
  const { camera, timeoutMs } = options;
  const send = (range: string | undefined): Promise<RtspResponse> =>
    camera.connection.request({
      method: "PLAY",
      url: camera.aggregate,
      headers: {
        ...sessionHeader(session.id),
        ...(wish.scale === undefined ? {} : { Scale: wish.scale }),
        ...(range === undefined ? {} : { Range: range }),
      },
      timeoutMs,
    });
  let response = await send(wish.range);
  if (response.status === INVALID_RANGE) response = await send(undefined);
  if (!isSuccess(response)) throw setupError(options, response, "PLAY");
  return response;
}

/** The session's id after an answer, which may change it. */
export function sessionIdAfter(response: RtspResponse, id: string): string {
  return parseSession(response.headers.get("Session") ?? "").id || id;
}

/** The Session header of a request; none where the camera gave no session. */
export function sessionHeader(id: string): Readonly<Record<string, string>> {
  return id === "" ? {} : { Session: id };
}

async function requestTrack(
  options: SetupOptions,
  what: { track: WantedTrack; slot: number; session: SessionState },
): Promise<RtspResponse> {
  const { camera, transport, interleaved, timeoutMs } = options;
  const { track, slot, session } = what;
  const offer = await transport.offer(slot, track.format);
  if (transport !== interleaved) interleaved.expect(slot, track.format);
  return camera.connection.request({
    method: "SETUP",
    url: resolveControl(camera.base, track.control),
    headers: { Transport: printTransport(offer), ...sessionHeader(session.id) },
    timeoutMs,
  });
}

async function accept(
  options: SetupOptions,
  what: { track: WantedTrack; slot: number; answer: string | undefined },
): Promise<MediaTransport> {
  const { transport, interleaved, camera } = options;
  const spec = what.answer === undefined ? undefined : parseTransport(what.answer)[0];
  if (transport !== interleaved && spec !== undefined && isInterleaved(spec)) {
    transport.abandon(what.slot);
    await interleaved.accept(what.slot, spec);
    return interleaved;
  }
  if (transport === interleaved && spec !== undefined && choosesPorts(spec)) {
    throw sourceError("source-transport-refused", { details: { host: camera.connection.target.host, transport: "tcp" } });
  }
  await transport.accept(what.slot, spec);
  return transport;
}

/** Asked for TCP, the camera answered with ports: it will send by UDP whatever was asked. */
function choosesPorts(spec: TransportSpec): boolean {
  return spec.interleaved === undefined && (spec.serverPort !== undefined || spec.delivery === "multicast");
}

function readSession(response: RtspResponse, session: SessionState): void {
  const header = response.headers.get("Session");
  if (header === undefined) return;
  const { id, timeoutSeconds } = parseSession(header);
  if (id !== "") session.id = id;
  session.timeoutSeconds = timeoutSeconds ?? session.timeoutSeconds;
}

function setupError(options: SetupOptions, response: RtspResponse, method = "SETUP"): Error {
  const { camera, transport } = options;
  const { host } = camera.connection.target;
  const authenticated = camera.authentication.acceptedScheme !== undefined;
  return statusError(response, { method, host, authenticated, transport: transport.name });
}

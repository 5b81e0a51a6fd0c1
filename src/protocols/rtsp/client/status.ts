/** What a camera's answer other than 200 means. */
import type { SluiceError } from "#base/errors.ts";
import type { RtspResponse } from "#formats/rtsp-message/message.ts";
import { sourceError } from "#protocols/rtsp/client-errors.ts";

/** Where an answer came from. `authenticated`: the request carried credentials. */
export interface AnsweredRequest {
  readonly method: string;
  readonly host: string;
  readonly authenticated: boolean;
  /** Transport that was asked for, in SETUP. */
  readonly transport?: string;
}

/** Whether an answer grants the request. */
export function isSuccess(response: RtspResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

/** Whether an answer points elsewhere. */
export function isRedirect(response: RtspResponse): boolean {
  return [301, 302, 303, 305, 307, 308].includes(response.status);
}

/** The error an answer that grants nothing stands for. */
export function statusError(response: RtspResponse, request: AnsweredRequest): SluiceError {
  const { method, host, authenticated, transport = "" } = request;
  const { status, reason } = response;
  const details = { method, host, status, reason: reason.slice(0, 100), transport };
  switch (status) {
    case 403:
      return sourceError("source-forbidden", { details: { ...details, authenticated } });
    case 404:
      return sourceError("source-stream-not-found", { details, retryable: true });
    case 453:
    case 503:
      return sourceError("source-camera-busy", { details, retryable: true });
    case 454:
      return sourceError("source-session-lost", { details, retryable: true });
    case 461:
      return sourceError("source-transport-refused", { details });
    default:
      return sourceError("source-request-refused", { details, retryable: true });
  }
}

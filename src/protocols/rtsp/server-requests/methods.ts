/** Which handler answers which method. */
import type { RequestHandler } from "#protocols/rtsp/server/exchange.ts";
import { getParameter, options, setParameter, teardown } from "./control.ts";
import { describe } from "./describe.ts";
import { pause, play } from "./play.ts";
import { announce, record } from "./publish.ts";
import { setup } from "./setup.ts";

/** Handlers by method; methods compare with case (RFC 2326 §6.1). */
export const handlers: ReadonlyMap<string, RequestHandler> = new Map([
  ["OPTIONS", options],
  ["DESCRIBE", describe],
  ["ANNOUNCE", announce],
  ["SETUP", setup],
  ["PLAY", play],
  ["PAUSE", pause],
  ["RECORD", record],
  ["TEARDOWN", teardown],
  ["GET_PARAMETER", getParameter],
  ["SET_PARAMETER", setParameter],
]);

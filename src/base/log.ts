/**
 * The logger every component gets injected (pino's shape, so pino itself satisfies it). Messages are static text, what
 * varies goes into `fields`. URLs and credentials pass through `secret.ts` before they get here. Hot paths never log per
 * packet: they count, and a summary is logged once a second.
 */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
  child(bindings: object): Logger;
}

/** Swallows everything; for tests and tools. */
export const silentLogger: Logger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  child: () => silentLogger,
};

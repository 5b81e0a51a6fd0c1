/**
 * The page: files of the build, compressed beforehand, and index.html for every address that the page itself understands.
 * Hashed names never change and are kept for ever; the rest is asked for anew. No foreign host, no inline script.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { apiError } from "../errors.ts";
import { sendError } from "../replies.ts";

/** One file of the page. */
export interface PageFile {
  readonly type: string;
  /** Changes with the content; without quotes. */
  readonly version: string;
  readonly plain: Buffer;
  readonly gzip: Buffer | undefined;
  readonly brotli: Buffer | undefined;
}

/** The built page; `undefined` for what isn't there. */
export interface PageFiles {
  /** `index.html`, `assets/main-a1b2c3.js` */
  find(path: string): PageFile | undefined;
}

/** Addresses that are never the page's: there a mistake gets an answer, not a page. */
const NOT_THE_PAGE = /^\/(api|v3|live|healthz|readyz|metrics)(\/|$)/;
const CACHED_FOR_EVER = "public, max-age=31536000, immutable";

/** Pictures that players make of streams are blobs; everything else comes from this box. */
const POLICY = [
  "default-src 'self'",
  "media-src 'self' blob:",
  "img-src 'self' blob: data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join("; ");

/**
 * Adds the routes; `opened` hears when somebody opens the page. Add them before any hook that asks who calls: the page itself
 * holds nothing secret.
 */
export function addPageRoutes(server: FastifyInstance, files: PageFiles, opened: () => void = () => undefined): void {
  const index = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    opened();
    return sendIndex(request, reply, files);
  };
  server.get("/", index);
  server.get<{ Params: { "*": string } }>("/*", (request, reply) => {
    const path = request.params["*"];
    const file = path.endsWith(".html") ? undefined : files.find(path);
    if (file !== undefined) {
      void reply.header("Cache-Control", path.startsWith("assets/") ? CACHED_FOR_EVER : "no-cache");
      return sendFile(request, reply, file);
    }
    const pathname = request.url.split("?", 1)[0] ?? "";
    const wantsPage = request.headers.accept?.includes("text/html") === true;
    if (NOT_THE_PAGE.test(pathname) || path.startsWith("assets/") || !wantsPage)
      return sendError(reply, 404, apiError("api-no-route", { details: { method: request.method, path: pathname } }));
    return index(request, reply);
  });
}

function sendIndex(request: FastifyRequest, reply: FastifyReply, files: PageFiles): FastifyReply {
  const index = files.find("index.html");
  if (index === undefined) return sendError(reply, 503, apiError("api-page-not-built"));
  void reply.header("Cache-Control", "no-cache");
  return sendFile(request, reply, index);
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  const tag = `"${file.version}"`;
  void reply
    .header("ETag", tag)
    .header("Vary", "Accept-Encoding")
    .header("Content-Security-Policy", POLICY)
    .header("X-Content-Type-Options", "nosniff")
    .header("Referrer-Policy", "same-origin");
  if (request.headers["if-none-match"]?.includes(tag) === true) return reply.code(304).send();
  const accepted = request.headers["accept-encoding"] ?? "";
  void reply.type(file.type);
  if (file.brotli !== undefined && /\bbr\b/.test(accepted)) return reply.header("Content-Encoding", "br").send(file.brotli);
  if (file.gzip !== undefined && /\bgzip\b/.test(accepted)) return reply.header("Content-Encoding", "gzip").send(file.gzip);
  return reply.send(file.plain);
}

/**
 * What an address means: `/path/whep`, `/path/whip` and the sessions below them, `/path/` and `/path/publish` the pages.
 */

/** Where a request goes. */
export type RequestTarget =
  | { readonly kind: "endpoint"; readonly path: string; readonly mode: "read" | "publish" }
  | { readonly kind: "session"; readonly path: string; readonly mode: "read" | "publish"; readonly secret: string }
  | { readonly kind: "page"; readonly path: string; readonly mode: "read" | "publish" }
  | { readonly kind: "asset"; readonly name: string }
  /** A page without the slash its relative links need. */
  | { readonly kind: "redirect"; readonly path: string };

const ENDPOINT = /^\/(.+)\/(whep|whip)(?:\/([^/]+))?$/;
const PUBLISH_PAGE = /^\/(.+)\/publish$/;
const PAGE = /^\/(.+)\/$/;
const ASSET = /^\/(?:.+\/)?(webrtc-[a-z]+\.(?:js|css))$/;

/** Reads an address below where WebRTC is mounted; undefined where there can be nothing. */
export function readTarget(path: string): RequestTarget | undefined {
  const [, endpointPath, protocol, secret] = ENDPOINT.exec(path) ?? [];
  if (endpointPath !== undefined) {
    const mode = protocol === "whep" ? "read" : "publish";
    return secret === undefined
      ? { kind: "endpoint", path: endpointPath, mode }
      : { kind: "session", path: endpointPath, mode, secret };
  }
  const [, asset] = ASSET.exec(path) ?? [];
  if (asset !== undefined) return { kind: "asset", name: asset };
  const [, publishPath] = PUBLISH_PAGE.exec(path) ?? [];
  if (publishPath !== undefined) return { kind: "page", path: publishPath, mode: "publish" };
  const [, pagePath] = PAGE.exec(path) ?? [];
  if (pagePath !== undefined) return { kind: "page", path: pagePath, mode: "read" };
  // Browsers ask for it by themselves.
  if (path === "/favicon.ico") return undefined;
  return path.length > 1 ? { kind: "redirect", path: path.slice(1) } : undefined;
}

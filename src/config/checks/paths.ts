/**
 * What a path's settings mean together: its name, its source, and the pairs of settings that exclude or need each other.
 */
import type { ErrorDetails, SluiceError } from "#base/errors.ts";
import type { PathOptions } from "#streams/options.ts";
import { pathExpression, pathNameFault } from "#streams/path-name.ts";
import { allOthersNames } from "../mediamtx/old-names.ts";
import { shown } from "../read-scalar.ts";
import type { SourceProtocol } from "../schema.ts";
import { checkError } from "./errors.ts";
import type { checkErrors } from "./errors.ts";

/** Source kinds of MediaMTX that are not pulled yet. */
const otherSchemes: ReadonlySet<string> = new Set(
  "rtmp rtmps http https udp udp+mpegts unix+mpegts udp+rtp unix+rtp srt moqt whep wheps".split(" "),
);
/** `user@host` without a colon before the last `@` of the host's part. */
const USER_ALONE = /^[^:]*:\/\/[^:/?#]+@[^@/?#]*(?:[/?#]|$)/;
const OTHER_SOURCE = "rpiCamera";
const NAME_RULE_ZH = "名称为空、过长、首尾有斜杠，或含有不允许的字符";

/** Takes a finding about one key of the path. */
export type ReportKey = (key: string, finding: { error: SluiceError; severity?: "error" | "warning" }) => void;

type Code = keyof typeof checkErrors;

/** Whether a configured name stands for many paths. */
function isPattern(name: string): boolean {
  return name.startsWith("~") || allOthersNames.includes(name);
}

/** Checks one path's complete settings. */
export function checkPath(path: PathOptions, sources: readonly SourceProtocol[], report: ReportKey): void {
  const fail = (key: string, code: Code, details: ErrorDetails = {}): void => {
    report(key, { error: checkError(code, { details }) });
  };
  checkSource(path, { sources, report, fail });
  if (path.source === "redirect" ? path.sourceRedirect === "" : path.sourceRedirect !== "") {
    if (path.source === "redirect") fail("source", "config-redirect-missing");
    else fail("sourceRedirect", "config-redirect-unused");
  } else if (path.source === "redirect" && !isRedirect(path.sourceRedirect, sources)) {
    fail("sourceRedirect", "config-bad-redirect", { value: shown(path.sourceRedirect) });
  }
  if (path.sourceOnDemand && path.source === "publisher") fail("sourceOnDemand", "config-on-demand-publisher");
  const pulled = path.source !== "publisher" && path.source !== "redirect";
  if (pulled && !path.sourceOnDemand && isPattern(path.name)) fail("source", "config-pattern-on-demand");
  if (path.sourceFingerprint !== "" && !/^[\da-f]{64}$/i.test(path.sourceFingerprint.replaceAll(":", ""))) {
    fail("sourceFingerprint", "config-bad-fingerprint");
  }
  for (const { key, error } of sources.flatMap((protocol) => protocol.check(path))) report(key, { error });
}

/** Reasons a name can't be configured, or undefined. */
export function checkName(name: string): SluiceError | undefined {
  if (allOthersNames.includes(name)) return undefined;
  if (name.startsWith("~")) {
    const expression = pathExpression(name);
    if (expression instanceof RegExp) return undefined;
    return checkError("config-bad-regex", { details: { value: shown(name), reason: expression.fault } });
  }
  const reason = pathNameFault(name);
  if (reason === undefined) return undefined;
  return checkError("config-path-name", { details: { name: shown(name), reason, reasonZh: NAME_RULE_ZH } });
}

function checkSource(
  path: PathOptions,
  by: { sources: readonly SourceProtocol[]; report: ReportKey; fail: (key: string, code: Code, details?: ErrorDetails) => void },
): void {
  const { source } = path;
  if (source === "publisher" || source === "redirect") return;
  const scheme = /^([a-z][a-z\d+.-]*):\/\//i.exec(source)?.[1]?.toLowerCase() ?? "";
  const protocol = by.sources.find((candidate) => candidate.schemes.includes(scheme));
  if (protocol !== undefined) {
    if (/^[^:]*:\/\/:[^@/]+@/.test(source)) by.fail("source", "config-source-user", { scheme });
    // A password that was forgotten would only show as a camera that refuses; MediaMTX doesn't start with one either.
    else if (USER_ALONE.test(source)) by.fail("source", "config-source-password", { scheme });
    else if (!protocol.isUrl(fillPlaceholders(source))) by.fail("source", "config-bad-source-url", { scheme });
  } else if (otherSchemes.has(scheme) || source === OTHER_SOURCE) {
    const details = { scheme: scheme === "" ? OTHER_SOURCE : scheme };
    by.report("source", { error: checkError("config-source-not-carried", { details }), severity: "warning" });
  } else {
    by.fail("source", "config-bad-source", { value: shown(source) });
  }
}

/** `$G1` may stand for any part of a host, port or path. */
function fillPlaceholders(url: string): string {
  return url.replace(/:\$G\d+(?![^/]*@)/g, ":1").replace(/\$(?:G\d+|MTX_\w+)/g, "g");
}

function isRedirect(target: string, sources: readonly SourceProtocol[]): boolean {
  if (target.startsWith("/")) return pathNameFault(fillPlaceholders(target.slice(1))) === undefined;
  return sources.some(
    (protocol) =>
      protocol.schemes.some((scheme) => target.startsWith(`${scheme}://`)) && protocol.isUrl(fillPlaceholders(target)),
  );
}

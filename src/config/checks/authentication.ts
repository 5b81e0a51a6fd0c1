/** What the keys of authentication mean together: whoever names another method must say where it is asked. */
import type { SluiceError } from "#base/errors.ts";
import { pathExpression } from "#streams/path-name.ts";
import type { AuthOptions } from "../options.ts";
import { shown } from "../read-scalar.ts";
import { checkError } from "./errors.ts";

/** SHA-256 in hexadecimal, with or without colons. */
const FINGERPRINT = /^(?:[\da-f]{2}:?){31}[\da-f]{2}$/i;

/** Takes a finding; `steps` lead to the setting it is about. */
export type ReportSetting = (steps: readonly (string | number)[], error: SluiceError) => void;

/** Checks them; `digest`: some server only takes what proves a password to somebody who knows it. */
export function checkAuthentication(options: AuthOptions, digest: boolean, report: ReportSetting): void {
  const { authMethod: method } = options;
  if (method === "http") checkServer(options, ["authHTTPAddress", "authHTTPFingerprint"], report);
  if (method === "jwt") {
    checkServer(options, ["authJWTJWKS", "authJWTJWKSFingerprint"], report);
    if (options.authJWTClaimKey === "") report(["authJWTClaimKey"], checkError("config-auth-claim"));
  }
  if (method !== "internal" && digest) report(["rtspAuthMethods"], checkError("config-auth-digest", { details: { method } }));
  for (const key of ["authHTTPExclude", "authJWTExclude"] as const) checkPatterns(options, key, report);
}

function checkServer(
  options: AuthOptions,
  [address, fingerprint]: readonly ["authHTTPAddress" | "authJWTJWKS", "authHTTPFingerprint" | "authJWTJWKSFingerprint"],
  report: ReportSetting,
): void {
  const text = options[address];
  if (text === "")
    report([address], checkError("config-auth-address", { details: { key: address, method: options.authMethod } }));
  else if (!/^https?:\/\/./i.test(text) || !URL.canParse(text)) report([address], checkError("config-auth-url"));
  const pinned = options[fingerprint];
  if (pinned !== "" && !FINGERPRINT.test(pinned)) report([fingerprint], checkError("config-bad-fingerprint"));
}

function checkPatterns(options: AuthOptions, key: "authHTTPExclude" | "authJWTExclude", report: ReportSetting): void {
  for (const [index, { path }] of options[key].entries()) {
    const expression = path.startsWith("~") ? pathExpression(path) : undefined;
    if (expression === undefined || expression instanceof RegExp) continue;
    const details = { value: shown(path), reason: expression.fault };
    report([key, index, "path"], checkError("config-bad-regex", { details }));
  }
}

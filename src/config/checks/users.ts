/**
 * What users mean together: hashes that are hashes, `any` without a password, and a warning where everybody may do something.
 */
import { isLoopback } from "#base/ip-range.ts";
import type { ErrorDetails, SluiceError } from "#base/errors.ts";
import { pathExpression } from "#streams/path-name.ts";
import type { User } from "../options.ts";
import { shown } from "../read-scalar.ts";
import { checkError } from "./errors.ts";
import type { checkErrors } from "./errors.ts";

/** Takes a finding about a setting; `steps` lead to it from the user with that index. */
export type ReportUser = (
  index: number,
  steps: readonly (string | number)[],
  finding: { error: SluiceError; severity?: "error" | "warning" },
) => void;

/** Checks all users; `plain`: some server needs passwords in plain text. */
export function checkUsers(users: readonly User[], plain: boolean, report: ReportUser): void {
  for (const [index, user] of users.entries()) {
    const fail = (
      key: string | readonly (string | number)[],
      code: keyof typeof checkErrors,
      details: ErrorDetails = {},
    ): void => {
      report(index, typeof key === "string" ? [key] : key, { error: checkError(code, { details }) });
    };
    const password = user.pass.reveal();
    if (user.user === "") fail("user", "config-user-empty");
    if (user.user === "any" && password !== "") fail("pass", "config-any-password");
    for (const [key, text] of [
      ["user", user.user],
      ["pass", password],
    ] as const) {
      const fault = hashFault(text);
      if (fault !== undefined) fail(key, "config-bad-hash", fault);
      else if (plain && isHashed(text)) fail(key, "config-digest-hashed", { user: isHashed(user.user) ? "…" : user.user });
    }
    for (const [at, permission] of user.permissions.entries()) {
      if (!permission.path.startsWith("~")) continue;
      const expression = pathExpression(permission.path);
      if (expression instanceof RegExp) continue;
      fail(["permissions", at, "path"], "config-bad-regex", { value: shown(permission.path), reason: expression.fault });
    }
  }
  warnAboutAny(users, report);
}

/** Whether a credential is stored as a hash. */
function isHashed(credential: string): boolean {
  return /^(?:sha256|argon2):/.test(credential);
}

function hashFault(text: string): { kind: string; example: string } | undefined {
  if (text.startsWith("sha256:")) {
    // 32 bytes in base64.
    return /^sha256:[A-Za-z\d+/]{43}=$/.test(text) ? undefined : { kind: "sha256:", example: "sha256:BASE64" };
  }
  if (!text.startsWith("argon2:")) return undefined;
  const encoded = /^argon2:\$argon2id?\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,2}\$[A-Za-z\d+/]{11,86}\$[A-Za-z\d+/]{16,171}$/;
  return encoded.test(text) ? undefined : { kind: "argon2:", example: "argon2:$argon2id$v=19$m=4096,t=3,p=1$SALT$HASH" };
}

/** Once for all such users. */
function warnAboutAny(users: readonly User[], report: ReportUser): void {
  const open = users.flatMap((user, index) => {
    const local = user.ips.length > 0 && user.ips.every((range) => isLoopback(range.text.split("/", 1)[0] ?? ""));
    return user.user === "any" && !local && user.permissions.length > 0 ? [{ user, index }] : [];
  });
  const first = open[0];
  if (first === undefined) return;
  const actions = [...new Set(open.flatMap(({ user }) => user.permissions.map(({ action }) => action)))].join(", ");
  report(first.index, ["user"], { error: checkError("config-any-may", { details: { actions } }), severity: "warning" });
}

/**
 * Options of what lies above this folder (log, API, page, memory) or belongs to it (users). Everything below declares its
 * own options beside its code.
 */
import {
  booleanOption,
  choiceOption,
  groupOption,
  integerOption,
  ipRangeOption,
  listenAddressOption,
  listOption,
  reloads,
  secretOption,
  sizeOption,
  textOption,
} from "#base/option.ts";
import { httpOptionSet } from "#base/http-options.ts";
import type { OptionValues } from "#base/option.ts";

const MIB = 1024 * 1024;
/** Below this not even one camera's newest pictures fit. */
const MIN_BUDGET = 8 * MIB;
const MAX_BUDGET = 64 * 1024 * MIB;

/**
 * What the keys of a file mean, so that a file of an older release can be brought up to date. 1 is MediaMTX 1.x with the names
 * it gave up; 2 has none of those.
 */
export const CONFIG_VERSION = 2;

/** Keys about the file itself. */
export const fileOptions = {
  version: integerOption(
    CONFIG_VERSION,
    { minimum: 1, maximum: CONFIG_VERSION },
    "Version of the file. An older one is brought up to date when Sluice starts, and kept as a backup; a file without it, such as MediaMTX's, is read as it is.",
  ),
} as const;

/** Keys of the log. */
export const logOptions = {
  logLevel: reloads("live", choiceOption(["error", "warn", "info", "debug"], { fallback: "info" }, "How much is logged.")),
  logStructured: reloads("live", booleanOption(false, "Write the log as one JSON object per line.")),
} as const;

/** Keys of the control API. */
export const apiOptions = {
  api: booleanOption(false, "Serve the control API on apiAddress."),
  apiAddress: listenAddressOption(":9997", "Where the control API listens."),
  ...httpOptionSet("api", "the control API"),
} as const;

const { webEncryption, webServerKey, webServerCert, webTrustedProxies } = httpOptionSet("web", "the page");

/** Keys of the page. What a cookie lets in is for its own origin alone, so there are no other origins to allow. */
export const webOptions = {
  web: booleanOption(true, "Serve the page and /healthz on webAddress."),
  webAddress: listenAddressOption(":8080", "Where the page listens."),
  webEncryption,
  webServerKey,
  webServerCert,
  webTrustedProxies,
} as const;

/** Keys of the metrics. */
export const metricsOptions = {
  metrics: booleanOption(false, "Serve metrics for Prometheus on metricsAddress, at /metrics."),
  metricsAddress: listenAddressOption(":9998", "Where the metrics listen."),
  ...httpOptionSet("metrics", "the metrics"),
} as const;

/** Keys of all HTTP listeners. */
export const hostOptions = {
  allowedHosts: reloads(
    "live",
    listOption(
      textOption("", "A host name, or *. and a name for all names below it."),
      { fallback: [] },
      "Names by which the HTTP servers may be asked, besides addresses, names without a dot and this machine's own name. Requests for other names are refused, so that no web page can reach them by a name of its own.",
    ),
  ),
} as const;

/** Keys of the memory budget. */
export const memoryOptions = {
  memory: reloads(
    "live",
    groupOption(
      {
        budget: sizeOption(
          "automatic",
          { minimumBytes: MIN_BUDGET, maximumBytes: MAX_BUDGET, words: { automatic: 0 } },
          "All memory that media may fill, of all streams and readers together. automatic means a quarter of the machine's memory, and at most what the service's own memory limit leaves beside 224 MiB for the program; between 16M and 512M.",
        ),
      },
      "How much memory media may use.",
    ),
  ),
} as const;

/** What a user may do; `playback`, `metrics` and `pprof` are MediaMTX's words for what is still to come. */
export const ACTIONS = ["publish", "read", "playback", "api", "metrics", "pprof"] as const;

/** One thing a user may do. */
const permissionOptions = {
  action: choiceOption(ACTIONS, { fallback: "read" }, "What the user may do."),
  path: textOption("", "The path it is limited to; ~ in front makes it a regular expression; empty means every path."),
} as const;

/** One user. */
const userOptions = {
  user: textOption("", "The user's name; any means everybody, with or without a name. May be a sha256: or argon2: hash."),
  pass: secretOption("The password, as it is or as a sha256: or argon2: hash."),
  ips: listOption(
    ipRangeOption("127.0.0.1", "An address or network."),
    { fallback: [] },
    "Where the user may come from; empty means anywhere.",
  ),
  permissions: listOption(groupOption(permissionOptions, "One permission."), { fallback: [] }, "What the user may do."),
} as const;

const excluded = (who: string) =>
  reloads(
    "live",
    listOption(groupOption(permissionOptions, "One permission."), { fallback: [] }, `What everybody may without asking ${who}.`),
  );

/** Keys of authentication. */
export const authOptions = {
  authMethod: reloads(
    "live",
    choiceOption(
      ["internal", "http", "jwt"],
      { fallback: "internal" },
      "Who decides who may do what: authInternalUsers, a server of yours that is asked over HTTP, or tokens signed by an identity server (JWT).",
    ),
  ),
  authInternalUsers: reloads(
    "live",
    listOption(
      groupOption(userOptions, "One user."),
      { fallback: [] },
      "Who may do what. Without users only this machine itself is served.",
    ),
  ),
  authHTTPAddress: reloads(
    "live",
    textOption(
      "",
      "With authMethod http: the address that is asked, by POST. It permits by answering with a status of 200 to 299.",
    ),
  ),
  authHTTPFingerprint: reloads(
    "live",
    textOption("", "SHA-256 fingerprint of that server's certificate, where no authority vouches for it."),
  ),
  authHTTPExclude: excluded("that server"),
  authJWTJWKS: reloads(
    "live",
    textOption("", "With authMethod jwt: the address of the public keys that tokens are signed with (JWKS)."),
  ),
  authJWTJWKSFingerprint: reloads(
    "live",
    textOption("", "SHA-256 fingerprint of that server's certificate, where no authority vouches for it."),
  ),
  authJWTClaimKey: reloads("live", textOption("mediamtx_permissions", "The claim of a token that holds its permissions.")),
  authJWTExclude: excluded("for a token"),
  authJWTIssuer: reloads("live", textOption("", "The issuer (iss) that tokens must name; empty means any.")),
  authJWTAudience: reloads("live", textOption("", "The audience (aud) that tokens must name; empty means any.")),
  authJWTInHTTPQuery: reloads(
    "live",
    booleanOption(
      false,
      "Take tokens from the address over HTTP too (?token= or ?jwt=); addresses end up in logs of proxies and browsers. RTSP always does.",
    ),
  ),
} as const;

/** One configured user. */
export type User = OptionValues<typeof userOptions>;

/** One thing a user may do. */
export type Permission = OptionValues<typeof permissionOptions>;

/** Action of a permission. */
export type Action = Permission["action"];

/** Options of the log. */
export type LogOptions = OptionValues<typeof logOptions>;

/** Options of authentication. */
export type AuthOptions = OptionValues<typeof authOptions>;

/**
 * Digest authentication (RFC 7616, and RFC 2069 where no qop is offered) for HTTP and RTSP, with MD5 and SHA-256; the answer
 * to a challenge of either scheme, and reading and checking of answers. No session variants, no auth-int.
 */
import { createHash } from "node:crypto";
import { quote, unescapeQuoted } from "../header-field/parameters.ts";
import { equalSecrets, parseBasic, printBasic } from "./basic.ts";
import type { BasicAuthorization } from "./basic.ts";
import { digestAlgorithm, readChallenges } from "./challenge.ts";
import type { Challenge, DigestAlgorithm, DigestChallenge } from "./challenge.ts";

const NONCE_COUNT_DIGITS = 8;
const MAX_NONCE_COUNT = 0xffffffff;

/** Who answers a challenge, for which request. */
export interface AuthorizeRequest {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** Exactly the URI of the request's first line. */
  readonly uri: string;
  /** How often this nonce has been used, from 1. Used with qop only. */
  readonly nonceCount: number;
  /** Fresh random text without quotes. Used with qop only. */
  readonly cnonce: string;
}

/** A digest answer. Texts are as they stand between the quotes, but `username` is unescaped. */
export interface DigestAuthorization {
  readonly scheme: "digest";
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  /** Hex. */
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly qop: "auth" | undefined;
  /** The nonce count as eight hex digits. */
  readonly nonceCount: string | undefined;
  readonly cnonce: string | undefined;
  readonly opaque: string | undefined;
}

/** Either; told apart by `scheme`. */
export type Authorization = BasicAuthorization | DigestAuthorization;

/** What a digest answer must match. */
export interface DigestExpectation {
  readonly username: string;
  readonly password: string;
  readonly method: string;
  readonly realm: string;
  readonly nonce: string;
}

interface DigestInput {
  readonly algorithm: DigestAlgorithm;
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  readonly method: string;
  readonly uri: string;
  readonly nonce: string;
  readonly qop: "auth" | undefined;
  readonly nonceCount: string;
  readonly cnonce: string;
}

/** The value of an `Authorization` header that answers `challenge`. Algorithm and qop appear only when they were offered. */
export function authorize(challenge: Challenge, request: AuthorizeRequest): string {
  if (challenge.scheme === "basic") return printBasic({ user: request.username, password: request.password });
  const { username, method, uri, password, cnonce } = request;
  const nonceCount = (Math.min(request.nonceCount, MAX_NONCE_COUNT) >>> 0).toString(16).padStart(NONCE_COUNT_DIGITS, "0");
  const response = digestResponse({ ...pick(challenge), username, password, method, uri, nonceCount, cnonce });
  const parts = [
    `username=${quote(username)}`,
    `realm="${challenge.realm}"`,
    `nonce="${challenge.nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
  ];
  if (challenge.algorithmText !== undefined) parts.push(`algorithm=${challenge.algorithmText}`);
  if (challenge.opaque !== undefined) parts.push(`opaque="${challenge.opaque}"`);
  if (challenge.qop !== undefined) parts.push(`qop=${challenge.qop}`, `nc=${nonceCount}`, `cnonce="${cnonce}"`);
  return `Digest ${parts.join(", ")}`;
}

/** Reads an `Authorization` value; undefined when it is empty, incomplete or of another scheme. */
export function parseAuthorization(value: string): Authorization | undefined {
  const basic = parseBasic(value);
  if (basic !== undefined) return basic;
  const [raw] = readChallenges(value);
  if (raw?.scheme !== "digest") return undefined;
  const { parameters } = raw;
  const [username, realm, nonce] = [parameters.get("username"), parameters.get("realm"), parameters.get("nonce")];
  const [uri, response] = [parameters.get("uri"), parameters.get("response")];
  const algorithm = digestAlgorithm(parameters.get("algorithm"));
  const qopText = parameters.get("qop")?.toLowerCase();
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined) return undefined;
  if (response === undefined || algorithm === undefined) return undefined;
  if (qopText !== undefined && qopText !== "" && qopText !== "auth") return undefined;
  return {
    scheme: "digest",
    username: unescapeQuoted(username),
    realm,
    nonce,
    uri,
    response,
    algorithm,
    qop: qopText === "auth" ? "auth" : undefined,
    nonceCount: parameters.get("nc"),
    cnonce: parameters.get("cnonce"),
    opaque: parameters.get("opaque"),
  };
}

/** Whether a digest answer is right. Takes the same time for any wrong response. Whether `uri` fits the request is up to the caller. */
export function verifyDigest(authorization: DigestAuthorization, expected: DigestExpectation): boolean {
  const response = digestResponse({
    ...authorization,
    ...expected,
    nonceCount: authorization.nonceCount ?? "",
    cnonce: authorization.cnonce ?? "",
  });
  const right = equalSecrets(authorization.response.toLowerCase(), response);
  const { username, realm, nonce } = expected;
  return right && authorization.username === username && authorization.realm === realm && authorization.nonce === nonce;
}

function pick(challenge: DigestChallenge): Pick<DigestInput, "algorithm" | "realm" | "nonce" | "qop"> {
  const { algorithm, realm, nonce, qop } = challenge;
  return { algorithm, realm, nonce, qop };
}

/** RFC 7616 §3.4.1; without qop RFC 2069 §2.1.2. */
function digestResponse(input: DigestInput): string {
  const hash = (text: string): string =>
    createHash(input.algorithm === "MD5" ? "md5" : "sha256")
      .update(text)
      .digest("hex");
  const secret = hash(`${input.username}:${input.realm}:${input.password}`);
  const request = hash(`${input.method}:${input.uri}`);
  if (input.qop === undefined) return hash(`${secret}:${input.nonce}:${request}`);
  return hash(`${secret}:${input.nonce}:${input.nonceCount}:${input.cnonce}:${input.qop}:${request}`);
}

/**
 * Authentication challenges (RFC 9110 §11, RFC 7616 §3.3, RFC 7617 §2) of HTTP and RTSP: reading what a camera offers, in
 * several headers or several per header, and writing our own. Schemes and algorithms we can't answer are left out
 * (MD5-sess, SHA-512-256, auth-int alone, Bearer…).
 */
import { quote, unescapeQuoted } from "../header-field/parameters.ts";

/** Challenges read from one response; further ones are ignored. */
export const MAX_CHALLENGES = 16;
/** Characters of one header value; a longer one is ignored. */
export const MAX_CHALLENGE_LENGTH = 8192;
/** Parameters read of one challenge. */
export const MAX_CHALLENGE_PARAMETERS = 32;

/** Hash of a digest. */
export type DigestAlgorithm = "MD5" | "SHA-256";

/** A digest challenge. Texts are as they stand between the quotes, escapes included, and are sent back like that. */
export interface DigestChallenge {
  readonly scheme: "digest";
  readonly realm: string;
  readonly nonce: string;
  /** MD5 when the challenge names none. */
  readonly algorithm: DigestAlgorithm;
  /** `algorithm` as written; undefined when the challenge names none: then the answer doesn't either (old cameras). */
  readonly algorithmText?: string | undefined;
  readonly qop: "auth" | undefined;
  /** The nonce was too old, user and password may be right. */
  readonly stale: boolean;
  readonly opaque: string | undefined;
}

/** A basic challenge. */
export interface BasicChallenge {
  readonly scheme: "basic";
  readonly realm: string;
}

/** Either; told apart by `scheme`. */
export type Challenge = DigestChallenge | BasicChallenge;

/** What `printChallenge` writes. */
export type PrintableChallenge =
  BasicChallenge | (Pick<DigestChallenge, "scheme" | "realm" | "nonce"> & Partial<DigestChallenge>);

interface RawChallenge {
  readonly scheme: string;
  readonly parameters: Map<string, string>;
}

/** Reads the values of all `WWW-Authenticate` headers. Order is kept, what can't be answered is left out. Never fails. */
export function parseChallenges(values: readonly string[]): Challenge[] {
  const challenges: Challenge[] = [];
  for (const value of values) {
    for (const raw of readChallenges(value)) {
      const challenge = interpret(raw);
      if (challenge !== undefined) challenges.push(challenge);
      if (challenges.length >= MAX_CHALLENGES) return challenges;
    }
  }
  return challenges;
}

/** The order to try them in: SHA-256, MD5, Basic; of several equally good ones the first. */
export function preferredOrder(challenges: readonly Challenge[]): Challenge[] {
  const rank = (challenge: Challenge): number => (challenge.scheme === "basic" ? 2 : challenge.algorithm === "SHA-256" ? 0 : 1);
  return [...challenges].sort((one, other) => rank(one) - rank(other));
}

/** A `WWW-Authenticate` value. Realm, nonce and opaque are written as quoted strings. */
export function printChallenge(challenge: PrintableChallenge): string {
  if (challenge.scheme === "basic") return `Basic realm=${quote(challenge.realm)}`;
  const parts = [`realm=${quote(challenge.realm)}`, `nonce=${quote(challenge.nonce)}`];
  if (challenge.opaque !== undefined) parts.push(`opaque=${quote(challenge.opaque)}`);
  if (challenge.algorithm !== undefined) parts.push(`algorithm=${challenge.algorithm}`);
  if (challenge.qop !== undefined) parts.push(`qop="${challenge.qop}"`);
  if (challenge.stale === true) parts.push("stale=TRUE");
  return `Digest ${parts.join(", ")}`;
}

/** `parameters` of `Scheme name=value, name="value"`, keys lower-case, values between the quotes. Shared with credentials. */
export function readChallenges(value: string): RawChallenge[] {
  const challenges: RawChallenge[] = [];
  if (value === "" || value.length > MAX_CHALLENGE_LENGTH) return challenges;
  const tokens = new RegExp(/[\s,]*(?:([^\s,="]+)\s*=\s*(?:"((?:[^"\\]|\\[^])*)(?:"|\\?$)|([^\s,"\\]*))|([^\s,]+))/y);
  for (let token = tokens.exec(value); token !== null && token[0] !== ""; token = tokens.exec(value)) {
    const [, name, quoted, plain, word] = token;
    const current = challenges.at(-1);
    if (name === undefined) {
      if (challenges.length >= MAX_CHALLENGES) break;
      challenges.push({ scheme: (word ?? "").toLowerCase(), parameters: new Map() });
    } else if (current !== undefined && current.parameters.size < MAX_CHALLENGE_PARAMETERS) {
      const key = name.toLowerCase();
      if (!current.parameters.has(key)) current.parameters.set(key, quoted ?? plain ?? "");
    }
  }
  return challenges;
}

/** The algorithm a text names, in the spellings cameras use; undefined for those we don't do. */
export function digestAlgorithm(text: string | undefined): DigestAlgorithm | undefined {
  if (text === undefined || /^md5$/i.test(text)) return "MD5";
  return /^sha-?256$/i.test(text) ? "SHA-256" : undefined;
}

function interpret({ scheme, parameters }: RawChallenge): Challenge | undefined {
  const realm = parameters.get("realm") ?? "";
  if (scheme === "basic") return { scheme, realm: unescapeQuoted(realm) };
  const nonce = parameters.get("nonce");
  const algorithmText = parameters.get("algorithm");
  const algorithm = digestAlgorithm(algorithmText);
  const qopText = parameters.get("qop") ?? "";
  const qop = /(?:^|[\s,])auth(?:$|[\s,])/i.test(qopText) ? "auth" : undefined;
  if (scheme !== "digest" || nonce === undefined || algorithm === undefined) return undefined;
  if (qop === undefined && qopText.trim() !== "") return undefined;
  const stale = parameters.get("stale")?.toLowerCase() === "true";
  return { scheme, realm, nonce, algorithm, algorithmText, qop, stale, opaque: parameters.get("opaque") };
}

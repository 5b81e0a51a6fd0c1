/**
 * A configuration as it may leave the box: with every secret, encrypted by a passphrase. The key is made by Argon2id (RFC 9106)
 * with parameters that are written beside it, the text is encrypted by AES-256-GCM, which also guards the parameters. One is
 * made or opened at a time, since each takes `MEMORY_KIB`; a few wait.
 */
import { argon2, createCipheriv, createDecipheriv } from "node:crypto";
import type { Random } from "#base/random.ts";
import { Turns } from "#base/turns.ts";
import { MAX_FILE_BYTES } from "../syntax/limits.ts";
import { storeError } from "./errors.ts";

const KIND = "sluice configuration";
/** RFC 9106 recommends 64 MiB and three passes where memory is short. */
const MEMORY_KIB = 64 * 1024;
const PASSES = 3;
/** What somebody else's file may ask for. */
const MAX_MEMORY_KIB = 256 * 1024;
const MAX_PASSES = 10;
const MAX_WAITING = 4;
/** It is all that protects every camera's password. */
const MIN_PASSPHRASE = 15;
const MAX_PASSPHRASE = 1024;
/** Of an encrypted text: base64, and what stands beside it. */
const MAX_SEALED_BYTES = MAX_FILE_BYTES * 2;
const ADDED_BYTES = { salt: 16, nonce: 12, tag: 16, key: 32 } as const;

/** How the key is made. */
interface KeyParameters {
  readonly kind: typeof KIND;
  readonly version: 1;
  readonly memoryKib: number;
  readonly passes: number;
  /** Base64, as everything below. */
  readonly salt: string;
  readonly nonce: string;
}

interface Sealed extends KeyParameters {
  readonly data: string;
}

/** See the head of this file. */
export class SealedTexts {
  readonly #random: Pick<Random, "bytes">;
  readonly #turns = new Turns(MAX_WAITING);

  constructor(random: Pick<Random, "bytes">) {
    this.#random = random;
  }

  /** `text`, encrypted; JSON. Rejects with `config-passphrase-short`, `config-seal-busy`. */
  async seal(text: string, passphrase: string): Promise<string> {
    if ([...passphrase].length < MIN_PASSPHRASE || passphrase.length > MAX_PASSPHRASE)
      throw storeError("config-passphrase-short", { details: { min: MIN_PASSPHRASE } });
    return this.#inTurn(async () => {
      const [salt, nonce] = [this.#random.bytes(ADDED_BYTES.salt), this.#random.bytes(ADDED_BYTES.nonce)];
      const parameters: KeyParameters = {
        kind: KIND,
        version: 1,
        memoryKib: MEMORY_KIB,
        passes: PASSES,
        salt: salt.toString("base64"),
        nonce: nonce.toString("base64"),
      };
      const cipher = createCipheriv("aes-256-gcm", await keyOf(parameters, passphrase), nonce);
      cipher.setAAD(Buffer.from(JSON.stringify(parameters)));
      const data = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
      const sealed: Sealed = { ...parameters, data: data.toString("base64") };
      return `${JSON.stringify(sealed, undefined, 2)}\n`;
    });
  }

  /** The text in what `seal` made. Rejects with `config-sealed-broken`, `config-passphrase-wrong`, `config-seal-busy`. */
  async open(sealed: string, passphrase: string): Promise<string> {
    const { data, ...parameters } = parse(sealed);
    if (passphrase === "" || passphrase.length > MAX_PASSPHRASE) throw storeError("config-passphrase-wrong");
    return this.#inTurn(async () => {
      const bytes = Buffer.from(data, "base64");
      const end = bytes.length - ADDED_BYTES.tag;
      const decipher = createDecipheriv(
        "aes-256-gcm",
        await keyOf(parameters, passphrase),
        Buffer.from(parameters.nonce, "base64"),
      );
      decipher.setAAD(Buffer.from(JSON.stringify(parameters)));
      decipher.setAuthTag(bytes.subarray(end));
      try {
        return Buffer.concat([decipher.update(bytes.subarray(0, end)), decipher.final()]).toString("utf8");
      } catch (cause) {
        throw storeError("config-passphrase-wrong", { cause });
      }
    });
  }

  async #inTurn(work: () => Promise<string>): Promise<string> {
    const done = await this.#turns.run(async () => ({ text: await work() }));
    if (done === "busy") throw storeError("config-seal-busy");
    return done.text;
  }
}

/** Whether a text is one that `seal` made, or was. */
export function isSealed(text: string): boolean {
  return text.trimStart().startsWith("{") && text.includes(`"${KIND}"`);
}

function keyOf(parameters: KeyParameters, passphrase: string): Promise<Buffer> {
  const { memoryKib: memory, passes, salt } = parameters;
  const nonce = Buffer.from(salt, "base64");
  // Keyboards spell accented letters in two ways.
  const message = passphrase.normalize("NFC");
  return new Promise((resolve, reject) => {
    argon2("argon2id", { message, nonce, memory, passes, parallelism: 1, tagLength: ADDED_BYTES.key }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

/** Parameters in the order they were guarded in. */
function parse(text: string): Sealed {
  const root = text.length > MAX_SEALED_BYTES ? undefined : parseJson(text);
  if (!isMap(root)) throw storeError("config-sealed-broken");
  const { kind, version, memoryKib, passes, salt, nonce, data } = root;
  const bounded = isWhole(memoryKib, MAX_MEMORY_KIB) && isWhole(passes, MAX_PASSES);
  if (kind !== KIND || version !== 1 || !bounded) throw storeError("config-sealed-broken");
  if (!isBase64(salt, ADDED_BYTES.salt) || !isBase64(nonce, ADDED_BYTES.nonce)) throw storeError("config-sealed-broken");
  if (typeof data !== "string" || Buffer.from(data, "base64").length <= ADDED_BYTES.tag) throw storeError("config-sealed-broken");
  return { kind, version, memoryKib, passes, salt, nonce, data };
}

function isWhole(value: unknown, max: number): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max;
}

function isBase64(value: unknown, bytes: number): value is string {
  return typeof value === "string" && Buffer.from(value, "base64").length === bytes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

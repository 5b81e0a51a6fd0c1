/** An identity provider: serves its public keys, and signs what it is asked to. */
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { CryptoKey, JWK, JWTPayload } from "jose";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { startQuestionServer } from "./question-server.ts";
import type { QuestionServer, ScriptedAnswer } from "./question-server.ts";

interface Pair {
  readonly kid: string;
  readonly key: CryptoKey;
  readonly shown: JWK;
}

/** See the head of this file. */
export class IdentityServer {
  server!: QuestionServer;
  /** What it answers instead of its keys. */
  instead: ScriptedAnswer | undefined;
  #pairs: readonly Pair[] = [];
  #made = 0;

  static async start(t: Cleanup, algorithm = "ES256"): Promise<IdentityServer> {
    const identity = new IdentityServer();
    await identity.rotate(algorithm);
    identity.server = await startQuestionServer(t, () => identity.instead ?? { status: 200, body: identity.#keys() });
    return identity;
  }

  /** Signs with a new key from now on, and shows no other. */
  async rotate(algorithm = "ES256"): Promise<void> {
    this.#made += 1;
    const kid = `key-${String(this.#made)}`;
    const { privateKey, publicKey } = await generateKeyPair(algorithm);
    this.#pairs = [{ kid, key: privateKey, shown: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" } }];
  }

  /** A token with these claims, for five minutes. */
  sign(claims: JWTPayload, life: { readonly expiresIn?: string } = {}): Promise<string> {
    const [pair] = this.#pairs;
    if (pair === undefined) throw new Error("no key");
    return new SignJWT(claims)
      .setProtectedHeader({ alg: pair.shown.alg ?? "", kid: pair.kid })
      .setExpirationTime(life.expiresIn ?? "5 minutes")
      .sign(pair.key);
  }

  #keys(): string {
    return JSON.stringify({ keys: this.#pairs.map(({ shown }) => shown) });
  }
}

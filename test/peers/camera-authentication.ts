/**
 * How a fake camera asks for passwords and checks them: own digest arithmetic (RFC 7616, 2069), so that the client's isn't
 * checked against itself.
 */
import { createHash, randomBytes } from "node:crypto";

/** A scheme a camera offers. */
export type OfferedScheme = "basic" | "md5" | "sha-256";

/** What a camera asks. */
export interface AuthenticationScript {
  readonly user: string;
  readonly password: string;
  /** In the order of the headers; default MD5 alone. */
  readonly offers?: readonly OfferedScheme[];
  readonly realm?: string;
  readonly qop?: boolean;
  /** The first challenge names another realm, which is then refused. */
  readonly wrongRealmFirst?: boolean;
  /** A nonce is good for this many requests, then it is stale. */
  readonly nonceUses?: number;
  /** Says stale=TRUE of an old nonce; otherwise it only sends a new one. */
  readonly saysStale?: boolean;
  /** The digest's `uri` must be the request's exactly. */
  readonly checkUri?: boolean;
}

/** Outcome of a check. */
export interface CheckedRequest {
  readonly granted: boolean;
  /** A password came with it, and it was refused for what it is. */
  readonly wrongPassword: boolean;
  readonly challenges: readonly string[];
}

/** The state of one camera's authentication. */
export class CameraAuthentication {
  readonly #script: AuthenticationScript;
  #nonce = fresh();
  #uses = 0;
  #challenged = 0;

  constructor(script: AuthenticationScript) {
    this.#script = script;
  }

  /** Checks a request. */
  check(request: { method: string; url: string; authorization: string | undefined }): CheckedRequest {
    const { authorization } = request;
    if (authorization === undefined) return this.#refuse({ stale: false, wrongPassword: false });
    const fields = Object.fromEntries(
      [...authorization.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g)].map(([, name = "", quoted, plain]) => [
        name,
        quoted ?? plain ?? "",
      ]),
    );
    if (authorization.startsWith("Basic ")) return this.#checkBasic(authorization);
    if (fields["nonce"] !== this.#nonce) return this.#refuse({ stale: true, wrongPassword: false });
    if (fields["realm"] !== this.#realm) return this.#refuse({ stale: false, wrongPassword: false });
    if (this.#script.checkUri !== false && fields["uri"] !== request.url)
      return this.#refuse({ stale: false, wrongPassword: true });
    if (!this.#offered(fields["algorithm"]) || fields["response"] !== this.#digest(request.method, fields)) {
      return this.#refuse({ stale: false, wrongPassword: true });
    }
    this.#uses += 1;
    const limit = this.#script.nonceUses;
    if (limit !== undefined && this.#uses > limit) {
      this.#nonce = fresh();
      return this.#refuse({ stale: true, wrongPassword: false });
    }
    return { granted: true, wrongPassword: false, challenges: [] };
  }

  #checkBasic(authorization: string): CheckedRequest {
    const { user, password, offers } = this.#script;
    const right = Buffer.from(authorization.slice(6), "base64").toString() === `${user}:${password}`;
    if (right && offers?.includes("basic") === true) return { granted: true, wrongPassword: false, challenges: [] };
    return this.#refuse({ stale: false, wrongPassword: true });
  }

  #refuse(refusal: { stale: boolean; wrongPassword: boolean }): CheckedRequest {
    this.#challenged += 1;
    if (refusal.stale || refusal.wrongPassword) {
      this.#nonce = fresh();
      this.#uses = 0;
    }
    const stale = refusal.stale && this.#script.saysStale !== false ? ", stale=TRUE" : "";
    const { offers = ["md5"], qop = false } = this.#script;
    const realm = this.#script.wrongRealmFirst === true && this.#challenged === 1 ? "starting up" : this.#realm;
    const challenges = offers.map((offer) => {
      if (offer === "basic") return `Basic realm="${realm}"`;
      const algorithm = offer === "sha-256" ? ", algorithm=SHA-256" : "";
      return `Digest realm="${realm}", nonce="${this.#nonce}"${algorithm}${qop ? ', qop="auth"' : ""}${stale}`;
    });
    return { granted: false, wrongPassword: refusal.wrongPassword, challenges };
  }

  get #realm(): string {
    return this.#script.realm ?? "IP Camera(TEST)";
  }

  #offered(algorithm: string | undefined): boolean {
    const scheme = algorithm === "SHA-256" ? "sha-256" : "md5";
    return (this.#script.offers ?? ["md5"]).includes(scheme);
  }

  #digest(method: string, fields: Readonly<Record<string, string>>): string {
    const { user, password } = this.#script;
    const algorithm = fields["algorithm"] === "SHA-256" ? "sha256" : "md5";
    const hash = (text: string): string => createHash(algorithm).update(text).digest("hex");
    const secret = hash(`${user}:${this.#realm}:${password}`);
    const request = hash(`${method}:${fields["uri"] ?? ""}`);
    const middle = fields["qop"] === undefined ? "" : `${fields["nc"] ?? ""}:${fields["cnonce"] ?? ""}:${fields["qop"]}:`;
    return hash(`${secret}:${fields["nonce"] ?? ""}:${middle}${request}`);
  }
}

function fresh(): string {
  return randomBytes(8).toString("hex");
}

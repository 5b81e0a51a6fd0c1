/**
 * The one error class and the catalogue entry every user-visible failure has. A module declares its failures with
 * `defineErrors` in its own `errors.ts`; texts may hold `{name}` placeholders filled from the error's details.
 * Nobody matches on message text: match on `code`.
 */

/** What a failure says to a person: what is wrong and what to do about it, in both languages. */
export interface ErrorText {
  readonly en: string;
  readonly zh: string;
  readonly remedyEn: string;
  readonly remedyZh: string;
}

/** Values that fill the placeholders of an error's text. Never put a secret here. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | undefined>>;

/** Languages in which every catalogue entry exists. */
export type Language = "en" | "zh";

/** Declares a module's failures; the keys are the stable error codes (`area-what`, kebab-case, never reused). */
export function defineErrors<const T extends Readonly<Record<string, ErrorText>>>(texts: T): T {
  return texts;
}

/** Fills `{name}` placeholders from `details`; an unknown name stays as written. */
function fillText(text: string, details: ErrorDetails): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = details[name];
    return value === undefined ? whole : String(value);
  });
}

/** Options of a `SluiceError`. `retryable` says whether trying again unchanged can help. */
export interface SluiceErrorOptions {
  readonly details?: ErrorDetails;
  readonly cause?: unknown;
  readonly retryable?: boolean;
}

/**
 * Base of all expected failures. `message` is the English text, filled. It carries no stack: the code says where it comes
 * from, and taking one costs 50 µs, which every leaving viewer would pay.
 */
export class SluiceError extends Error {
  readonly code: string;
  readonly text: ErrorText;
  readonly details: ErrorDetails;
  readonly retryable: boolean;

  constructor(code: string, text: ErrorText, options: SluiceErrorOptions = {}) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(fillText(text.en, options.details ?? {}), options.cause === undefined ? {} : { cause: options.cause });
    Error.stackTraceLimit = stackTraceLimit;
    this.name = "SluiceError";
    this.code = code;
    this.text = text;
    this.details = options.details ?? {};
    this.retryable = options.retryable ?? false;
  }

  /** What is wrong, in `language`. */
  describe(language: Language): string {
    return fillText(language === "zh" ? this.text.zh : this.text.en, this.details);
  }

  /** What to do, in `language`. */
  remedy(language: Language): string {
    return fillText(language === "zh" ? this.text.remedyZh : this.text.remedyEn, this.details);
  }
}

/**
 * Makes a constructor of errors bound to one module's catalogue. Without a stack, errors of one code and nothing else are all
 * alike: there is one of each.
 */
export function errorFactory<T extends Readonly<Record<string, ErrorText>>>(
  texts: T,
): (code: keyof T & string, options?: SluiceErrorOptions) => SluiceError {
  const plain = new Map<string, SluiceError>();
  return (code, options) => {
    const known = options === undefined ? plain.get(code) : undefined;
    if (known !== undefined) return known;
    const text = texts[code];
    if (text === undefined) throw new TypeError(`error code ${code} is not in the catalogue`);
    const error = new SluiceError(code, text, options);
    if (options === undefined) plain.set(code, error);
    return error;
  };
}

/** The system's code of an error, or that of a `SluiceError`; "" where there is none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Text of anything thrown, for logs. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Firefox as it is, headless, with a profile of its own, driven over WebDriver BiDi (W3C): one page, visited and asked. It talks
 * to loopback only.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WebSocket } from "ws";
import { RunningProgram } from "./programs.ts";
import { tempDir, type Cleanup } from "./temp-dir.ts";
import { waitUntil } from "./wait-until.ts";

const COMMAND = "firefox-esr";
const START_MS = 60_000;
/** For `missingPrograms`. */
export const firefoxCommand = [COMMAND, "--version"] as const;

/** No first-run pages, updates or telemetry; pictures move without a press; addresses aren't hidden behind names. */
const preferences = {
  "browser.aboutConfig.showWarning": false,
  "browser.shell.checkDefaultBrowser": false,
  "app.update.enabled": false,
  "datareporting.policy.dataSubmissionEnabled": false,
  "toolkit.telemetry.reportingpolicy.firstRun": false,
  "network.captive-portal-service.enabled": false,
  "network.connectivity-service.enabled": false,
  "services.settings.server": "http://127.0.0.1:9/",
  "media.gmp-manager.url": "http://127.0.0.1:9/",
  "browser.safebrowsing.malware.enabled": false,
  "browser.safebrowsing.phishing.enabled": false,
  "extensions.getAddons.cache.enabled": false,
  "media.autoplay.default": 0,
  "media.peerconnection.ice.obfuscate_host_addresses": false,
  "intl.accept_languages": "en-GB",
} as const;

interface Answer {
  readonly id?: number;
  readonly type?: string;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly message?: string;
}

/** A page of a running Firefox. */
export class FirefoxPage {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  #context = "";
  #next = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (text: Buffer) => this.#take(JSON.parse(text.toString()) as Answer));
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("Firefox has ended"));
    });
  }

  /** Begins a session with a browser and takes its first page. */
  static async open(address: string): Promise<FirefoxPage> {
    const socket = new WebSocket(address, { perMessageDeflate: false });
    await new Promise<void>((resolve, reject) => {
      socket.once("open", () => resolve());
      socket.once("error", reject);
    });
    const page = new FirefoxPage(socket);
    await page.#send("session.new", { capabilities: {} });
    const tree = await page.#send("browsingContext.getTree", {});
    const [first] = tree["contexts"] as readonly { readonly context: string }[];
    page.#context = first?.context ?? "";
    return page;
  }

  /** Goes to an address and waits for it to be loaded. */
  async visit(url: string): Promise<void> {
    await this.#send("browsingContext.navigate", { context: this.#context, url, wait: "complete" });
  }

  /** The value of an expression in the page, a promise's too; it has to be JSON. */
  async evaluate<T>(expression: string): Promise<T> {
    const result = await this.#send("script.evaluate", {
      expression: `(async () => JSON.stringify(await (${expression})))()`,
      target: { context: this.#context },
      awaitPromise: true,
    });
    const { value } = (result["result"] ?? {}) as { readonly value?: string };
    if (value === undefined) throw new Error(`${expression}: ${JSON.stringify(result)}`);
    return JSON.parse(value) as T;
  }

  close(): void {
    this.#socket.close();
  }

  async #send(method: string, params: object): Promise<Readonly<Record<string, unknown>>> {
    const id = (this.#next += 1);
    const answer = new Promise<Answer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    this.#socket.send(JSON.stringify({ id, method, params }));
    const { type, result = {}, message } = await answer;
    if (type === "error") throw new Error(`${method}: ${message ?? ""}`);
    return result;
  }

  #take(answer: Answer): void {
    if (answer.id === undefined) return; // an event; none was asked for
    this.#waiting.get(answer.id)?.resolve(answer);
    this.#waiting.delete(answer.id);
  }
}

/** Starts it; it ends with `t`. */
export async function startFirefox(t: Cleanup): Promise<FirefoxPage> {
  const profile = tempDir(t);
  const lines = Object.entries(preferences).map(([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`);
  writeFileSync(join(profile, "user.js"), lines.join(""));
  const args = ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0"];
  const program = new RunningProgram(COMMAND, args, { env: { HOME: profile, MOZ_CRASHREPORTER_DISABLE: "1" } });
  t.after(async () => {
    await program.stop();
  });
  const address = (): string | undefined => /BiDi listening on (ws:\S+)/.exec(program.stderr)?.[1];
  await waitUntil(
    () => {
      if (program.ended) throw new Error(`Firefox ended:\n${program.stderr}`);
      return address() !== undefined;
    },
    { what: "Firefox", timeoutMs: START_MS, pollMs: 100 },
  );
  const page = await FirefoxPage.open(`${address() ?? ""}/session`);
  t.after(() => page.close());
  return page;
}

/** Who this browser is to the box: nobody yet, a viewer, an admin, or the one who may claim it. */
import { signal } from "@preact/signals";
import type { ReadonlySignal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { askBox } from "../box/client.ts";
import type { Answer } from "../box/client.ts";
import type { SessionView } from "#api/contract/session.ts";

/** What the page knows of its session. */
export type SessionState =
  | { readonly kind: "asking" }
  | { readonly kind: "unreachable" }
  | { readonly kind: "claim" }
  | { readonly kind: "login" }
  | { readonly kind: "open"; readonly role: "viewer" | "admin"; readonly user: string | null };

/** See the head of this file. */
export class Session {
  readonly #state = signal<SessionState>({ kind: "asking" });

  /** Follows the session. */
  get state(): ReadonlySignal<SessionState> {
    return this.#state;
  }

  /** Whether this browser may change things. */
  get isAdmin(): boolean {
    const state = this.#state.value;
    return state.kind === "open" && state.role === "admin";
  }

  /** Name of who is logged in; null for anonymous access. */
  get user(): string | null {
    const state = this.#state.value;
    return state.kind === "open" ? state.user : null;
  }

  /** Asks the box; without an answer an open session stays as it is. */
  async refresh(): Promise<void> {
    const answer = await askBox<SessionView>("/api/session");
    const before = this.#state.value.kind;
    if (answer.kind === "ok") this.#state.value = stateOf(answer.value);
    else if (answer.kind === "refused") this.#state.value = { kind: answer.status === 401 ? "login" : "unreachable" };
    else if (before !== "open") this.#state.value = { kind: "unreachable" };
  }

  /** Logs in. */
  async login(user: string, password: string): Promise<Answer<SessionView>> {
    return this.#enter(await askBox<SessionView>("/api/session", { method: "POST", body: { user, password } }));
  }

  /** Makes the admin with the code that the box printed. */
  async claim(claim: { readonly code: string; readonly user: string; readonly password: string }): Promise<Answer<SessionView>> {
    return this.#enter(await askBox<SessionView>("/api/claim", { method: "POST", body: claim }));
  }

  /** Where anybody may watch: shows the login, for those who may do more. */
  askForLogin(): void {
    this.#state.value = { kind: "login" };
  }

  /** Logs out, here or on every device. */
  async logout(everywhere: boolean): Promise<void> {
    await askBox(everywhere ? "/api/session?everywhere=1" : "/api/session", { method: "DELETE" });
    await this.refresh();
  }

  async #enter(answer: Answer<SessionView>): Promise<Answer<SessionView>> {
    if (answer.kind === "ok") await this.refresh();
    return answer;
  }
}

function stateOf(view: SessionView): SessionState {
  if (view.state === "open") return { kind: "open", role: view.role ?? "viewer", user: view.user };
  return { kind: view.state };
}

const SessionContext = createContext<Session | undefined>(undefined);

/** Hands the session to the components below. */
export const SessionProvider = SessionContext.Provider;

/** The session of the page. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (session === undefined) throw new Error("no session above this component");
  return session;
}

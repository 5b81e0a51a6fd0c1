/** Add a camera: address, user, password; looked at with its progress told; then saved, or which cause it is and what to do. */
import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { NewCamera } from "#api/contract/cameras.ts";
import type { ConfigChange } from "#api/contract/config.ts";
import type { ProbeFinding, ProbeMessage } from "#api/contract/probe.ts";
import type { BoxState } from "../box/apply-change.ts";
import { askBox } from "../box/client.ts";
import { probeCamera } from "../box/probe.ts";
import { navigate } from "../browser/router.ts";
import { cameraAddress } from "../browser/routes.ts";
import { SelectField, TextField } from "../components/field.tsx";
import { RefusalNotice } from "../components/refusal.tsx";
import type { Refusal } from "../components/refusal.tsx";
import { t } from "../i18n/text.ts";
import { isPathName } from "./path-name.ts";
import { ProbeProgress, ProbeResult } from "./probe-words.tsx";

type Step =
  | { readonly kind: "form" }
  | { readonly kind: "looking"; readonly messages: readonly ProbeMessage[] }
  | { readonly kind: "found"; readonly report: ProbeFinding }
  | { readonly kind: "failed"; readonly message: Extract<ProbeMessage, { kind: "failed" }> }
  | { readonly kind: "refused"; readonly answer: Refusal };

/** The page that adds a camera. */
export function AddPage({ state }: { readonly state: BoxState }) {
  const step = useSignal<Step>({ kind: "form" });
  const address = useSignal("");
  const user = useSignal("");
  const password = useSignal("");
  const looking = useRef<AbortController>(undefined);
  useEffect(() => () => looking.current?.abort(), []);

  const look = async (): Promise<void> => {
    looking.current?.abort();
    const abort = new AbortController();
    looking.current = abort;
    step.value = { kind: "looking", messages: [] };
    const body = { address: address.value.trim(), ...credentials(user.value, password.value) };
    const ended = await probeCamera(body, {
      signal: abort.signal,
      onMessage: (message) => {
        if (step.value.kind === "looking") step.value = { kind: "looking", messages: [...step.value.messages, message] };
      },
    });
    if (abort.signal.aborted) return;
    if (ended.kind === "found") step.value = { kind: "found", report: ended.report };
    else if (ended.kind === "failed") step.value = { kind: "failed", message: ended };
    else step.value = { kind: "refused", answer: ended.answer };
  };
  const busy = step.value.kind === "looking";
  return (
    <div class="stack narrow">
      <h1>{t("add.title")}</h1>
      <form
        class="panel stack"
        onSubmit={(event) => {
          event.preventDefault();
          void look();
        }}
      >
        <TextField
          label={t("add.address")}
          hint={t("add.address-hint")}
          placeholder="192.168.1.64"
          value={address}
          required
          focus
        />
        <div class="pair">
          <TextField label={t("add.user")} value={user} />
          <TextField label={t("user.password")} value={password} type="password" />
        </div>
        <div class="row">
          <button type="submit" class={step.value.kind === "found" ? "button" : "button main"} disabled={busy}>
            {step.value.kind === "form" || busy ? t("add.look") : t("add.look-again")}
          </button>
          {busy && (
            <button
              type="button"
              class="button"
              onClick={() => {
                looking.current?.abort();
                step.value = { kind: "form" };
              }}
            >
              {t("cancel")}
            </button>
          )}
        </div>
        <p class="quiet small">{t("add.password-note")}</p>
      </form>
      <div class="stack" aria-live="polite">
        {step.value.kind === "looking" && <ProbeProgress messages={step.value.messages} />}
        {(step.value.kind === "found" || step.value.kind === "failed") && <ProbeResult ended={step.value} />}
        {step.value.kind === "refused" && <RefusalNotice answer={step.value.answer} />}
        {step.value.kind === "found" && <SaveForm state={state} report={step.value.report} user={user} password={password} />}
      </div>
    </div>
  );
}

function SaveForm(props: {
  readonly state: BoxState;
  readonly report: ProbeFinding;
  readonly user: Signal<string>;
  readonly password: Signal<string>;
}) {
  const { state, report } = props;
  const name = useSignal(report.suggestedName);
  const label = useSignal("");
  const parent = useSignal("");
  const refused = useSignal<Refusal | undefined>(undefined);
  const busy = useSignal(false);
  const taken = state.cameras.some((camera) => camera.name === name.value);
  const wrong = taken ? t("add.name-taken") : isPathName(name.value) ? undefined : t("add.name-wrong");
  const mains = state.cameras.filter((camera) => camera.subStream === null && camera.entry === camera.name && !camera.demo);
  const save = async (): Promise<void> => {
    busy.value = true;
    const body: NewCamera = {
      name: name.value,
      ...(label.value.trim() === "" ? {} : { label: label.value.trim() }),
      address: report.address,
      ...credentials(props.user.value, props.password.value),
    };
    const answer = await askBox<ConfigChange>("/api/cameras", { method: "POST", body });
    const paired = answer.kind === "ok" && parent.value !== "" ? await pair(parent.value, name.value) : answer;
    busy.value = false;
    if (paired.kind === "ok") navigate(cameraAddress(parent.value === "" ? name.value : parent.value));
    else refused.value = paired;
  };
  return (
    <form
      class="panel stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong === undefined) void save();
      }}
    >
      <h2>{t("add.save-title")}</h2>
      <TextField label={t("add.label")} hint={t("add.label-hint")} value={label} focus />
      <TextField label={t("add.name")} hint={t("add.name-hint", { name: name.value })} value={name} required wrong={wrong} />
      {mains.length > 0 && (
        <SelectField
          label={t("add.role")}
          value={parent.value}
          choices={[
            ["", t("add.role-own")],
            ...mains.map((camera) => [camera.name, t("add.role-sub", { name: camera.label })] as const),
          ]}
          onChoose={(chosen) => (parent.value = chosen)}
        />
      )}
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      <div class="row">
        <button type="submit" class="button main" disabled={busy.value || wrong !== undefined}>
          {t("add.save")}
        </button>
      </div>
    </form>
  );
}

function pair(main: string, subStream: string) {
  return askBox<ConfigChange>(`/api/cameras/${encodeURIComponent(main)}`, { method: "PATCH", body: { subStream } });
}

function credentials(user: string, password: string): { readonly user?: string; readonly password?: string } {
  return user === "" && password === "" ? {} : { user, password };
}

/** The configuration as text: mistakes stand at their line before anything is saved; what is replaced can be brought back. */
import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConfigProblem } from "#api/contract/answers.ts";
import type { ConfigChange, ConfigCheck, ConfigText } from "#api/contract/config.ts";
import { useBox } from "../../box/box.ts";
import { askBox } from "../../box/client.ts";
import { Notice } from "../../components/notice.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { t } from "../../i18n/text.ts";
import { ConfigBackups } from "./config-backups.tsx";
import { ConfigOutcome } from "./config-outcome.tsx";
import type { Outcome } from "./config-outcome.tsx";
import { ProblemText } from "./problem-text.tsx";

/** The editor; `etagInForce` is that of the configuration the box runs with. */
export function ConfigEditor({ etagInForce }: { readonly etagInForce: string }) {
  const loaded = useSignal<ConfigText | undefined>(undefined);
  const failed = useSignal<Refusal | undefined>(undefined);
  const text = useSignal("");
  const load = async (): Promise<void> => {
    const answer = await askBox<ConfigText>("/api/config");
    failed.value = answer.kind === "ok" ? undefined : answer;
    if (answer.kind !== "ok") return;
    loaded.value = answer.value;
    text.value = answer.value.text;
  };
  useEffect(() => void load(), []);
  return (
    <section class="panel stack">
      <h2>{t("config.title")}</h2>
      {failed.value !== undefined && <RefusalNotice answer={failed.value} />}
      {loaded.value === undefined && failed.value === undefined && <p class="empty">{t("loading")}</p>}
      {loaded.value !== undefined && (
        <Editor loaded={loaded.value} text={text} etagInForce={etagInForce} onReload={() => void load()} />
      )}
    </section>
  );
}

function Editor(props: {
  readonly loaded: ConfigText;
  readonly text: Signal<string>;
  readonly etagInForce: string;
  readonly onReload: () => void;
}) {
  const { loaded, text, onReload } = props;
  const outcome = useSignal<Outcome | undefined>(undefined);
  const busy = useSignal(false);
  const changed = text.value !== loaded.text;
  const stale = props.etagInForce !== loaded.etag;
  const found = useFindings(text.value, changed);
  const problems = problemsOf(outcome.value) ?? found ?? loaded.problems;
  const check = async (): Promise<void> => {
    busy.value = true;
    const answer = await askBox<ConfigCheck>("/api/config/check", { method: "POST", body: { text: text.value } });
    busy.value = false;
    outcome.value = answer.kind === "ok" ? { kind: "checked", check: answer.value } : { kind: "refused", answer };
  };
  const save = async (): Promise<void> => {
    busy.value = true;
    const ask = { method: "PUT", body: { text: text.value }, ifMatch: loaded.etag } as const;
    const answer = await askBox<ConfigChange>("/api/config", ask);
    busy.value = false;
    outcome.value = answer.kind === "ok" ? { kind: "saved", change: answer.value } : { kind: "refused", answer };
    if (answer.kind === "ok") onReload();
  };
  return (
    <>
      <p class="quiet small">
        {loaded.file ?? t("config.no-file")}
        {loaded.readOnly !== null && <> · {t(`config.${loaded.readOnly}`)}</>}
      </p>
      {stale && (
        <Notice
          tone="notice"
          action={
            <button type="button" class="button" onClick={onReload}>
              {t("config.reload")}
            </button>
          }
        >
          {t("config.stale")}
        </Notice>
      )}
      <ProblemText
        text={text.value}
        problems={problems}
        onInput={(value) => {
          text.value = value;
          outcome.value = undefined;
        }}
        onSave={() => void save()}
      />
      {outcome.value !== undefined && <ConfigOutcome outcome={outcome.value} />}
      <div class="row">
        <button type="button" class="button main" disabled={busy.value || !changed} onClick={() => void save()}>
          {t("config.save")}
        </button>
        <button type="button" class="button" disabled={busy.value} onClick={() => void check()}>
          {t("config.check")}
        </button>
        <button type="button" class="button" disabled={busy.value || !changed} onClick={() => (text.value = loaded.text)}>
          {t("config.discard")}
        </button>
        <a class="button plain" href="/api/config/export" download="sluice.yml">
          {t("config.export")}
        </a>
      </div>
      <ConfigBackups etag={loaded.etag} onRolledBack={onReload} />
    </>
  );
}

/** The findings that a check or a refused save brought. */
function problemsOf(outcome: Outcome | undefined): readonly ConfigProblem[] | undefined {
  if (outcome === undefined) return undefined;
  if (outcome.kind === "checked") return outcome.check.problems;
  if (outcome.kind === "saved") return outcome.change.problems;
  return outcome.answer.kind === "refused" ? outcome.answer.error.problems : undefined;
}

/** After this long without a key the text is looked at. */
const PAUSE_MS = 700;

/** What is wrong with a text that is being written; what stood there before stays until the box has said more. */
function useFindings(text: string, changed: boolean): readonly ConfigProblem[] | undefined {
  const { clock } = useBox();
  const findings = useSignal<readonly ConfigProblem[] | undefined>(undefined);
  useEffect(() => {
    if (!changed) return undefined;
    const timer = clock.after(PAUSE_MS, () => {
      void askBox<ConfigCheck>("/api/config/check", { method: "POST", body: { text } }).then((answer) => {
        if (answer.kind === "ok") findings.value = answer.value.problems;
      });
    });
    return () => timer.cancel();
  }, [text, changed]);
  return changed ? findings.value : undefined;
}

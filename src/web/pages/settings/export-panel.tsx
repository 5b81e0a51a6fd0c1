/** The whole configuration with its passwords, encrypted: taken away as a file, and brought back from one. */
import { useSignal } from "@preact/signals";
import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { ConfigChange, ConfigExport, ConfigImport } from "#api/contract/config.ts";
import { askBox } from "../../box/client.ts";
import { saveFile } from "../../browser/save-file.ts";
import { TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { ConfirmButton } from "../../components/sheet.tsx";
import { t } from "../../i18n/text.ts";
import { isTooShort, MIN_PASSWORD } from "../../session/password-rule.ts";

const FILE_NAME = "sluice-configuration.json";

/** The panel. */
export function ExportPanel() {
  return (
    <section class="panel stack">
      <h2>{t("export.title")}</h2>
      <p class="quiet">{t("export.why")}</p>
      <Export />
      <Import />
    </section>
  );
}

function Export() {
  const passphrase = useSignal("");
  const refused = useSignal<Refusal | undefined>(undefined);
  const tooShort = isTooShort(passphrase.value);
  const take = async (): Promise<void> => {
    const body: ConfigExport = { passphrase: passphrase.value };
    const answer = await askBox<object>("/api/config/export", { method: "POST", body });
    refused.value = answer.kind === "ok" ? undefined : answer;
    if (answer.kind !== "ok") return;
    passphrase.value = "";
    saveFile(FILE_NAME, `${JSON.stringify(answer.value, undefined, 2)}\n`);
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void take();
      }}
    >
      <h3>{t("export.take")}</h3>
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      <TextField
        label={t("export.passphrase")}
        hint={t("export.passphrase-hint", { minimum: MIN_PASSWORD })}
        value={passphrase}
        type="password"
        autocomplete="new-password"
        required
        wrong={tooShort ? t("user.password-hint", { minimum: MIN_PASSWORD }) : undefined}
      />
      <div class="row">
        <button type="submit" class="button" disabled={passphrase.value === "" || tooShort}>
          {t("export.save")}
        </button>
      </div>
    </form>
  );
}

function Import() {
  const text = useSignal<string | undefined>(undefined);
  const passphrase = useSignal("");
  const asking = useSignal(false);
  const refused = useSignal<Refusal | undefined>(undefined);
  const done = useSignal(false);
  const bringBack = async (): Promise<void> => {
    if (text.value === undefined) return;
    const body: ConfigImport = { text: text.value, passphrase: passphrase.value };
    const answer = await askBox<ConfigChange>("/api/config/import", { method: "POST", body });
    refused.value = answer.kind === "ok" ? undefined : answer;
    done.value = answer.kind === "ok";
    if (answer.kind === "ok") passphrase.value = "";
  };
  return (
    <form class="stack" onSubmit={(event) => event.preventDefault()}>
      <h3>{t("import.title")}</h3>
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      {done.value && (
        <Notice tone="ok" announce>
          {t("import.done")}
        </Notice>
      )}
      <FileField label={t("import.file")} text={text} />
      <TextField label={t("export.passphrase")} value={passphrase} type="password" autocomplete="off" />
      {text.value !== undefined && (
        <div class="row">
          <ConfirmButton
            label={t("import.start")}
            question={t("import.question")}
            confirm={t("import.start")}
            danger
            open={asking}
            onConfirm={() => void bringBack()}
          />
        </div>
      )}
    </form>
  );
}

function FileField({ label, text }: { readonly label: string; readonly text: Signal<string | undefined> }) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        type="file"
        accept=".json,.yml,.yaml"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          text.value = undefined;
          void file?.text().then((content) => (text.value = content));
        }}
      />
    </div>
  );
}

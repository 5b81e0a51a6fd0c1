/** Configurations that were in force before: one of them can be brought back. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConfigBackup, ConfigChange, ConfigHistory } from "#api/contract/config.ts";
import { askBox } from "../../box/client.ts";
import { useBox } from "../../box/box.ts";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { ConfirmButton } from "../../components/sheet.tsx";
import { formatBytes, formatMoment } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";

/** The list of backups; loaded anew for each `etag`. */
export function ConfigBackups({ etag, onRolledBack }: { readonly etag: string; readonly onRolledBack: () => void }) {
  const backups = useSignal<readonly ConfigBackup[]>([]);
  const refused = useSignal<Refusal | undefined>(undefined);
  useEffect(() => {
    void askBox<ConfigHistory>("/api/config/history").then((answer) => {
      backups.value = answer.kind === "ok" ? answer.value.backups : [];
    });
  }, [etag]);
  const rollBack = async (id: string): Promise<void> => {
    const answer = await askBox<ConfigChange>("/api/config/rollback", { method: "POST", body: { id }, ifMatch: etag });
    refused.value = answer.kind === "ok" ? undefined : answer;
    if (answer.kind === "ok") onRolledBack();
  };
  if (backups.value.length === 0) return null;
  return (
    <div class="stack">
      <h3>{t("config.backups")}</h3>
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      <ul class="backups">
        {backups.value.map((backup) => (
          <Backup key={backup.id} backup={backup} onRollBack={() => void rollBack(backup.id)} />
        ))}
      </ul>
    </div>
  );
}

function Backup({ backup, onRollBack }: { readonly backup: ConfigBackup; readonly onRollBack: () => void }) {
  const box = useBox();
  const asking = useSignal(false);
  const when = formatMoment(backup.savedAt, box.now, language.value);
  return (
    <li class="row backup">
      <span class="figures">
        {when} <span class="quiet">{formatBytes(backup.bytes, language.value)}</span>
      </span>
      <ConfirmButton
        label={t("config.roll-back")}
        question={t("config.roll-back-question", { when })}
        confirm={t("config.roll-back-confirm")}
        open={asking}
        onConfirm={onRollBack}
      />
    </li>
  );
}

/** How a check or a save of the configuration ended. */
import type { ConfigChange, ConfigCheck, ConfigDifference } from "#api/contract/config.ts";
import { Notice } from "../../components/notice.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { t } from "../../i18n/text.ts";

/** What came of it. */
export type Outcome =
  | { readonly kind: "checked"; readonly check: ConfigCheck }
  | { readonly kind: "saved"; readonly change: ConfigChange }
  | { readonly kind: "refused"; readonly answer: Refusal };

/** The notice below the editor. */
export function ConfigOutcome({ outcome }: { readonly outcome: Outcome }) {
  switch (outcome.kind) {
    case "checked":
      return outcome.check.valid ? <Valid changes={outcome.check.changes} /> : <Invalid count={outcome.check.problems.length} />;
    case "saved":
      return <Saved change={outcome.change} />;
    case "refused":
      return <RefusalNotice answer={outcome.answer} />;
  }
}

function Valid({ changes }: { readonly changes: ConfigDifference }) {
  const lines: readonly (readonly [
    key: "config.global" | "config.added" | "config.changed" | "config.removed" | "config.interrupted",
    names: readonly string[],
  ])[] = [
    ["config.global", changes.global],
    ["config.added", changes.addedPaths],
    ["config.changed", changes.changedPaths],
    ["config.removed", changes.removedPaths],
    ["config.interrupted", changes.interrupted],
  ];
  const told = lines.filter(([, names]) => names.length > 0);
  return (
    <Notice tone="ok" announce>
      <strong>{t("config.valid")}</strong>
      {told.length === 0 && <div>{t("config.no-changes")}</div>}
      {told.map(([key, names]) => (
        <div key={key}>{t(key, { names: names.join(", ") })}</div>
      ))}
    </Notice>
  );
}

function Invalid({ count }: { readonly count: number }) {
  return (
    <Notice tone="problem" announce>
      {t("config.invalid", { count })}
    </Notice>
  );
}

function Saved({ change }: { readonly change: ConfigChange }) {
  return (
    <Notice tone="ok" announce>
      <strong>{t(change.saved === "file" ? "config.saved" : "config.saved-memory")}</strong>
      {change.restartNeeded.length > 0 && <div>{t("config.restart", { names: change.restartNeeded.join(", ") })}</div>}
    </Notice>
  );
}

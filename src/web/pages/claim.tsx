/** Claim: whoever reads the code on the box or in its log makes the first user. */
import { useSignal } from "@preact/signals";
import { TextField } from "../components/field.tsx";
import { refusalWords } from "../components/refusal.tsx";
import { t } from "../i18n/text.ts";
import { isTooShort, MIN_PASSWORD } from "../session/password-rule.ts";
import { useSession } from "../session/session.ts";

/** The claim page. */
export function ClaimPage() {
  const session = useSession();
  const code = useSignal("");
  const user = useSignal("admin");
  const password = useSignal("");
  const wrong = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const tooShort = isTooShort(password.value);
  const submit = async (): Promise<void> => {
    if (tooShort) return;
    busy.value = true;
    wrong.value = undefined;
    const answer = await session.claim({ code: code.value.trim(), user: user.value.trim(), password: password.value });
    busy.value = false;
    if (answer.kind !== "ok") wrong.value = refusalWords(answer);
  };
  return (
    <form
      class="panel stack card"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <h1>{t("claim.title")}</h1>
      <p>{t("claim.why")}</p>
      <TextField label={t("claim.code")} hint={t("claim.code-hint")} value={code} required focus wrong={wrong.value} />
      <TextField label={t("user.name")} value={user} autocomplete="username" required />
      <TextField
        label={t("user.password")}
        hint={t("user.password-hint", { minimum: MIN_PASSWORD })}
        value={password}
        type="password"
        autocomplete="new-password"
        required
        wrong={tooShort ? t("user.password-hint", { minimum: MIN_PASSWORD }) : undefined}
      />
      <button type="submit" class="button main" disabled={busy.value || tooShort}>
        {t("claim.enter")}
      </button>
    </form>
  );
}

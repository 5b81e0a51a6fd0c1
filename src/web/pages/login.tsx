/** Login: name and password; what was wrong is said in place. */
import { useSignal } from "@preact/signals";
import { TextField } from "../components/field.tsx";
import { refusalWords } from "../components/refusal.tsx";
import { t } from "../i18n/text.ts";
import { useSession } from "../session/session.ts";

/** The login page. */
export function LoginPage() {
  const session = useSession();
  const user = useSignal("");
  const password = useSignal("");
  const wrong = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const submit = async (): Promise<void> => {
    busy.value = true;
    wrong.value = undefined;
    const answer = await session.login(user.value, password.value);
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
      <h1>{t("login.title")}</h1>
      <TextField label={t("user.name")} value={user} autocomplete="username" required focus />
      <TextField
        label={t("user.password")}
        value={password}
        type="password"
        autocomplete="current-password"
        required
        wrong={wrong.value}
      />
      <button type="submit" class="button main" disabled={busy.value}>
        {t("login.enter")}
      </button>
      <p class="quiet small">{t("login.forgotten")}</p>
    </form>
  );
}

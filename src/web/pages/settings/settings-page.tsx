/** Settings: how the page looks and speaks, who may come in, and the configuration itself. */
import type { BoxState } from "../../box/apply-change.ts";
import { chooseTheme, theme } from "../../browser/theme.ts";
import type { Theme } from "../../browser/theme.ts";
import { SelectField } from "../../components/field.tsx";
import { chooseLanguage, language, t } from "../../i18n/text.ts";
import { useSession } from "../../session/session.ts";
import { ConfigEditor } from "./config-editor.tsx";
import { ExportPanel } from "./export-panel.tsx";
import { SessionPanel } from "./session-panel.tsx";
import { TokensPanel } from "./tokens-panel.tsx";
import { UsersPanel } from "./users-panel.tsx";

const themes: readonly Theme[] = ["system", "light", "dark"];

/** The settings page. */
export function SettingsPage({ state }: { readonly state: BoxState }) {
  const { isAdmin } = useSession();
  return (
    <>
      <h1>{t("nav.settings")}</h1>
      {isAdmin && <ConfigEditor etagInForce={state.configEtag} />}
      <div class="cards wide">
        {isAdmin && <UsersPanel />}
        {isAdmin && <TokensPanel />}
        {isAdmin && <ExportPanel />}
        <SessionPanel />
        <Look />
      </div>
    </>
  );
}

function Look() {
  return (
    <section class="panel stack">
      <h2>{t("look.title")}</h2>
      <SelectField
        label={t("look.language")}
        value={language.value}
        choices={[
          ["zh", t("language.zh")],
          ["en", t("language.en")],
        ]}
        onChoose={chooseLanguage}
      />
      <SelectField
        label={t("look.theme")}
        value={theme.value}
        choices={themes.map((name) => [name, t(`theme.${name}`)] as const)}
        onChoose={chooseTheme}
      />
      <p class="quiet small">{t("look.note")}</p>
    </section>
  );
}

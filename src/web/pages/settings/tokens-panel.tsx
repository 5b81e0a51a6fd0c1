/** Tokens of scripts: who has one, until when; made, shown once, revoked. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { MadeToken, NewToken, TokenList, TokenView } from "#api/contract/session.ts";
import { askBox } from "../../box/client.ts";
import { useBox } from "../../box/box.ts";
import { CopyRow } from "../../components/copy-row.tsx";
import { RoleField, SelectField, TextField } from "../../components/field.tsx";
import { Notice } from "../../components/notice.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { ConfirmButton } from "../../components/sheet.tsx";
import { formatMoment } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";

/** What is offered; 0 is for ever. */
const LIVES = ["30", "90", "365", "0"] as const;

/** The panel. */
export function TokensPanel() {
  const list = useSignal<TokenList | undefined>(undefined);
  const made = useSignal<MadeToken | undefined>(undefined);
  const refused = useSignal<Refusal | undefined>(undefined);
  const load = async (): Promise<void> => {
    const answer = await askBox<TokenList>("/api/tokens");
    if (answer.kind === "ok") list.value = answer.value;
    else refused.value = answer;
  };
  useEffect(() => void load(), []);
  const add = async (body: NewToken): Promise<boolean> => {
    const answer = await askBox<MadeToken>("/api/tokens", { method: "POST", body });
    refused.value = answer.kind === "ok" ? undefined : answer;
    if (answer.kind !== "ok") return false;
    made.value = answer.value;
    await load();
    return true;
  };
  const revoke = async ({ id }: TokenView): Promise<void> => {
    const answer = await askBox(`/api/tokens/${encodeURIComponent(id)}`, { method: "DELETE" });
    refused.value = answer.kind === "ok" ? undefined : answer;
    if (made.value?.id === id) made.value = undefined;
    await load();
  };
  return (
    <section class="panel stack">
      <h2>{t("tokens.title")}</h2>
      <p class="quiet">{t("tokens.why")}</p>
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      {list.value?.lasting === false && <Notice tone="notice">{t("tokens.not-lasting")}</Notice>}
      {made.value !== undefined && <Made made={made.value} />}
      {list.value?.tokens.length === 0 && <p class="quiet">{t("tokens.none")}</p>}
      <ul>
        {list.value?.tokens.map((token) => (
          <TokenRow key={token.id} token={token} onRevoke={() => void revoke(token)} />
        ))}
      </ul>
      <NewTokenForm onAdd={add} />
    </section>
  );
}

function Made({ made }: { readonly made: MadeToken }) {
  return (
    <Notice tone="ok" announce>
      <strong>{t("tokens.made", { name: made.name })}</strong>
      <ul>
        <CopyRow name={made.name} address={made.token} />
      </ul>
    </Notice>
  );
}

function TokenRow({ token, onRevoke }: { readonly token: TokenView; readonly onRevoke: () => void }) {
  const box = useBox();
  const asking = useSignal(false);
  const { name, role, expires } = token;
  const over = expires !== null && expires <= box.now;
  const time = expires === null ? "" : formatMoment(expires, box.now, language.value);
  const life = expires === null ? t("tokens.for-ever") : t(over ? "tokens.over" : "tokens.until", { time });
  return (
    <li class="row backup">
      <span>
        {name}{" "}
        <span class="quiet">
          {t(`role.${role}`)} · {life}
        </span>
      </span>
      <ConfirmButton
        label={t("tokens.revoke")}
        question={t("tokens.revoke-question", { name })}
        confirm={t("tokens.revoke")}
        danger
        open={asking}
        onConfirm={onRevoke}
      />
    </li>
  );
}

function NewTokenForm({ onAdd }: { readonly onAdd: (body: NewToken) => Promise<boolean> }) {
  const name = useSignal("");
  const role = useSignal<TokenView["role"]>("viewer");
  const days = useSignal<(typeof LIVES)[number]>("365");
  const add = async (): Promise<void> => {
    if (await onAdd({ name: name.value.trim(), role: role.value, days: Number(days.value) })) name.value = "";
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h3>{t("tokens.add-title")}</h3>
      <TextField label={t("tokens.name")} hint={t("tokens.name-hint")} value={name} required />
      <RoleField role={role} />
      <SelectField
        label={t("tokens.life")}
        value={days.value}
        choices={LIVES.map(
          (life) => [life, life === "0" ? t("tokens.for-ever") : t("tokens.days", { days: Number(life) })] as const,
        )}
        onChoose={(chosen) => (days.value = chosen)}
      />
      <div class="row">
        <button type="submit" class="button">
          {t("tokens.add")}
        </button>
      </div>
    </form>
  );
}

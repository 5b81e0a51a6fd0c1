/** Users of the box: who there is, as what; added, given a new password, taken away. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { NewUser as NewUserBody, UserChange, UserList, UserView } from "#api/contract/session.ts";
import { askBox } from "../../box/client.ts";
import type { Answer, Ask } from "../../box/client.ts";
import { RoleField, TextField } from "../../components/field.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { ConfirmButton, Sheet } from "../../components/sheet.tsx";
import { t } from "../../i18n/text.ts";
import { isTooShort, MIN_PASSWORD } from "../../session/password-rule.ts";
import { useSession } from "../../session/session.ts";

/** The panel. */
export function UsersPanel() {
  const users = useSignal<readonly UserView[] | undefined>(undefined);
  const refused = useSignal<Refusal | undefined>(undefined);
  const load = async (): Promise<void> => {
    const answer = await askBox<UserList>("/api/users");
    if (answer.kind === "ok") users.value = answer.value.users;
    else refused.value = answer;
  };
  useEffect(() => void load(), []);
  const write = async (path: string, ask: Ask): Promise<Answer<unknown>> => {
    const answer = await askBox(path, ask);
    refused.value = answer.kind === "ok" ? undefined : answer;
    if (answer.kind === "ok") await load();
    return answer;
  };
  return (
    <section class="panel stack">
      <h2>{t("users.title")}</h2>
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      {users.value?.length === 0 && <p class="quiet">{t("users.none")}</p>}
      <ul>
        {users.value?.map((user) => (
          <UserRow
            key={user.name}
            user={user}
            onRemove={() => void write(addressOf(user), { method: "DELETE" })}
            onPassword={(body) => write(addressOf(user), { method: "PATCH", body })}
          />
        ))}
      </ul>
      <NewUser onAdd={(body) => write("/api/users", { method: "POST", body })} />
    </section>
  );
}

function UserRow(props: {
  readonly user: UserView;
  readonly onRemove: () => void;
  readonly onPassword: (body: UserChange) => Promise<Answer<unknown>>;
}) {
  const { user, onRemove } = props;
  const session = useSession();
  const asking = useSignal(false);
  return (
    <li class="row backup">
      <span>
        {user.name} <span class="quiet">{t(`role.${user.role}`)}</span>
      </span>
      <div class="row">
        <PasswordButton user={user} onPassword={props.onPassword} />
        {user.name !== session.user && (
          <ConfirmButton
            label={t("users.remove")}
            question={t("users.remove-question", { name: user.name })}
            confirm={t("users.remove-confirm")}
            danger
            open={asking}
            onConfirm={onRemove}
          />
        )}
      </div>
    </li>
  );
}

function PasswordButton(props: { readonly user: UserView; readonly onPassword: (body: UserChange) => Promise<Answer<unknown>> }) {
  const { name } = props.user;
  const session = useSession();
  const open = useSignal(false);
  const password = useSignal("");
  const change = async (): Promise<void> => {
    const answer = await props.onPassword({ password: password.value });
    open.value = false;
    password.value = "";
    if (answer.kind === "ok" && name === session.user) await session.refresh();
  };
  return (
    <>
      <button type="button" class="button" onClick={() => (open.value = true)}>
        {t("users.password")}
      </button>
      {open.value && (
        <Sheet title={t("users.password-title", { name })} onClose={() => (open.value = false)}>
          <form
            class="stack"
            onSubmit={(event) => {
              event.preventDefault();
              void change();
            }}
          >
            <TextField
              label={t("user.password")}
              hint={`${t("user.password-hint", { minimum: MIN_PASSWORD })}. ${t("users.password-note")}`}
              value={password}
              type="password"
              autocomplete="new-password"
              required
            />
            <button type="submit" class="button main">
              {t("save")}
            </button>
          </form>
        </Sheet>
      )}
    </>
  );
}

function NewUser({ onAdd }: { readonly onAdd: (body: NewUserBody) => Promise<Answer<unknown>> }) {
  const name = useSignal("");
  const password = useSignal("");
  const role = useSignal<UserView["role"]>("viewer");
  const add = async (): Promise<void> => {
    const answer = await onAdd({ name: name.value.trim(), password: password.value, role: role.value });
    if (answer.kind !== "ok") return;
    name.value = "";
    password.value = "";
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h3>{t("users.add-title")}</h3>
      <TextField label={t("user.name")} value={name} required />
      <TextField
        label={t("user.password")}
        hint={t("user.password-hint", { minimum: MIN_PASSWORD })}
        value={password}
        type="password"
        autocomplete="new-password"
        required
        wrong={isTooShort(password.value) ? t("user.password-hint", { minimum: MIN_PASSWORD }) : undefined}
      />
      <RoleField role={role} />
      <div class="row">
        <button type="submit" class="button">
          {t("users.add")}
        </button>
      </div>
    </form>
  );
}

function addressOf(user: UserView): string {
  return `/api/users/${encodeURIComponent(user.name)}`;
}

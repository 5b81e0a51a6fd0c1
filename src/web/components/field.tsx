/** A labelled input with its hint and what is wrong with it. */
import { useId } from "preact/hooks";
import type { Signal } from "@preact/signals";
import type { UserView } from "#api/contract/session.ts";
import { t } from "../i18n/text.ts";

/** What a text field is made of. */
export interface TextFieldProps {
  readonly label: string;
  readonly value: Signal<string>;
  readonly hint?: string;
  readonly wrong?: string | undefined;
  /** `password` hides what is typed. */
  readonly type?: "text" | "password";
  readonly placeholder?: string;
  /** For the browser's own password store: `username`, `current-password`, `new-password`, `off`. */
  readonly autocomplete?: string;
  readonly required?: boolean;
  readonly focus?: boolean;
}

/** A single line of text. */
export function TextField(props: TextFieldProps) {
  const id = useId();
  const { value, hint, wrong } = props;
  const described = wrong === undefined ? (hint === undefined ? undefined : `${id}-hint`) : `${id}-wrong`;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        class="input"
        {...(props.type === "password" ? { type: "password" as const } : { type: "text" as const })}
        value={value}
        placeholder={props.placeholder}
        autocomplete={props.autocomplete ?? "off"}
        autocapitalize="off"
        spellcheck={false}
        required={props.required === true}
        autofocus={props.focus === true}
        aria-invalid={wrong === undefined ? undefined : "true"}
        aria-describedby={described}
        onInput={(event) => (value.value = event.currentTarget.value)}
      />
      {hint !== undefined && wrong === undefined && (
        <p id={`${id}-hint`} class="quiet small">
          {hint}
        </p>
      )}
      {wrong !== undefined && (
        <p id={`${id}-wrong`} class="wrong small" role="alert">
          {wrong}
        </p>
      )}
    </div>
  );
}

/** One of several; each has its words. */
export function SelectField<T extends string>(props: {
  readonly label: string;
  readonly value: T;
  readonly choices: readonly (readonly [value: T, words: string])[];
  readonly onChoose: (value: T) => void;
}) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <select
        id={id}
        class="input"
        value={props.value}
        onChange={(event) => {
          const chosen = props.choices.find(([value]) => value === event.currentTarget.value);
          if (chosen !== undefined) props.onChoose(chosen[0]);
        }}
      >
        {props.choices.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What somebody may do on the page. */
export function RoleField({ role }: { readonly role: Signal<UserView["role"]> }) {
  return (
    <SelectField
      label={t("users.role")}
      value={role.value}
      choices={[
        ["viewer", t("role.viewer")],
        ["admin", t("role.admin")],
      ]}
      onChoose={(chosen) => (role.value = chosen)}
    />
  );
}

/** Yes or no. */
export function CheckField({ label, value }: { readonly label: string; readonly value: Signal<boolean> }) {
  return (
    <label class="check">
      <input type="checkbox" checked={value} onChange={(event) => (value.value = event.currentTarget.checked)} />
      {label}
    </label>
  );
}

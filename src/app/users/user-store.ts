/** Users in the text of a configuration, and their changes through whoever changes configurations. */
import type { ConfigStore } from "#config/store/config-store.ts";
import { editYaml, plainValues } from "#config/store/yaml-editor.ts";
import type { PlainValue } from "#config/store/yaml-editor.ts";
import type { UserStore } from "./accounts.ts";
import type { WrittenUser } from "./written-user.ts";

const KEY = "authInternalUsers";

/** `text` with other users; what `edit` gets are the entries as they are written. */
export function editUsers(text: string, edit: (written: readonly WrittenUser[]) => readonly WrittenUser[]): string {
  const root = plainValues(text);
  const list = isMap(root) ? root[KEY] : undefined;
  const written = Array.isArray(list) ? list.filter(isMap) : [];
  return editYaml(text, [{ kind: "set", at: [KEY], value: edit(written) as readonly PlainValue[] }]); // scalars, lists and maps
}

/** Keeps users in the configuration. */
export function usersIn(store: Pick<ConfigStore, "change">): UserStore {
  return {
    change: async (edit) => {
      await store.change({ by: "api", edit: (before) => editUsers(before.text, edit) });
    },
  };
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

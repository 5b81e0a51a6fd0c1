/** Edit a camera: its name for people, address, password, sub-stream, order; switched off for a while, or deleted. */
import { useSignal } from "@preact/signals";
import type { CameraChange, CameraView } from "#api/contract/cameras.ts";
import type { ConfigChange } from "#api/contract/config.ts";
import type { BoxState } from "../box/apply-change.ts";
import { askBox } from "../box/client.ts";
import type { Ask } from "../box/client.ts";
import { navigate } from "../browser/router.ts";
import { cameraAddress } from "../browser/routes.ts";
import { CheckField, SelectField, TextField } from "../components/field.tsx";
import { Notice } from "../components/notice.tsx";
import { RefusalNotice } from "../components/refusal.tsx";
import type { Refusal } from "../components/refusal.tsx";
import { ConfirmButton } from "../components/sheet.tsx";
import { t } from "../i18n/text.ts";
import { cameraChange } from "./camera-change.ts";
import { isPathName } from "./path-name.ts";

/** The page that changes a camera. */
export function EditPage({ state, name }: { readonly state: BoxState; readonly name: string }) {
  const camera = state.cameras.find((candidate) => candidate.name === name);
  if (camera === undefined) return <p class="empty">{t("camera.gone", { name })}</p>;
  return (
    <div class="stack narrow">
      <div class="title">
        <a href={cameraAddress(name)} class="back">
          {camera.label}
        </a>
        <h1>{t("edit.title")}</h1>
      </div>
      <EditForm state={state} camera={camera} />
      <OrderForm state={state} camera={camera} />
      <DeleteForm camera={camera} />
    </div>
  );
}

function EditForm({ state, camera }: { readonly state: BoxState; readonly camera: CameraView }) {
  const { source } = camera;
  const label = useSignal(camera.label === camera.name ? "" : camera.label);
  const pathName = useSignal(camera.name);
  const address = useSignal(source.address ?? "");
  const user = useSignal(source.user ?? "");
  const password = useSignal("");
  const subStream = useSignal(camera.subStream ?? "");
  const enabled = useSignal(camera.enabled);
  const saving = useSaving();
  const wrong = isPathName(pathName.value) ? undefined : t("add.name-wrong");
  const others = state.cameras.filter((other) => other.name !== camera.name && other.subStream === null && !other.demo);
  const save = async (): Promise<void> => {
    const change: CameraChange = cameraChange(camera, {
      label: label.value.trim(),
      name: pathName.value,
      address: address.value.trim(),
      user: user.value,
      password: password.value,
      subStream: subStream.value,
      enabled: enabled.value,
    });
    if (await saving.run(addressOf(camera), { method: "PATCH", body: change })) navigate(cameraAddress(pathName.value));
  };
  return (
    <form
      class="panel stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (wrong === undefined) void save();
      }}
    >
      <TextField label={t("add.label")} hint={t("add.label-hint")} value={label} placeholder={camera.name} />
      <TextField
        label={t("add.name")}
        hint={t("add.name-hint", { name: pathName.value })}
        value={pathName}
        required
        wrong={wrong}
      />
      {source.kind === "pull" && (
        <>
          <TextField label={t("add.address")} value={address} required />
          <div class="pair">
            <TextField label={t("add.user")} value={user} />
            <TextField
              label={t("user.password")}
              hint={source.hasPassword ? t("edit.password-kept") : t("edit.password-none")}
              value={password}
              type="password"
            />
          </div>
        </>
      )}
      {others.length > 0 && (
        <SelectField
          label={t("edit.sub-stream")}
          value={subStream.value}
          choices={[["", t("edit.sub-stream-none")], ...others.map((other) => [other.name, other.label] as const)]}
          onChoose={(chosen) => (subStream.value = chosen)}
        />
      )}
      <CheckField label={t("edit.enabled")} value={enabled} />
      {saving.refused.value !== undefined && <RefusalNotice answer={saving.refused.value} />}
      <div class="row">
        <button type="submit" class="button main" disabled={saving.busy.value || wrong !== undefined}>
          {t("save")}
        </button>
        <a class="button" href={cameraAddress(camera.name)}>
          {t("cancel")}
        </a>
      </div>
    </form>
  );
}

function OrderForm({ state, camera }: { readonly state: BoxState; readonly camera: CameraView }) {
  const saving = useSaving();
  const names = state.cameras.filter((other) => other.entry === other.name && !other.demo).map((other) => other.name);
  const at = names.indexOf(camera.name);
  const move = (by: -1 | 1): void => {
    const order = names.filter((name) => name !== camera.name);
    order.splice(at + by, 0, camera.name);
    void saving.run("/api/camera-order", { method: "PUT", body: { names: order } });
  };
  return (
    <section class="panel stack">
      <h2>{t("edit.order")}</h2>
      <p class="quiet figures">{t("edit.position", { position: at + 1, count: names.length })}</p>
      {saving.refused.value !== undefined && <RefusalNotice answer={saving.refused.value} />}
      <div class="row">
        <button type="button" class="button" disabled={at <= 0 || saving.busy.value} onClick={() => move(-1)}>
          {t("edit.earlier")}
        </button>
        <button
          type="button"
          class="button"
          disabled={at < 0 || at === names.length - 1 || saving.busy.value}
          onClick={() => move(1)}
        >
          {t("edit.later")}
        </button>
      </div>
    </section>
  );
}

function DeleteForm({ camera }: { readonly camera: CameraView }) {
  const asking = useSignal(false);
  const saving = useSaving();
  const remove = async (): Promise<void> => {
    if (await saving.run(addressOf(camera), { method: "DELETE" })) navigate("/");
  };
  return (
    <section class="panel stack">
      <h2>{t("edit.delete-title")}</h2>
      <Notice tone="notice">{t("edit.delete-note")}</Notice>
      {saving.refused.value !== undefined && <RefusalNotice answer={saving.refused.value} />}
      <div class="row">
        <ConfirmButton
          label={t("edit.delete")}
          question={t("edit.delete-question", { name: camera.label })}
          confirm={t("edit.delete-confirm")}
          danger
          open={asking}
          onConfirm={() => void remove()}
        />
      </div>
    </section>
  );
}

function addressOf(camera: CameraView): string {
  return `/api/cameras/${encodeURIComponent(camera.name)}`;
}

/** A write to the box: whether it is under way, and what it was refused with. */
function useSaving() {
  const busy = useSignal(false);
  const refused = useSignal<Refusal | undefined>(undefined);
  const run = async (path: string, ask: Ask): Promise<boolean> => {
    busy.value = true;
    const answer = await askBox<ConfigChange>(path, ask);
    busy.value = false;
    refused.value = answer.kind === "ok" ? undefined : answer;
    return answer.kind === "ok";
  };
  return { busy, refused, run };
}

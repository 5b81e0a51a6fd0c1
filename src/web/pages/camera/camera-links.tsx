/**
 * Addresses of a camera's stream for other programs and devices: copied, or read from a QR code. On a box with users they can
 * hold a token, for players that can't log in.
 */
import { useSignal } from "@preact/signals";
import type { CameraView } from "#api/contract/cameras.ts";
import type { ServicePorts } from "#api/contract/device.ts";
import type { MadeToken, NewToken } from "#api/contract/session.ts";
import { askBox } from "../../box/client.ts";
import { CopyRow } from "../../components/copy-row.tsx";
import { Notice } from "../../components/notice.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { t } from "../../i18n/text.ts";
import { useSession } from "../../session/session.ts";
import { streamLinks } from "./stream-links.ts";

/** Tokens' names are held to this. */
const MAX_NAME = 64;

/** The list of addresses. */
export function CameraLinks({ camera, ports }: { readonly camera: CameraView; readonly ports: ServicePorts }) {
  const { hostname, protocol, origin } = location;
  const session = useSession();
  const token = useSignal<string | undefined>(undefined);
  const refused = useSignal<Refusal | undefined>(undefined);
  const links = streamLinks(camera.name, ports, { hostname, origin, secure: protocol === "https:", token: token.value });
  const makeToken = async (): Promise<void> => {
    const name = t("links.token-name", { name: camera.label }).slice(0, MAX_NAME);
    const body: NewToken = { name, role: "viewer", days: 0 };
    const answer = await askBox<MadeToken>("/api/tokens", { method: "POST", body });
    refused.value = answer.kind === "ok" ? undefined : answer;
    if (answer.kind === "ok") token.value = answer.value.token;
  };
  return (
    <section class="panel stack">
      <h2>{t("links.title")}</h2>
      {token.value !== undefined && <Notice tone="ok">{t("links.token-made")}</Notice>}
      <ul>
        {links.map(({ kind, address }) => (
          <CopyRow key={kind} name={t(`links.${kind}`)} address={address} />
        ))}
      </ul>
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      {session.isAdmin && session.user !== null && token.value === undefined && (
        <div class="row">
          <button type="button" class="button" onClick={() => void makeToken()}>
            {t("links.token")}
          </button>
          <span class="quiet small note">{t("links.token-note")}</span>
        </div>
      )}
      {camera.subStream !== null && <p class="quiet small">{t("links.sub-stream", { name: camera.subStream })}</p>}
    </section>
  );
}

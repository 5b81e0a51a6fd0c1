/** Addresses of a camera's stream for other programs and devices: copied, or read from a QR code. */
import type { CameraView } from "#api/contract/cameras.ts";
import type { ServicePorts } from "#api/contract/device.ts";
import { CopyRow } from "../../components/copy-row.tsx";
import { t } from "../../i18n/text.ts";
import { streamLinks } from "./stream-links.ts";

/** The list of addresses. */
export function CameraLinks({ camera, ports }: { readonly camera: CameraView; readonly ports: ServicePorts }) {
  const { hostname, protocol, origin } = location;
  const links = streamLinks(camera.name, ports, { hostname, origin, secure: protocol === "https:" });
  return (
    <section class="panel stack">
      <h2>{t("links.title")}</h2>
      <ul>
        {links.map(({ kind, address }) => (
          <CopyRow key={kind} name={t(`links.${kind}`)} address={address} />
        ))}
      </ul>
      {camera.subStream !== null && <p class="quiet small">{t("links.sub-stream", { name: camera.subStream })}</p>}
    </section>
  );
}

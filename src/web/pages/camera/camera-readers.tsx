/** Who reads a camera: by protocol, with drops and what their player experiences, and a kick that asks once. */
import { useSignal } from "@preact/signals";
import type { CameraDetails } from "#api/contract/cameras.ts";
import type { ReaderView } from "#api/contract/readers.ts";
import { askBox } from "../../box/client.ts";
import { useBox } from "../../box/box.ts";
import { lasting } from "../../components/camera-words.tsx";
import { RefusalNotice } from "../../components/refusal.tsx";
import type { Refusal } from "../../components/refusal.tsx";
import { ConfirmButton } from "../../components/sheet.tsx";
import { formatBytes, formatNumber, formatSeconds } from "../../i18n/format.ts";
import { language, t } from "../../i18n/text.ts";

/** The table of readers. */
export function CameraReaders({ details }: { readonly details: CameraDetails | undefined }) {
  const refused = useSignal<Refusal | undefined>(undefined);
  if (details === undefined) return <section class="panel empty">{t("loading")}</section>;
  const { readerList } = details;
  const heads = ["readers.who", "readers.how", "readers.since", "readers.sent", "readers.drops", "readers.experience"] as const;
  return (
    <section class="panel stack">
      <h2>{t("readers.title", { count: readerList.length })}</h2>
      {refused.value !== undefined && <RefusalNotice answer={refused.value} />}
      {readerList.length === 0 && <p class="quiet">{t("readers.none")}</p>}
      {readerList.length > 0 && (
        <div class="table-box">
          <table class="table">
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head} scope="col">
                    {t(head)}
                  </th>
                ))}
                <th scope="col">
                  <span class="unseen">{t("readers.kick")}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {readerList.map((reader) => (
                <ReaderRow key={reader.id} reader={reader} onRefused={(answer) => (refused.value = answer)} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function ReaderRow(props: { readonly reader: ReaderView; readonly onRefused: (answer: Refusal | undefined) => void }) {
  const box = useBox();
  const asking = useSignal(false);
  const { reader } = props;
  const spoken = language.value;
  const who = reader.user === "" ? reader.address : `${reader.user} · ${reader.address}`;
  const how = reader.transport === null ? reader.protocol : `${reader.protocol} · ${reader.transport}`;
  const kick = async (): Promise<void> => {
    const answer = await askBox(`/api/readers/${encodeURIComponent(reader.id)}/kick`, { method: "POST" });
    // Somebody who has just left by himself is what was wished.
    props.onRefused(answer.kind === "ok" || (answer.kind === "refused" && answer.status === 404) ? undefined : answer);
  };
  return (
    <tr>
      <td data-label={t("readers.who")} title={reader.userAgent}>
        {who === "" ? t("readers.internal") : who}
      </td>
      <td data-label={t("readers.how")}>{how.toUpperCase()}</td>
      <td data-label={t("readers.since")}>{lasting(reader.since, box.now)}</td>
      <td data-label={t("readers.sent")}>{formatBytes(reader.outboundBytes, spoken)}</td>
      <td data-label={t("readers.drops")}>{formatNumber(reader.drops + reader.reportedLost, spoken)}</td>
      <td data-label={t("readers.experience")}>{experienceOf(reader)}</td>
      <td>
        <ConfirmButton
          label={t("readers.kick")}
          question={t("readers.kick-question", { who })}
          confirm={t("readers.kick-confirm")}
          open={asking}
          onConfirm={() => void kick()}
        />
      </td>
    </tr>
  );
}

function experienceOf({ experience }: ReaderView): string {
  if (experience === null) return t("none");
  const { firstPictureMs, stalls, errors } = experience;
  const first = firstPictureMs === null ? undefined : t("readers.first", { time: formatSeconds(firstPictureMs, language.value) });
  const stalled = stalls === 0 ? undefined : t("readers.stalls", { count: stalls });
  const failed = errors === 0 ? undefined : t("readers.errors", { count: errors });
  const words = [first, stalled, failed].filter((word) => word !== undefined).join(" · ");
  return words === "" ? t("none") : words;
}

/** The doctor: looks for what commonly goes wrong when somebody asks it to. What isn't well comes first, with what to do. */
import { useSignal } from "@preact/signals";
import type { DoctorFinding, DoctorReport } from "#api/contract/doctor.ts";
import { useBox } from "../box/box.ts";
import { askBox } from "../box/client.ts";
import { said } from "../components/camera-words.tsx";
import { Mark } from "../components/mark.tsx";
import { Notice } from "../components/notice.tsx";
import { RefusalNotice, type Refusal } from "../components/refusal.tsx";
import { formatMoment, formatNumber } from "../i18n/format.ts";
import { language, t, tOr } from "../i18n/text.ts";

/** The box gives up after three minutes. */
const PATIENCE_MS = 200_000;

type Look =
  | { readonly kind: "none" }
  | { readonly kind: "looking" }
  | { readonly kind: "refused"; readonly answer: Refusal }
  | { readonly kind: "through"; readonly report: DoctorReport };

/** The section of the device's page. */
export function Doctor() {
  const look = useSignal<Look>({ kind: "none" });
  const run = async (): Promise<void> => {
    look.value = { kind: "looking" };
    const answer = await askBox<DoctorReport>("/api/doctor", { method: "POST", timeoutMs: PATIENCE_MS });
    look.value = answer.kind === "ok" ? { kind: "through", report: answer.value } : { kind: "refused", answer };
  };
  const looking = look.value.kind === "looking";
  return (
    <section class="panel stack" id="doctor">
      <h2>{t("doctor.title")}</h2>
      <p class="quiet">{t("doctor.what")}</p>
      <div class="row">
        <button type="button" class="button" disabled={looking} onClick={() => void run()}>
          {looking ? t("doctor.looking") : t(look.value.kind === "none" ? "doctor.run" : "doctor.again")}
        </button>
      </div>
      <Outcome look={look.value} />
    </section>
  );
}

function Outcome({ look }: { readonly look: Look }) {
  switch (look.kind) {
    case "none":
      return null;
    case "looking":
      return (
        <p class="quiet" role="status">
          {t("doctor.patience")}
        </p>
      );
    case "refused":
      return <RefusalNotice answer={look.answer} />;
    case "through":
      return <Report report={look.report} />;
  }
}

function Report({ report }: { readonly report: DoctorReport }) {
  const { findings, at, tookMs } = report;
  const box = useBox();
  const spoken = language.value;
  const unwell = [...findings.filter(({ state }) => state === "failed"), ...findings.filter(({ state }) => state === "warning")];
  const well = findings.filter(({ state }) => state === "ok");
  const seconds = formatNumber(Math.ceil(tookMs / 1000), spoken);
  return (
    <>
      <p class="figures" role="status">
        {t(unwell.length === 0 ? "doctor.all-well" : "doctor.found", { count: unwell.length })}{" "}
        <span class="quiet small">{t("doctor.when", { time: formatMoment(at, box.now, spoken), seconds })}</span>
      </p>
      {unwell.map((finding) => (
        <Unwell key={`${finding.subject} ${finding.code ?? ""}`} finding={finding} />
      ))}
      <ul class="findings">
        {well.map((finding) => (
          <li key={finding.subject}>
            <Mark name="live" />
            <span>
              {subjectOf(finding)}
              {t("colon")}
              <span class="quiet">{said(finding.text)}</span>
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

function Unwell({ finding }: { readonly finding: DoctorFinding }) {
  const { state, text, remedy, command, code } = finding;
  return (
    <Notice tone={state === "failed" ? "problem" : "notice"}>
      <div>
        <strong>{subjectOf(finding)}</strong>
        {t("colon")}
        {said(text)}
      </div>
      {remedy !== null && <div class="quiet">{said(remedy)}</div>}
      {command !== null && <code class="command">{command}</code>}
      <div class="quiet small">{code}</div>
    </Notice>
  );
}

/** `port 8554/tcp`: what it is in the language of the page, which one as it is. */
function subjectOf({ subject }: DoctorFinding): string {
  const [kind = "", ...which] = subject.split(" ");
  return [tOr(`doctor.of.${kind}`, kind), ...which].join(" ");
}

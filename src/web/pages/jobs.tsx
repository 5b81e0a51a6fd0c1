/** The schedule on the device's page: what is done when, and how it went the last time. Nothing where there is no schedule. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { JobList, JobView } from "#api/contract/jobs.ts";
import { askBox } from "../box/client.ts";
import { useBox } from "../box/box.ts";
import { browserClock } from "../browser/clock.ts";
import { said } from "../components/camera-words.tsx";
import { formatMoment } from "../i18n/format.ts";
import { language, t } from "../i18n/text.ts";

const PERIOD_MS = 30_000;

/** See the head of this file. */
export function Jobs() {
  const jobs = useSignal<readonly JobView[]>([]);
  useEffect(() => {
    const look = async (): Promise<void> => {
      const answer = await askBox<JobList>("/api/jobs");
      if (answer.kind === "ok") jobs.value = answer.value.jobs;
    };
    void look();
    const timer = browserClock.every(PERIOD_MS, () => void look());
    return () => timer.cancel();
  }, []);
  if (jobs.value.length === 0) return null;
  return (
    <section class="panel stack">
      <h2>{t("jobs.title")}</h2>
      <dl class="facts">
        {jobs.value.map((job) => (
          <Job key={job.name} job={job} />
        ))}
      </dl>
    </section>
  );
}

function Job({ job }: { readonly job: JobView }) {
  const box = useBox();
  const spoken = language.value;
  const moment = (at: number): string => formatMoment(at, box.now, spoken);
  const { last, next, camera, running } = job;
  const failure = last?.failure ?? null;
  return (
    <>
      <dt>
        {t(`jobs.${job.job}`)}
        {camera === null ? "" : ` ${camera}`}
      </dt>
      <dd>
        {running ? t("jobs.running") : next === null ? t("jobs.never") : t("jobs.next", { time: moment(next) })}
        {last !== null && ` · ${t(failure === null ? "jobs.done" : "jobs.failed", { time: moment(last.at) })}`}
        {failure !== null && <span class="quiet small"> {said(failure.text)}</span>}
      </dd>
    </>
  );
}

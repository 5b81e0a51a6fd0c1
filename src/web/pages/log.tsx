/** The log: what happened, in words, and for admins the raw lines; filtered, paused, downloaded. */
import { useSignal } from "@preact/signals";
import type { EventRecord } from "#api/contract/events.ts";
import type { BoxState } from "../box/apply-change.ts";
import { useBox } from "../box/box.ts";
import { Mark } from "../components/mark.tsx";
import { formatMoment } from "../i18n/format.ts";
import { language, t } from "../i18n/text.ts";
import { useSession } from "../session/session.ts";
import { cameraOfEvent, eventWords, markOfEvent } from "./event-words.ts";
import { LogTools } from "./log-tools.tsx";
import { RawLog } from "./raw-log.tsx";

type Tab = "events" | "raw";

/** The log page. */
export function LogPage({ state }: { readonly state: BoxState }) {
  const { isAdmin } = useSession();
  const tab = useSignal<Tab>("events");
  const tabs: readonly Tab[] = isAdmin ? ["events", "raw"] : ["events"];
  return (
    <>
      <div class="section-head">
        <h1>{t("nav.log")}</h1>
        {tabs.length > 1 && (
          <div class="row" role="group" aria-label={t("log.kind")}>
            {tabs.map((kind) => (
              <button
                key={kind}
                type="button"
                class="button choice"
                aria-pressed={tab.value === kind}
                onClick={() => (tab.value = kind)}
              >
                {t(`log.${kind}`)}
              </button>
            ))}
          </div>
        )}
      </div>
      {tab.value === "events" ? <Events state={state} /> : <RawLog cameras={state.cameras.map((camera) => camera.name)} />}
    </>
  );
}

function Events({ state }: { readonly state: BoxState }) {
  const wanted = useSignal("");
  const paused = useSignal<readonly EventRecord[] | undefined>(undefined);
  const all = paused.value ?? state.events;
  const shown = all.filter((event) => wanted.value === "" || cameraOfEvent(event) === wanted.value).toReversed();
  return (
    <section class="panel stack">
      <LogTools
        cameras={state.cameras.map((camera) => camera.name)}
        camera={wanted.value}
        onCamera={(name) => (wanted.value = name)}
        paused={paused.value !== undefined}
        onPause={(pause) => (paused.value = pause ? state.events : undefined)}
      />
      {shown.length === 0 && <p class="empty">{t("log.no-events")}</p>}
      <ol class="events">
        {shown.map((event) => (
          <EventLine key={event.id} event={event} state={state} />
        ))}
      </ol>
    </section>
  );
}

function EventLine({ event, state }: { readonly event: EventRecord; readonly state: BoxState }) {
  const box = useBox();
  const label = state.cameras.find((camera) => camera.name === cameraOfEvent(event))?.label ?? cameraOfEvent(event);
  return (
    <li class="event" data-mark={markOfEvent(event)}>
      <time class="quiet small figures" dateTime={new Date(event.at).toISOString()}>
        {formatMoment(event.at, box.now, language.value)}
      </time>
      <span class="state" data-mark={markOfEvent(event)}>
        <Mark name={markOfEvent(event)} />
      </span>
      <span class="words">{eventWords(event, label ?? "")}</span>
    </li>
  );
}

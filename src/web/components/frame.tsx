/** The frame around every page: name, navigation, language, and the word that the box can't be heard. */
import type { ComponentChildren } from "preact";
import { useBox } from "../box/box.ts";
import { route } from "../browser/router.ts";
import type { Route } from "../browser/routes.ts";
import type { MessageKey } from "../i18n/en.ts";
import { formatMoment } from "../i18n/format.ts";
import { chooseLanguage, language, t } from "../i18n/text.ts";
import { Notice } from "./notice.tsx";

interface NavigationItem {
  readonly address: string;
  readonly words: MessageKey;
  readonly pages: readonly Route["page"][];
  readonly adminOnly?: true;
}

const navigation: readonly NavigationItem[] = [
  { address: "/", words: "nav.cameras", pages: ["home", "camera", "add", "edit"] },
  { address: "/device", words: "nav.device", pages: ["device"] },
  { address: "/log", words: "nav.log", pages: ["log"] },
  { address: "/settings", words: "nav.settings", pages: ["settings"] },
];

/** Header, navigation and content. */
export function Frame({ children }: { readonly children: ComponentChildren }) {
  const box = useBox();
  const lost = box.reachable.value === false;
  return (
    <div class={lost ? "frame unreachable" : "frame"}>
      <Header site={box.state.value?.device.host}>
        <nav class="nav" aria-label={t("nav.label")}>
          {navigation.map(({ address, words, pages }) => (
            <a key={address} href={address} aria-current={pages.includes(route.value.page) ? "page" : undefined}>
              {t(words)}
            </a>
          ))}
        </nav>
      </Header>
      <main class="content" id="content" tabIndex={-1}>
        {lost && <LostNotice />}
        {children}
      </main>
    </div>
  );
}

/** Name and language; the navigation between them, where there is one. */
export function Header({ site, children }: { readonly site: string | undefined; readonly children?: ComponentChildren }) {
  const other = language.value === "zh" ? "en" : "zh";
  return (
    <header class="header">
      <a class="skip" href="#content" onClick={skipToContent}>
        {t("nav.skip")}
      </a>
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="24" height="24" />
        <span>{t("brand")}</span>
        {site !== undefined && <span class="site">{site}</span>}
      </a>
      {children}
      <button type="button" class="button plain" lang={other} onClick={() => chooseLanguage(other)}>
        {t("language.other")}
      </button>
    </header>
  );
}

function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById("content")?.focus();
}

function LostNotice() {
  const box = useBox();
  const last = box.lastWordAt.value;
  return (
    <div class="lost">
      <Notice tone="problem" announce>
        <strong>{t("truth.unreachable")}</strong>
        {last !== undefined && <div>{t("truth.last-word", { time: formatMoment(last, box.now, language.value) })}</div>}
        <div class="quiet">{t("truth.unreachable-hint")}</div>
      </Notice>
    </div>
  );
}

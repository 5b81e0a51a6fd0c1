/** Chooses what is shown: login and claim before anything else, then the page of the address. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import type { BoxState } from "./box/apply-change.ts";
import { useBox } from "./box/box.ts";
import { navigate, route } from "./browser/router.ts";
import { Frame, Header } from "./components/frame.tsx";
import { Notice } from "./components/notice.tsx";
import { language, t } from "./i18n/text.ts";
import { AddPage } from "./pages/add.tsx";
import { CameraPage } from "./pages/camera/camera-page.tsx";
import { ClaimPage } from "./pages/claim.tsx";
import { DevicePage } from "./pages/device.tsx";
import { EditPage } from "./pages/edit.tsx";
import { HomePage } from "./pages/home/home-page.tsx";
import { LogPage } from "./pages/log.tsx";
import { LoginPage } from "./pages/login.tsx";
import { SettingsPage } from "./pages/settings/settings-page.tsx";
import { useSession } from "./session/session.ts";

/** The whole page. */
export function Page() {
  const session = useSession();
  const box = useBox();
  const state = session.state.value;
  const shown = route.value;
  const isOpen = state.kind === "open";
  const camera = shown.page === "camera" ? shown.camera : undefined;
  useEffect(() => {
    if (isOpen) box.follow(camera);
    else box.leave();
  }, [isOpen, camera]);
  useEffect(() => {
    if (state.kind !== "unreachable") return undefined;
    const timer = box.clock.every(RETRY_MS, () => void session.refresh());
    return () => timer.cancel();
  }, [state.kind]);
  useTitle();

  switch (state.kind) {
    case "asking":
      return <Alone>{null}</Alone>;
    case "unreachable":
      return (
        <Alone>
          <Notice tone="problem" announce>
            <strong>{t("truth.unreachable")}</strong>
            <div class="quiet">{t("truth.unreachable-hint")}</div>
          </Notice>
        </Alone>
      );
    case "claim":
      return (
        <Alone>
          <ClaimPage />
        </Alone>
      );
    case "login":
      return (
        <Alone>
          <LoginPage />
        </Alone>
      );
    case "open":
      return <Frame>{contentOf(box.state.value)}</Frame>;
  }
}

/** From one try to reach the box to the next. */
const RETRY_MS = 2000;

function Alone({ children }: { readonly children: JSX.Element | null }) {
  return (
    <div class="frame">
      <Header site={undefined} />
      <main class="content alone" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

function contentOf(state: BoxState | undefined): JSX.Element {
  if (state === undefined) return <p class="empty">{t("loading")}</p>;
  const shown = route.value;
  switch (shown.page) {
    case "home":
      return <HomePage state={state} />;
    case "camera":
      return <CameraPage key={shown.camera} state={state} name={shown.camera} />;
    case "edit":
      return <EditPage key={shown.camera} state={state} name={shown.camera} />;
    case "add":
      return <AddPage state={state} />;
    case "device":
      return <DevicePage state={state} />;
    case "log":
      return <LogPage state={state} />;
    case "settings":
      return <SettingsPage state={state} />;
    case "nowhere":
      return (
        <div class="empty stack">
          <h1>{t("nowhere.title")}</h1>
          <p>
            <button type="button" class="button" onClick={() => navigate("/")}>
              {t("nowhere.home")}
            </button>
          </p>
        </div>
      );
  }
}

/** The browser's tab says where one is. */
function useTitle(): void {
  const shown = route.value;
  const spoken = language.value;
  useEffect(() => {
    const where = shown.page === "camera" || shown.page === "edit" ? shown.camera : t(`title.${shown.page}`);
    document.title = `${where} – ${t("brand")}`;
  }, [shown, spoken]);
}

/** Starts the page: what it is made of is put together here and nowhere else. */
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/parts.css";
import "./styles/live.css";
import "./styles/text.css";
import { render } from "preact";
import { Box, BoxProvider } from "./box/box.ts";
import { browserClock } from "./browser/clock.ts";
import { startRouter } from "./browser/router.ts";
import { startTheme } from "./browser/theme.ts";
import { applyLanguage } from "./i18n/text.ts";
import { createLiveServices, LiveProvider } from "./live/live-context.ts";
import { Page } from "./page.tsx";
import { Session, SessionProvider } from "./session/session.ts";

startTheme();
applyLanguage();
startRouter();

const session = new Session();
const box = new Box({
  clock: browserClock,
  openStream: (address) => new EventSource(address),
  onLost: () => void session.refresh(),
});
const live = createLiveServices(browserClock);
const root = document.getElementById("page");
if (root !== null) {
  render(
    <SessionProvider value={session}>
      <BoxProvider value={box}>
        <LiveProvider value={live}>
          <Page />
        </LiveProvider>
      </BoxProvider>
    </SessionProvider>,
    root,
  );
}
void session.refresh();

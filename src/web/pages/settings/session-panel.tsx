/** Who is logged in here: out here, out everywhere, or in at all. */
import { t } from "../../i18n/text.ts";
import { useSession } from "../../session/session.ts";

/** The panel. */
export function SessionPanel() {
  const session = useSession();
  const { user, isAdmin } = session;
  return (
    <section class="panel stack">
      <h2>{t("session.title")}</h2>
      {user === null && <p>{t(isAdmin ? "session.anonymous" : "session.open")}</p>}
      {user === null && !isAdmin && (
        <div class="row">
          <button type="button" class="button" onClick={() => session.askForLogin()}>
            {t("session.enter")}
          </button>
        </div>
      )}
      {user !== null && (
        <>
          <p>{t("session.user", { user, role: t(isAdmin ? "role.admin" : "role.viewer") })}</p>
          <div class="row">
            <button type="button" class="button" onClick={() => void session.logout(false)}>
              {t("session.leave")}
            </button>
            <button type="button" class="button" onClick={() => void session.logout(true)}>
              {t("session.leave-everywhere")}
            </button>
          </div>
        </>
      )}
    </section>
  );
}

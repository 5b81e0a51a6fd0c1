/** Style sheet of the pages: the player's, and the buttons of the publisher. */
import { PLAYER_STYLE } from "#base/pages/player-page.ts";

/** The style sheet. */
export const STYLE = `${PLAYER_STYLE}#actions { position: fixed; left: 16px; right: 16px; bottom: 16px; margin: 0; text-align: center; }
button { font: inherit; min-height: 44px; padding: 8px 16px; border: 1px solid #5c6868; border-radius: 6px; background: #1c2222; color: inherit; }
button:focus-visible { outline: 2px solid #7fd6c8; outline-offset: 2px; }
`;

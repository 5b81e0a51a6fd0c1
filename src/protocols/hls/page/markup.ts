/** Markup of the player page; what it says is put in by the script, in the browser's language. */
import { playerPage } from "#base/pages/player-page.ts";

/** The page. */
export const PAGE = playerPage({
  style: "hls-player.css",
  scripts: '<script defer src="hls.min.js"></script>\n<script defer src="hls-player.js"></script>',
  attributes: "autoplay muted playsinline controls",
});

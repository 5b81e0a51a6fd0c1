/** Markup of the pages; what it says is put in by the script, in the browser's language. */
import { playerPage } from "#base/pages/player-page.ts";

const style = "webrtc-style.css";

/** The player. */
export const PLAYER_PAGE = playerPage({
  style,
  scripts: '<script type="module" src="webrtc-player.js"></script>',
  attributes: "autoplay muted playsinline controls",
});

/** Publishing from the browser's camera or screen. */
export const PUBLISH_PAGE = playerPage({
  style,
  scripts: '<script type="module" src="webrtc-publish.js"></script>',
  attributes: "autoplay muted playsinline",
  below: `<p id="actions"><button id="camera" type="button"></button> <button id="screen" type="button"></button> <button id="stop" type="button" hidden></button></p>
`,
});

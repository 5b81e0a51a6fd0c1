/**
 * Script of the player page: plays by hls.js, or by the browser itself where that has no Media Source Extensions, says in
 * plain words why there is no picture, and tries again by itself. The address's query goes along (tokens); `controls`, `muted`,
 * `autoplay`, `playsInline` and `disablepictureinpicture` of it set the player up, as in MediaMTX's page.
 */
import { PLAYER_SCRIPT } from "#base/pages/player-page.ts";

/** The script. */
export const SCRIPT = `"use strict";
const words = {
  en: {
    connecting: "Connecting…",
    noStream: "No stream here right now. Trying again…",
    unknown: "There is no camera of this name.",
    refused: "You may not watch this camera.",
    codec: "This browser can't play the camera's video or audio format.",
    lost: "Connection lost. Trying again…",
    click: "Press play to start.",
  },
  zh: {
    connecting: "正在连接…",
    noStream: "当前没有视频流，正在重试…",
    unknown: "没有这个名称的摄像机。",
    refused: "您无权观看此摄像机。",
    codec: "此浏览器无法播放该摄像机的视频或音频格式。",
    lost: "连接中断，正在重试…",
    click: "请按播放键开始。",
  },
};
${PLAYER_SCRIPT}const source = "index.m3u8" + location.search;
const RETRY_MS = 2000;

/* What the server says of the stream; plainer than what a player makes of it. */
async function reason() {
  try {
    const reply = await fetch(source, { cache: "no-store" });
    if (reply.ok) return text.lost;
    if (reply.status === 401 || reply.status === 403) return text.refused;
    const body = await reply.json();
    if (body.code === "path-not-configured" || body.code === "path-name-invalid") return text.unknown;
    if (body.code === "path-no-stream" || body.code === "path-source-timeout") return text.noStream;
    return body[language] ?? body.error ?? text.noStream;
  } catch {
    return text.lost;
  }
}

function begin() {
  video.play().catch(() => {
    show(text.click);
  });
}

function playByLibrary() {
  const hls = new Hls({ lowLatencyMode: true, maxLiveSyncPlaybackRate: 1.5, backBufferLength: 30 });
  hls.on(Hls.Events.ERROR, async (_, data) => {
    if (!data.fatal) return;
    hls.destroy();
    const isCodec = data.details === "manifestIncompatibleCodecsError" || data.details === "bufferAddCodecError";
    show(isCodec ? text.codec : await reason());
    setTimeout(playByLibrary, RETRY_MS);
  });
  hls.on(Hls.Events.MANIFEST_PARSED, begin);
  /* For tools that look at the page: how far behind it is. */
  window.sluicePlayer = hls;
  hls.loadSource(source);
  hls.attachMedia(video);
  /* After a pause, go on with what is live. */
  video.onplay = () => {
    if (hls.liveSyncPosition) video.currentTime = Math.max(video.currentTime, hls.liveSyncPosition);
  };
}

function playByBrowser() {
  video.src = source;
  video.onerror = async () => {
    show(await reason());
    setTimeout(playByBrowser, RETRY_MS);
  };
  begin();
}

show(text.connecting);
video.addEventListener("playing", () => {
  show("");
  window.sluiceFirstPicture ??= performance.now();
});
if (window.Hls !== undefined && Hls.isSupported()) playByLibrary();
else playByBrowser();
`;

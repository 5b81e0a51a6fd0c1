/**
 * Script of the player page: offers, plays, and connects again by itself. The address's query goes along (tokens), and
 * `controls`, `muted`, `autoplay` and `playsInline` of it set the player up, as in MediaMTX's page.
 */
import { PLAYER_SCRIPT } from "#base/pages/player-page.ts";

/** The script. */
export const SCRIPT = String.raw`const words = {
  en: { connecting: "Connecting…", lost: "Connection lost. Connecting again…" },
  zh: { connecting: "正在连接…", lost: "连接中断，正在重新连接…" },
};
${PLAYER_SCRIPT}const endpoint = new URL("whep", location.href);
endpoint.search = location.search;
let session = null;
let connection = null;
let wait = 1000;

function parseLinks(header) {
  return (header ?? "").split(/,\s*(?=<)/).filter((link) => link.includes('rel="ice-server"')).map((link) => {
    const value = (name) => new RegExp(name + '="((?:\\\\.|[^"\\\\])*)"').exec(link)?.[1]?.replace(/\\(.)/g, "$1");
    return { urls: [/<([^>]*)>/.exec(link)?.[1] ?? ""], username: value("username"), credential: value("credential") };
  });
}

/* Stereo has to be asked for. */
function withStereo(sdp) {
  const opus = /a=rtpmap:(\d+) opus\/48000\/2/i.exec(sdp)?.[1];
  return opus === undefined ? sdp : sdp.replace(new RegExp("(a=fmtp:" + opus + " [^\\r\\n]*)"), "$1;stereo=1;sprop-stereo=1");
}

function gathered(pc) {
  if (pc.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 300);
    pc.addEventListener("icegatheringstatechange", () => {
      if (pc.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    });
  });
}

async function connect() {
  show(text.connecting);
  const options = await fetch(endpoint, { method: "OPTIONS" });
  const pc = new RTCPeerConnection({ iceServers: parseLinks(options.headers.get("Link")) });
  connection = pc;
  pc.addTransceiver("video", { direction: "recvonly" });
  pc.addTransceiver("audio", { direction: "recvonly" });
  const stream = new MediaStream();
  pc.addEventListener("track", (event) => {
    stream.addTrack(event.track);
    video.srcObject = stream;
  });
  const gone = () => {
    if (connection === pc && ["failed", "closed", "disconnected"].includes(pc.connectionState)) again(text.lost);
    if (pc.connectionState === "connected") { show(""); wait = 1000; }
  };
  pc.addEventListener("connectionstatechange", gone);
  const offer = await pc.createOffer();
  await pc.setLocalDescription({ type: "offer", sdp: withStereo(offer.sdp) });
  if (pc.getConfiguration().iceServers?.length > 0) await gathered(pc);
  const response = await fetch(endpoint, {
    method: "POST",
    headers: { "Content-Type": "application/sdp" },
    body: pc.localDescription.sdp,
  });
  if (response.status !== 201) {
    const problem = await response.json().catch(() => ({ error: String(response.status) }));
    again(language === "zh" ? (problem.zh?.error ?? problem.error) : problem.error);
    return;
  }
  session = new URL(response.headers.get("Location"), endpoint);
  await pc.setRemoteDescription({ type: "answer", sdp: await response.text() });
  /* The server's goodbye: the connection itself would only notice its silence, seconds later. */
  const transport = pc.getReceivers()[0]?.transport;
  transport?.addEventListener("statechange", () => {
    if (connection === pc && transport.state === "closed") again(text.lost);
  });
}

function again(why) {
  show(why);
  connection?.close();
  connection = null;
  session = null;
  setTimeout(start, wait);
  wait = Math.min(wait * 2, 10000);
}

function start() {
  connect().catch((error) => again(error.message));
}

addEventListener("pagehide", () => {
  if (session !== null) fetch(session, { method: "DELETE", keepalive: true });
});
start();
`;

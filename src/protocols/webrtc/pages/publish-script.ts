/** Script of the publish page: the browser's camera with its microphone, or its screen. Browsers allow both only over HTTPS or on the machine itself. */
import { PLAYER_SCRIPT } from "#base/pages/player-page.ts";

/** The script. */
export const PUBLISH_SCRIPT = String.raw`const words = {
  en: { camera: "Camera", screen: "Screen", stop: "Stop", ready: "Choose what to publish.", live: "Publishing.", lost: "Connection lost.", insecure: "The browser gives out its camera only over HTTPS or on this machine itself." },
  zh: { camera: "摄像头", screen: "屏幕", stop: "停止", ready: "请选择要推送的内容。", live: "正在推流。", lost: "连接中断。", insecure: "浏览器仅在 HTTPS 或本机访问时才允许使用摄像头。" },
};
${PLAYER_SCRIPT}const element = (id) => document.getElementById(id);
const endpoint = new URL("whip", location.href);
endpoint.search = location.search;
let connection = null;
let session = null;
let media = null;

function buttons(publishing) {
  element("camera").hidden = publishing;
  element("screen").hidden = publishing;
  element("stop").hidden = !publishing;
}

async function publish(stream) {
  media = stream;
  video.srcObject = stream;
  const pc = new RTCPeerConnection();
  connection = pc;
  for (const track of stream.getTracks()) pc.addTransceiver(track, { direction: "sendonly", streams: [stream] });
  pc.addEventListener("connectionstatechange", () => {
    if (pc.connectionState === "connected") show(text.live);
    if (connection === pc && ["failed", "closed"].includes(pc.connectionState)) stop(text.lost);
  });
  await pc.setLocalDescription(await pc.createOffer());
  const response = await fetch(endpoint, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription.sdp });
  if (response.status !== 201) {
    const problem = await response.json().catch(() => ({ error: String(response.status) }));
    throw new Error(language === "zh" ? (problem.zh?.error ?? problem.error) : problem.error);
  }
  session = new URL(response.headers.get("Location"), endpoint);
  await pc.setRemoteDescription({ type: "answer", sdp: await response.text() });
  buttons(true);
}

function stop(why) {
  if (session !== null) fetch(session, { method: "DELETE", keepalive: true });
  session = null;
  connection?.close();
  connection = null;
  media?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  buttons(false);
  show(why);
}

async function begin(take) {
  try {
    if (navigator.mediaDevices === undefined) throw new Error(text.insecure);
    await publish(await take());
  } catch (error) {
    stop(error.message);
  }
}

for (const id of ["camera", "screen", "stop"]) element(id).textContent = text[id];
element("camera").addEventListener("click", () => begin(() => navigator.mediaDevices.getUserMedia({ video: true, audio: true })));
element("screen").addEventListener("click", () => begin(() => navigator.mediaDevices.getDisplayMedia({ video: true, audio: true })));
element("stop").addEventListener("click", () => stop(text.ready));
addEventListener("pagehide", () => { if (session !== null) fetch(session, { method: "DELETE", keepalive: true }); });
show(text.ready);
`;

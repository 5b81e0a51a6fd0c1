/** Chromium as it is, headless, with a profile of its own; it talks to loopback only. */
import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import type { Cleanup } from "./temp-dir.ts";
import { waitUntil } from "./wait-until.ts";

const EXECUTABLE = "/usr/bin/chromium";
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-features=WebRtcHideLocalIpsWithMdns",
  "--autoplay-policy=no-user-gesture-required",
  "--use-fake-device-for-media-stream",
  "--use-fake-ui-for-media-stream",
];

/** Why tests with Chromium are skipped; false when they aren't. On a build machine they aren't, and fail. */
export function missingChromium(): string | false {
  return existsSync(EXECUTABLE) || (process.env["CI"] ?? "") !== "" ? false : "chromium is not installed";
}

/** Starts it, with `flags` of the test's own; it ends with `t`. */
export async function startChromium(t: Cleanup, flags: readonly string[] = []): Promise<Browser> {
  const browser = await chromium.launch({ executablePath: EXECUTABLE, args: [...FLAGS, ...flags] });
  t.after(() => browser.close());
  return browser;
}

/** What a page's video shows: its size, how far it has come, and whether its picture changes and isn't one colour. */
export interface SeenVideo {
  readonly width: number;
  readonly height: number;
  readonly colours: number;
  readonly changes: boolean;
}

/** Runs in the page. */
const MOVES = `(() => {
  const video = document.querySelector("video");
  return video !== null && video.readyState >= 2 && video.currentTime > 0;
})()`;
const LOOK = `(async () => {
  const video = document.querySelector("video");
  const look = () => {
    const context = new OffscreenCanvas(64, 36).getContext("2d");
    context.drawImage(video, 0, 0, 64, 36);
    return context.getImageData(0, 0, 64, 36).data;
  };
  const before = look();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  const after = look();
  const colours = new Set();
  for (let at = 0; at < after.length; at += 4) colours.add((after[at] << 16) | (after[at + 1] << 8) | after[at + 2]);
  return {
    width: video.videoWidth,
    height: video.videoHeight,
    colours: colours.size,
    changes: before.some((value, at) => Math.abs(value - after[at]) > 16),
  };
})()`;

/** Waits for the page's video to move and looks at its pixels, a second apart. Rejects when nothing moves in time. */
export async function lookAtVideo(page: Page, timeoutMs = 30_000): Promise<SeenVideo> {
  // Not waitForFunction: it evaluates text within the page, which the pages' policy forbids.
  await waitUntil(() => page.evaluate<boolean>(MOVES), { what: "a moving picture", timeoutMs, pollMs: 100 });
  return page.evaluate<SeenVideo>(LOOK);
}

/** What `playByWhep` saw. */
export interface WhepPlay {
  readonly status: number;
  /** The answer's text where it was refused. */
  readonly problem: string;
  /** From the POST to the first frame shown; Infinity where none was. */
  readonly firstFrameMs: number;
  readonly frames: number;
  readonly lost: number;
  /** Of the pair of candidates in use. */
  readonly protocol: string;
  /** Name of the SRTP profile, as Chromium writes it. */
  readonly srtp: string;
  /** Largest sample heard at the end, 0…1. */
  readonly loudest: number;
}

/** Runs in the page: plays, watches for a while, and leaves. */
const PLAY = `(async ({ url, watchMs, withoutUdp }) => {
  const nothing = { status: 0, problem: "", firstFrameMs: Infinity, frames: 0, lost: 0, protocol: "", srtp: "", loudest: 0 };
  const pc = new RTCPeerConnection();
  pc.addTransceiver("video", { direction: "recvonly" });
  pc.addTransceiver("audio", { direction: "recvonly" });
  const video = document.createElement("video");
  video.muted = true;
  video.autoplay = true;
  document.body.append(video);
  const stream = new MediaStream();
  pc.ontrack = (event) => { stream.addTrack(event.track); video.srcObject = stream; };
  await pc.setLocalDescription(await pc.createOffer());
  const posted = performance.now();
  const response = await fetch(url, { method: "POST", headers: { "Content-Type": "application/sdp" }, body: pc.localDescription.sdp });
  const text = await response.text();
  if (response.status !== 201) { pc.close(); return { ...nothing, status: response.status, problem: text }; }
  const sdp = withoutUdp ? text.replace(/a=candidate:\\S+ 1 udp [^\\r\\n]*\\r\\n/g, "") : text;
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  let firstFrameMs = Infinity;
  const first = new Promise((resolve) => video.requestVideoFrameCallback(() => {
    firstFrameMs = performance.now() - posted;
    resolve();
  }));
  await pc.setRemoteDescription({ type: "answer", sdp });
  await Promise.race([first, new Promise((resolve) => setTimeout(resolve, sdp.includes("m=video 0") || !sdp.includes("m=video 9") ? 1000 : 5000))]);
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  if (stream.getAudioTracks().length > 0) audio.createMediaStreamSource(stream).connect(analyser);
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  const samples = new Float32Array(analyser.fftSize);
  analyser.getFloatTimeDomainData(samples);
  await audio.close();
  const stats = [...(await pc.getStats()).values()];
  const inbound = stats.filter((each) => each.type === "inbound-rtp");
  const pair = stats.find((each) => each.type === "candidate-pair" && each.nominated);
  const local = stats.find((each) => each.id === pair?.localCandidateId);
  await fetch(new URL(response.headers.get("Location"), url), { method: "DELETE" });
  pc.close();
  video.remove();
  return {
    status: 201,
    problem: "",
    firstFrameMs,
    frames: inbound.find((each) => each.kind === "video")?.framesDecoded ?? 0,
    lost: inbound.reduce((sum, each) => sum + each.packetsLost, 0),
    protocol: local?.protocol ?? "",
    srtp: stats.find((each) => each.type === "transport")?.srtpCipher ?? "",
    loudest: samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
  };
})`;

/** Plays `url` by WHEP in a page of the same origin. */
export async function playByWhep(
  page: Page,
  what: { readonly url: string; readonly watchMs: number; readonly withoutUdp?: boolean },
): Promise<WhepPlay> {
  return page.evaluate<WhepPlay>(`${PLAY}(${JSON.stringify(what)})`);
}

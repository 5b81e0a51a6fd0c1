/**
 * Every codec that WebRTC carries, both ways where Chromium has it: one page publishes it by WHIP, another plays it by WHEP and
 * decodes. What Chromium doesn't have comes from ffmpeg by RTSP, and a client of ours looks at what it gets.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { openTrack } from "#codecs/registry.ts";
import { emptyRtpHeader, readRtpHeader } from "#formats/rtp/packet.ts";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { missingChromium, startChromium } from "#test/support/chromium.ts";
import { missingPrograms, RunningProgram } from "#test/support/programs.ts";
import { rtpFormat } from "#test/support/rtp-formats.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const skip = missingChromium() || missingPrograms(["ffmpeg", "-version"]);
const PATIENCE_MS = 60_000;
const X265 = ["-x265-params", "bframes=0:keyint=15:log-level=none", "-pix_fmt", "yuv420p"];

/** Runs in a page before its own scripts: keeps its connection where the test finds it. */
const KEEP = `(() => {
  const Plain = RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...settings) { super(...settings); window.kept = this; }
  };
})()`;
/** Publishes with one codec; the answer's status. */
const PUBLISH = `(async ({ url, kind, codec }) => {
  const pc = new RTCPeerConnection();
  const stream = await navigator.mediaDevices.getUserMedia({ [kind]: true });
  const transceiver = pc.addTransceiver(stream.getTracks()[0], { direction: "sendonly", streams: [stream] });
  const { codecs } = RTCRtpSender.getCapabilities(kind);
  transceiver.setCodecPreferences(codecs.filter(({ mimeType }) => mimeType.toLowerCase() === (kind + "/" + codec).toLowerCase()));
  await pc.setLocalDescription(await pc.createOffer());
  const headers = { "Content-Type": "application/sdp" };
  const response = await fetch(url, { method: "POST", headers, body: pc.localDescription.sdp });
  if (response.status === 201) await pc.setRemoteDescription({ type: "answer", sdp: await response.text() });
  return response.status;
})`;
/** What has been decoded of a kind so far, and by which codec. */
const DECODED = `(async (kind) => {
  const stats = [...((await window.kept?.getStats()) ?? new Map()).values()];
  const inbound = stats.find((each) => each.type === "inbound-rtp" && each.kind === kind);
  const codec = stats.find((each) => each.id === inbound?.codecId)?.mimeType ?? "";
  // Of sound, frames of 20 ms that weren't made up: Chromium's false microphone is silent most of the time.
  const heard = ((inbound?.totalSamplesReceived ?? 0) - (inbound?.concealedSamples ?? 0)) / 960;
  return { codec, amount: kind === "video" ? (inbound?.framesDecoded ?? 0) : heard };
})`;

void suite("codecs of WebRTC", { skip }, () => {
  const ends: (() => unknown)[] = [];
  const cleanup: Cleanup = { after: (run) => void ends.push(run) };
  let sluice: SluiceProcess;
  let browser: Browser;
  let base: string;

  before(async () => {
    sluice = await startSluice(cleanup, { config: "paths:\n  all_others:\n" });
    base = `http://127.0.0.1:${String(sluice.webrtcPort)}`;
    browser = await startChromium(cleanup);
  });
  after(async () => {
    for (const end of ends.reverse()) await end();
  });

  async function openPage(path: string): Promise<Page> {
    const page = await browser.newPage();
    await page.addInitScript(KEEP);
    await page.goto(`${base}${path}`);
    return page;
  }

  async function ready(path: string): Promise<void> {
    const isReady = async (): Promise<boolean> => {
      const response = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/paths/get/${path}`);
      return response.ok && ((await response.json()) as { ready: boolean }).ready;
    };
    await waitUntil(isReady, { what: `the stream ${path}`, timeoutMs: PATIENCE_MS, pollMs: 100 });
  }

  for (const [kind, codec] of [
    ["video", "VP8"],
    ["video", "VP9"],
    ["video", "AV1"],
    ["video", "H264"],
    ["audio", "opus"],
    ["audio", "PCMU"],
    ["audio", "PCMA"],
    ["audio", "G722"],
  ] as const) {
    test(`${codec} goes from page to page`, async () => {
      const path = `from-${codec.toLowerCase()}`;
      const publisher = await openPage(`/${path}/publish`);
      const status = await publisher.evaluate<number>(
        `${PUBLISH}(${JSON.stringify({ url: `${base}/${path}/whip`, kind, codec })})`,
      );
      assert.equal(status, 201);
      await ready(path);
      const viewer = await openPage(`/${path}/`);
      let seen = { codec: "", amount: 0 };
      const decodes = async (): Promise<boolean> => {
        seen = await viewer.evaluate<typeof seen>(`${DECODED}(${JSON.stringify(kind)})`);
        return seen.amount > 10;
      };
      await waitUntil(decodes, { what: `decoded ${codec}`, timeoutMs: PATIENCE_MS, pollMs: 200 });
      assert.equal(seen.codec.toLowerCase(), `${kind}/${codec}`.toLowerCase());
      await viewer.close();
      await publisher.close();
    });
  }

  test("H265 reaches a client that offers it, key unit first", async (t) => {
    publish(t, "h265", ["testsrc2=size=320x240:rate=15", "-c:v", "libx265", "-preset", "ultrafast", ...X265]);
    await ready("h265");
    const codec = openTrack(rtpFormat("H265", {})).track;
    const depacketizer = codec.depacketizer();
    assert.ok(depacketizer);
    const units: string[] = [];
    const header = emptyRtpHeader();
    const onRtp = (packet: Buffer): void => {
      if (!readRtpHeader(packet, { start: 0, end: packet.length }, header)) return;
      const payload = packet.subarray(header.payloadStart, header.payloadEnd);
      const result = depacketizer.push({ payload, timestamp: header.timestamp, marker: header.marker });
      if (result.kind === "access-units") units.push(...result.accessUnits.map(({ type }) => type));
    };
    await watch(t, "h265", { video: "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=rtpmap:96 H265/90000", audio: "", onRtp });
    await waitUntil(() => units.length > 20, { what: "pictures", timeoutMs: PATIENCE_MS });
    assert.equal(units[0], "key");
  });

  test("L16 reaches a client that offers it, sample by sample", async (t) => {
    publish(t, "l16", ["sine=frequency=440", "-c:a", "pcm_s16be", "-ar", "48000", "-ac", "2"]);
    await ready("l16");
    let samples = 0;
    let loudest = 0;
    const header = emptyRtpHeader();
    const onRtp = (packet: Buffer): void => {
      if (!readRtpHeader(packet, { start: 0, end: packet.length }, header)) return;
      for (let at = header.payloadStart; at + 2 <= header.payloadEnd; at += 2) {
        samples += 1;
        loudest = Math.max(loudest, Math.abs(packet.readInt16BE(at)));
      }
    };
    await watch(t, "l16", { video: "", audio: "m=audio 9 UDP/TLS/RTP/SAVPF 97\r\na=rtpmap:97 L16/48000/2", onRtp });
    await waitUntil(() => samples > 48_000, { what: "half a second of sound", timeoutMs: PATIENCE_MS });
    assert.ok(loudest > 1000, `silence: ${String(loudest)}`);
  });

  /** Publishes what ffmpeg's own source makes, coded as told. */
  function publish(t: Cleanup, path: string, [source = "", ...coding]: readonly string[]): void {
    const input = ["-re", "-f", "lavfi", "-i", source];
    const output = ["-f", "rtsp", "-rtsp_transport", "tcp", sluice.url(path)];
    const program = new RunningProgram("ffmpeg", ["-nostdin", "-v", "warning", ...input, ...coding, ...output]);
    t.after(async () => {
      await program.stop();
    });
  }

  async function watch(
    t: Cleanup,
    path: string,
    script: { video: string; audio: string; onRtp: (packet: Buffer) => void },
  ): Promise<void> {
    const viewer = await WhepViewer.open({ url: `${base}/${path}/whep`, ...script });
    t.after(() => viewer.close());
    assert.equal(viewer.answer.status, 201, viewer.answer.body);
  }
});

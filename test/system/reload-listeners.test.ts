/** Listeners of HLS and WebRTC change while viewers are there: who watches goes on, by the new address. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const slow = { timeoutMs: 30_000, pollMs: 50 } as const;

test("a viewer of HLS and one of WebRTC stay while their listeners move, and while only CORS changes", async (t) => {
  const sluice = await startSluice(t, { config: "", args: ["--demo"], env: { STATE_DIRECTORY: "" } });
  const origin = "https://site.example";
  const at = (port: number, path: string) => fetch(`http://127.0.0.1:${String(port)}${path}`, { headers: { origin } });
  const api = async (path: string): Promise<Readonly<Record<string, unknown>>> =>
    (await (await at(sluice.apiPort, `/v3/${path}`)).json()) as Readonly<Record<string, unknown>>;
  await waitUntil(async () => (await api("paths/get/demo"))["ready"] === true, { what: "the demo", ...slow });

  const master = await at(sluice.hlsPort, "/demo/index.m3u8");
  const child = /^[^#\s].*\.m3u8.*$/m.exec(await master.text())?.[0] ?? "";
  assert.match(child, /session=/);
  let pictures = 0;
  const viewer = await WhepViewer.open({
    url: `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`,
    onRtp: () => (pictures += 1),
  });
  t.after(() => viewer.close());
  const goesOn = async (hlsPort: number): Promise<void> => {
    const before = pictures;
    await waitUntil(() => pictures > before + 10, { what: "pictures over WebRTC", ...slow });
    assert.equal((await at(hlsPort, `/demo/${child}`)).status, 200, "the session's own playlist");
  };
  const sessions = async (): Promise<readonly unknown[]> =>
    (await Promise.all(["hlssessions/list", "webrtcsessions/list"].map(api))).flatMap(({ items }) =>
      (items as readonly { id: string }[]).map(({ id }) => id),
    );
  await goesOn(sluice.hlsPort);
  const before = await sessions();
  assert.equal(before.length, 2);

  let reloads = 0;
  const change = async (text: string): Promise<void> => {
    reloads += 1;
    writeFileSync(sluice.file, text);
    const changed = (): boolean => sluice.log().split("configuration was changed").length - 1 >= reloads;
    await waitUntil(changed, { what: `reload ${String(reloads)}\n${sluice.log()}`, ...slow });
  };
  const [hls, webrtc] = [await freeTcpPort(), await freeTcpPort()];
  const moved = sluice
    .text("")
    .replace(/^hlsAddress.*$/m, `hlsAddress: 127.0.0.1:${String(hls)}`)
    .replace(/^webrtcAddress.*$/m, `webrtcAddress: 127.0.0.1:${String(webrtc)}`);
  await change(moved);
  await goesOn(hls);
  assert.equal((await at(webrtc, "/demo/whep")).status, 405);
  assert.deepEqual(await sessions(), before);

  assert.equal((await at(hls, `/demo/${child}`)).headers.get("access-control-allow-origin"), "*");
  await change(`${moved}\nhlsAllowOrigins: [https://other.example]\nwebrtcAllowOrigins: []`);
  await goesOn(hls);
  assert.equal((await at(hls, `/demo/${child}`)).headers.get("access-control-allow-origin"), null);
  assert.deepEqual(await sessions(), before);
});

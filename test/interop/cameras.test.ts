/**
 * Cameras that are real servers, pulled by Sluice and read by real players. GStreamer's RTSP server always; any other server
 * that runs already, given as `SLUICE_CAMERAS="name=rtsp://… name=rtsp://…"`.
 */
import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { gstRtspServerProbe, startGstCamera, type GstCameraOptions } from "#test/peers/gst-rtsp-server.ts";
import { missingPrograms } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { isReady } from "./path-state.ts";
import { ffmpegReader, gstreamerReader } from "./reader.ts";

const skip = missingPrograms(["ffmpeg", "-version"], ["gst-launch-1.0", "--version"], gstRtspServerProbe);

interface CameraCase extends GstCameraOptions {
  readonly name: string;
  /** Path keys beside `source`. */
  readonly keys?: readonly string[];
}

/** Reserved characters in the password, as people choose them. */
const login = { user: "admin", password: "p@ss:w/rd" };

const cases: readonly CameraCase[] = [
  { name: "automatic" },
  { name: "forced-tcp", keys: ["rtspTransport: tcp"] },
  { name: "forced-udp", keys: ["rtspTransport: udp"] },
  { name: "only-udp", carriers: ["udp"] },
  { name: "only-tcp", carriers: ["tcp"], codec: "h265" },
  { name: "mjpeg", codec: "mjpeg" },
  { name: "digest", authentication: { scheme: "digest", ...login } },
  { name: "basic", authentication: { scheme: "basic", ...login } },
  { name: "on-demand", keys: ["sourceOnDemand: yes"] },
];

/** Address with the case's credentials. */
function withLogin(url: string, { authentication }: CameraCase): string {
  if (authentication === undefined) return url;
  const [user, password] = [authentication.user, authentication.password].map(encodeURIComponent);
  return url.replace("//", `//${String(user)}:${String(password)}@`);
}

test("pulls GStreamer's RTSP server however it is set up", { skip }, async (t) => {
  const paths = await Promise.all(
    cases.map(async (camera) => {
      const url = withLogin(await startGstCamera(t, camera), camera);
      return [`  ${camera.name}:`, ...[`source: "${url}"`, ...(camera.keys ?? [])].map((line) => `    ${line}`)].join("\n");
    }),
  );
  const sluice = await startSluice(t, { config: `rtspTransports: [udp, tcp]\npaths:\n${paths.join("\n")}\n` });
  for (const { name, keys } of cases) {
    await t.test(name, async () => {
      const pulledNow = keys?.includes("sourceOnDemand: yes") !== true;
      if (pulledNow) await waitUntil(() => isReady(sluice, name), { what: `${name}\n${sluice.log()}`, timeoutMs: 15_000 });
      const url = sluice.url(name);
      const failures = await Promise.all([
        ffmpegReader.read({ url, carrier: "tcp", kind: "video" }),
        gstreamerReader.read({ url, carrier: "udp", kind: "audio" }),
      ]);
      assert.deepEqual(failures, [undefined, undefined], sluice.log());
    });
  }
});

const others = (process.env["SLUICE_CAMERAS"] ?? "").split(/\s+/).filter((entry) => entry.includes("="));

async function pullOthers(t: TestContext): Promise<void> {
  const entries = others.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)] as const);
  const paths = entries.map(([name, url]) => `  ${name}:\n    source: "${url}"`).join("\n");
  const sluice = await startSluice(t, { config: `rtspTransports: [udp, tcp]\npaths:\n${paths}\n` });
  for (const [name] of entries) {
    await t.test(name, async () => {
      await waitUntil(() => isReady(sluice, name), { what: `${name}\n${sluice.log()}`, timeoutMs: 15_000 });
      const failure = await ffmpegReader.read({ url: sluice.url(name), carrier: "tcp", kind: "video" });
      assert.equal(failure, undefined, sluice.log());
    });
  }
}

if (others.length > 0) test("pulls the servers given by SLUICE_CAMERAS", { skip }, pullOthers);

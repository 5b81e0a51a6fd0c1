/** What the page tells the box of itself, end to end: a player in Chromium, `/api/viewers` and the metrics. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViewerList } from "#api/contract/viewers.ts";
import { missingChromium, startChromium } from "#test/support/chromium.ts";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const TILE = '[data-camera="demo"]';
const STOPPED_MS = 3000;
const patient = { timeoutMs: 60_000, pollMs: 250 } as const;

test("a player's first picture and its stalls arrive at the box", { skip: missingChromium(), timeout: 150_000 }, async (t) => {
  const metricsPort = await freeTcpPort();
  const config = `metrics: yes\nmetricsAddress: 127.0.0.1:${String(metricsPort)}\n`;
  const sluice = await startSluice(t, { config, args: ["--demo"], page: true });
  const page = await (await startChromium(t)).newPage();
  await page.goto(sluice.pageUrl);
  await page.locator(`${TILE}[data-phase=playing] .badge[data-transport=webrtc]`).waitFor({ timeout: patient.timeoutMs });
  const reports = async (): Promise<ViewerList["viewers"]> => {
    const answer = await fetch(`${sluice.pageUrl}/api/viewers`);
    assert.equal(answer.status, 200);
    return ((await answer.json()) as ViewerList).viewers;
  };
  await waitUntil(async () => (await reports()).length > 0, { what: "the first report", ...patient });
  const [first] = await reports();
  assert.deepEqual([first?.camera, first?.kind, first?.stalls, first?.errors], ["demo", "webrtc", 0, 0]);
  assert.ok(first?.firstPictureMs !== null && (first?.firstPictureMs ?? 0) < patient.timeoutMs);
  const sessions = (await (await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/webrtcsessions/list`)).json()) as {
    items: readonly { id: string }[];
  };
  assert.deepEqual(
    [first?.reader],
    sessions.items.map(({ id }) => id),
    "it is the session's own",
  );
  assert.match(first?.userAgent ?? "", /Chrome/);

  sluice.program.child.kill("SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
  sluice.program.child.kill("SIGCONT");
  await waitUntil(async () => (await reports()).some(({ stalls, stalledMs }) => stalls > 0 && stalledMs > 1000), {
    what: "the stall in a report",
    ...patient,
  });
  const text = await (await fetch(`http://127.0.0.1:${String(metricsPort)}/metrics`)).text();
  const value = (name: string): number => Number(new RegExp(`^${name}\\{player="webrtc"\\} (\\S+)$`, "m").exec(text)?.[1]);
  assert.ok(value("sluice_viewer_first_pictures_total") >= 1, text.slice(0, 200));
  assert.ok(value("sluice_viewer_first_picture_seconds_total") > 0);
  assert.ok(value("sluice_viewer_stalls_total") >= 1);
  assert.ok(value("sluice_viewer_stalled_seconds_total") >= 1);
});

/** Sessions kept alive, with cameras that count only some requests, answer none, or drop the line (quirk rows 6, 7). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";
import { pull, type PulledCamera } from "./pulled-camera.ts";

const PUBLIC_WITHOUT = "OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN";
const keepAlives = (pulled: PulledCamera): readonly string[] => {
  const { requests } = pulled.camera;
  const playing = requests.findIndex(({ method }) => method === "PLAY");
  return requests.slice(playing + 1).map(({ method }) => method);
};
const withPublic = (value: string): CameraScript => ({
  answer: ({ method }) => (method === "OPTIONS" ? { headers: { Public: value } } : undefined),
});

const steady: readonly { name: string; script: CameraScript; method: string }[] = [
  { name: "lists GET_PARAMETER", script: {}, method: "GET_PARAMETER" },
  { name: "doesn't list GET_PARAMETER", script: withPublic(PUBLIC_WITHOUT), method: "OPTIONS" },
  {
    name: "never answers keep-alives",
    script: { answer: ({ method }) => (method === "GET_PARAMETER" ? "silent" : undefined) },
    method: "GET_PARAMETER",
  },
  {
    name: "lies in Public and answers 501",
    script: { answer: ({ method }) => (method === "GET_PARAMETER" ? { status: 501, reason: "Not Implemented" } : undefined) },
    method: "OPTIONS",
  },
];

suite("outlives twice the session time-out of a camera that", { concurrency: true }, () => {
  for (const { name, script, method } of steady) {
    test(name, async (t) => {
      const pulled = await pull(t, { ...script, sessionTimeout: 2 });
      await pulled.state("live");
      await pause(4500);
      assert.deepEqual(pulled.path, ["connecting", "live"]);
      assert.equal(pulled.camera.timedOut, 0);
      assert.equal(keepAlives(pulled).at(-1), method);
    });
  }
});

test("asks within half of a time-out of ten seconds", { timeout: 8000 }, async (t) => {
  const pulled = await pull(t, { sessionTimeout: 10 });
  await waitUntil(() => keepAlives(pulled).length > 0, { what: "a keep-alive", timeoutMs: 6000 });
  const play = pulled.camera.requests.find(({ method }) => method === "PLAY");
  const alive = pulled.camera.requests.at(-1);
  assert.ok((alive?.at ?? 0) - (play?.at ?? 0) <= 5000);
});

test("changes the method when a session dies of its time-out, and remembers", async (t) => {
  const script: CameraScript = { sessionTimeout: 2, countsAsAlive: (method) => method !== "GET_PARAMETER" };
  const pulled = await pull(t, script);
  await waitUntil(() => pulled.camera.timedOut === 1, { what: "the first session to time out", timeoutMs: 4000 });
  await waitUntil(() => pulled.inputs.length === 2, { what: "the second session" });
  await pause(3000);
  assert.equal(pulled.camera.timedOut, 1, "the second session lives on");
  const methods = pulled.camera.requests.slice(-2).map(({ method }) => method);
  assert.deepEqual(methods, ["OPTIONS", "OPTIONS"]);
});

test("changes the method when the camera closes the connection on it", async (t) => {
  const answer: CameraScript["answer"] = ({ method }) => (method === "GET_PARAMETER" ? "close" : undefined);
  const pulled = await pull(t, { sessionTimeout: 2, answer });
  await waitUntil(() => pulled.inputs.length === 2, { what: "the second session", timeoutMs: 4000 });
  await pause(2500);
  assert.equal(pulled.inputs.length, 2);
  assert.equal(pulled.camera.requests.at(-1)?.method, "OPTIONS");
});

test("goes along when the camera changes the session's id", async (t) => {
  const answer: CameraScript["answer"] = ({ method }) =>
    method === "PLAY" ? { headers: { Session: "other;timeout=2" } } : undefined;
  const pulled = await pull(t, { sessionTimeout: 2, answer });
  const asked = await waitUntil(() => pulled.camera.requests.find(({ method }) => method === "GET_PARAMETER"), {
    what: "a keep-alive",
  });
  assert.equal(asked.headers.get("session"), "other");
});

test("connects anew when the camera has forgotten the session", async (t) => {
  let forgot = false;
  const answer: CameraScript["answer"] = ({ method }) => {
    if (method !== "GET_PARAMETER" || forgot) return undefined;
    forgot = true;
    return { status: 454, reason: "Session Not Found" };
  };
  const pulled = await pull(t, { sessionTimeout: 2, answer });
  await waitUntil(() => pulled.inputs.length === 2, { what: "the second session", timeoutMs: 4000 });
  assert.equal(pulled.inputs[0]?.closedWith?.code, "source-session-lost");
});

/** `authMethod: http` in a whole process: a server of the owner's decides, over every protocol, and holds nobody up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { startQuestionServer } from "#test/peers/question-server.ts";
import type { ScriptedAnswer } from "#test/peers/question-server.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import type { SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { enter, type Way } from "./access-ways.ts";

const ways: readonly Way[] = ["rtsp", "hls", "whep", "whip", "api", "metrics"];
const CANARY = "Canary#8812@pass";

interface Asked {
  readonly user: string;
  readonly password: string;
  readonly token: string;
  readonly ip: string;
  readonly action: string;
  readonly path: string;
  readonly protocol: string;
  readonly id: string | null;
  readonly query: string;
  readonly userAgent: string;
}

async function box(t: Cleanup, decide: (asked: Asked) => ScriptedAnswer, more = "") {
  const asked: Asked[] = [];
  const server = await startQuestionServer(t, ({ body }) => {
    const question = JSON.parse(body) as Asked;
    asked.push(question);
    return decide(question);
  });
  const config = `authMethod: http\nauthHTTPAddress: ${server.url}auth?key=${CANARY.slice(0, 6)}\n${more}`;
  const sluice = await startSluice(t, { config, args: ["--demo"], env: { STATE_DIRECTORY: "" } });
  return { sluice, asked, server };
}

const right = { user: "ann", password: CANARY } as const;

async function demoReady(sluice: SluiceProcess): Promise<void> {
  await waitUntil(async () => (await enter(sluice, "rtsp", right)) === 200, { what: "the demo", timeoutMs: 30_000, pollMs: 200 });
}

test("the server decides over every protocol, and hears what MediaMTX would tell it", async (t) => {
  const { sluice, asked } = await box(t, ({ user, password, action }) => {
    if (user !== "ann" || password !== CANARY) return { status: 401 };
    return { status: action === "publish" ? 403 : 204 };
  });
  await demoReady(sluice);
  const statuses = async (shown: Parameters<typeof enter>[2]) =>
    Promise.all(ways.map(async (way) => [way, await enter(sluice, way, shown)]));
  // 400: let in, and "-" is no offer. `ann` may not publish.
  assert.deepEqual(Object.fromEntries(await statuses(right)), {
    rtsp: 200,
    hls: 200,
    whep: 400,
    whip: 401,
    api: 200,
    metrics: 200,
  });
  assert.deepEqual([...new Set((await statuses({})).map(([, status]) => status))], [401]);
  const by = (protocol: string, action: string) =>
    asked.find((one) => one.protocol === protocol && one.action === action && one.user === "ann");
  assert.deepEqual(
    { ...by("hls", "read"), userAgent: "" },
    {
      ip: "127.0.0.1",
      user: "ann",
      password: CANARY,
      token: CANARY,
      action: "read",
      path: "demo",
      protocol: "hls",
      id: null,
      query: "",
      userAgent: "",
    },
  );
  assert.match(by("rtsp", "read")?.id ?? "", /^[\da-f-]{36}$/);
  assert.deepEqual([by("", "api")?.path, by("webrtc", "publish")?.path], ["", "demo"]);
  assert.equal(await enter(sluice, "rtsp", { query: "token=abc" }), 401);
  assert.deepEqual(
    asked.filter(({ token }) => token === "abc").map(({ query }) => query),
    ["token=abc"],
  );
  assert.equal(await enter(sluice, "hls", { user: "ann", password: "wrong" }), 401);
  assert.doesNotMatch(sluice.log(), new RegExp(CANARY));
});

test("what it has permitted counts for a moment, what is excluded needs no question", async (t) => {
  const more = "authHTTPExclude:\n- {action: metrics}\n- {action: read, path: demo}";
  const { sluice, asked } = await box(t, () => ({ status: 200 }), more);
  assert.equal(await enter(sluice, "metrics", {}), 200);
  assert.equal(await enter(sluice, "whep", {}), 400);
  assert.equal(asked.length, 0);
  const all = await Promise.all(Array.from({ length: 40 }, () => enter(sluice, "api", right)));
  assert.deepEqual([...new Set(all)], [200]);
  assert.equal(asked.length, 1);
});

test("a server that hangs holds up whom it is asked about and nobody else", async (t) => {
  const { sluice, server } = await box(t, () => "never", "authHTTPExclude: [{action: metrics}]");
  const stuck = Array.from({ length: 100 }, (_, index) => enter(sluice, "api", { user: `u${String(index)}`, password: "x" }));
  await waitUntil(() => server.open() >= 16, { what: "questions that hang", timeoutMs: 30_000 });
  const from = performance.now();
  assert.equal(await enter(sluice, "metrics", {}), 200);
  const tookMs = performance.now() - from;
  assert.ok(tookMs < 1000, `${String(tookMs)} ms`);
  assert.ok(server.open() <= 16, String(server.open()));
  assert.deepEqual([...new Set(await Promise.all(stuck))], [401]);
  assert.match(sluice.log(), /authHTTPAddress can't be asked/);
});

test("without an answer nobody is let in, and a redirect is none", async (t) => {
  const { sluice, server } = await box(t, () => ({ status: 302, location: "http://127.0.0.1:9/" }));
  assert.equal(await enter(sluice, "api", right), 401);
  await server.close();
  assert.equal(await enter(sluice, "api", right), 401);
  assert.equal(server.questions.length, 1);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { openWithFallback } from "#app/port-fallback.ts";
import { SluiceError } from "#base/errors.ts";
import { silentLogger } from "#base/log.ts";

const text = { en: "x", zh: "无", remedyEn: "x", remedyZh: "无" };
const taken = (port: number): SluiceError => new SluiceError("port-in-use", text, { details: { protocol: "TCP", port } });

function plan(free: number, fallback = true) {
  const tried: number[] = [];
  const open = (port: number): Promise<number> => {
    tried.push(port);
    return port === free ? Promise.resolve(port) : Promise.reject(taken(port));
  };
  return { tried, plan: { options: 8554, open, move: (port: number) => (fallback ? port + 1 : undefined), log: silentLogger } };
}

test("the next free port is taken", async () => {
  const { tried, plan: how } = plan(8556);
  assert.equal(await openWithFallback(how), 8556);
  assert.deepEqual(tried, [8554, 8555, 8556]);
});

test("without permission the first refusal stands", async () => {
  await assert.rejects(openWithFallback(plan(8556, false).plan), { code: "port-in-use" });
});

test("another failure is not a taken port", async () => {
  const open = (): Promise<number> => Promise.reject(new Error("no"));
  await assert.rejects(openWithFallback({ ...plan(0).plan, open }), /no/);
});

test("it gives up after a while", async () => {
  const { tried, plan: how } = plan(0);
  await assert.rejects(openWithFallback(how), { code: "app-no-free-port" });
  assert.equal(tried.length, 51);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { notCarriedFamilies } from "#api/metrics/not-carried-families.ts";
import type { MetricsQuery } from "#api/metrics/item-families.ts";

const names = (query: MetricsQuery): readonly string[] =>
  notCarriedFamilies(["rtmp_conns", "srt_conns"], query).map(({ name }) => name);

test("families of what isn't here are zero", () => {
  const all = notCarriedFamilies(["rtmp_conns", "srt_conns"], {});
  assert.equal(all.length, 6 + 48);
  assert.ok(all.every(({ samples }) => samples.length === 1 && samples[0]?.value === 0));
  assert.ok(names({}).includes("srt_conns_mbps_max_bw"));
});

test("they follow the filters; forwarding is there only when asked for", () => {
  assert.deepEqual(names({ type: "forward_dests" }), ["forward_dests", "forward_dests_outbound_bytes"]);
  assert.equal(names({ type: "rtmp_conns" }).length, 6);
  assert.deepEqual(names({ type: "moq_sessions" }), []);
  assert.deepEqual(names({ path: "gate" }), []);
  assert.deepEqual(names({ type: "srt_conns", rtsp_session: "1" }), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { printTables, summarise, type Result } from "#test/bench/report.ts";

const RESULTS: Result[] = [
  { run: 1, scenario: "tcp-1x1", server: "sluice", metrics: { cpuPerGbit: 1, lostPackets: 0 } },
  { run: 1, scenario: "tcp-1x1", server: "peer", metrics: { cpuPerGbit: 4, lostPackets: 2 } },
  { run: 2, scenario: "tcp-1x1", server: "sluice", metrics: { cpuPerGbit: 3, lostPackets: 0 } },
  { run: 2, scenario: "tcp-1x1", server: "peer", error: "refused" },
  { run: 3, scenario: "tcp-1x1", server: "sluice", metrics: { cpuPerGbit: 2, lostPackets: 0 } },
];

test("figures are medians over the runs that worked", () => {
  const [sluice, peer] = summarise(RESULTS);
  assert.deepEqual(sluice, {
    scenario: "tcp-1x1",
    server: "sluice",
    runs: 3,
    metrics: { cpuPerGbit: 2, lostPackets: 0 },
    errors: [],
  });
  assert.deepEqual([peer?.runs, peer?.metrics.cpuPerGbit, peer?.errors], [1, 4, ["refused"]]);
});

test("a table has a line per server, its failures, and the first server's share of each other's figures", () => {
  const lines = printTables(summarise(RESULTS)).split("\n");
  assert.deepEqual(
    lines.map((line) => line.trim().replaceAll(/ {2,}/g, " | ")),
    ["tcp-1x1 | CPU-s/Gbit | lost pkts", "sluice | 2.000 | 0", "peer | 4.000 | 2", "failed: refused", "sluice / peer | 0.50"],
  );
});

test("a server without any figure still has its line", () => {
  const text = printTables(summarise([{ run: 1, scenario: "idle", server: "peer", error: "did not start\nport taken" }]));
  assert.match(text, /peer\n {4}failed: did not start\n {6}port taken/);
});

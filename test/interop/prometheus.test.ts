/** What we call metrics, by Prometheus' own judgement: promtool's rules, and a server that scrapes us. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { freeTcpPort } from "#test/support/free-ports.ts";
import { missingPrograms } from "#test/support/programs.ts";
import { startSluice } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

interface QueryAnswer {
  readonly data: {
    readonly result: readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[];
  };
}

/** Sluice's families that are there whatever the machine tells. */
const OWN = [
  ...["up", "state", "fps", "bitrate_bps", "keyframe_age_seconds", "reconnects_total", "rtp_lost_total", "viewers"].map(
    (name) => `sluice_camera_${name}`,
  ),
  "sluice_camera_viewer_drops_total",
  ...["budget_bytes", "used_bytes", "high_water_bytes", "rejects_total"].map((name) => `sluice_memory_${name}`),
  ...[
    "sluice_health",
    "sluice_config_reloads_total",
    "sluice_config_failures_total",
    "sluice_config_in_force",
    "sluice_viewer_stalls_total",
  ],
  ...["process_cpu_seconds_total", "process_resident_memory_bytes", "nodejs_eventloop_lag_seconds"],
];

test(
  "promtool finds nothing to say, and Prometheus scrapes it",
  { skip: missingPrograms(["promtool", "--version"], ["prometheus", "--version"]) },
  async (t) => {
    const folder = tempDir(t);
    const [metricsPort, port] = [await freeTcpPort(), await freeTcpPort()];
    const listener = `metrics: yes\nmetricsAddress: 127.0.0.1:${String(metricsPort)}\n`;
    const source = `rtsp://canary-user:canary-word@127.0.0.1:${String(await freeTcpPort())}/stream`;
    const { apiPort } = await startSluice(t, { config: `${listener}paths: {gate: {}, yard: {source: "${source}"}}` });
    const url = `http://127.0.0.1:${String(metricsPort)}/metrics`;
    const text = await (await fetch(url)).text();
    const checked = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    assert.equal(checked.stderr + checked.stdout, "");
    assert.equal(checked.status, 0);
    assert.doesNotMatch(text, /canary|rtsp:\/\/|127\.0\.0\.1/);
    for (const name of OWN) assert.match(text, new RegExp(`^# TYPE ${name} (?:gauge|counter)$`, "m"), name);
    const twice = await (await fetch(`http://127.0.0.1:${String(apiPort)}/metrics`)).text();
    assert.match(twice, /^sluice_camera_state\{camera="gate",state="disabled"\} 1$/m);

    const settings = join(folder, "prometheus.yml");
    writeFileSync(
      settings,
      `scrape_configs: [{job_name: box, scrape_interval: 1s, static_configs: [{targets: ["127.0.0.1:${String(metricsPort)}"]}]}]\n`,
    );
    const prometheus = spawn(
      "prometheus",
      [
        `--config.file=${settings}`,
        `--storage.tsdb.path=${join(folder, "tsdb")}`,
        `--web.listen-address=127.0.0.1:${String(port)}`,
      ],
      { stdio: "ignore" },
    );
    t.after(async () => {
      prometheus.kill("SIGKILL");
      await once(prometheus, "exit");
    });
    const ask = async (query: string): Promise<QueryAnswer["data"]["result"]> => {
      const answer = await fetch(`http://127.0.0.1:${String(port)}/api/v1/query?query=${encodeURIComponent(query)}`).catch(
        () => undefined,
      );
      if (answer?.ok !== true) return [];
      return ((await answer.json()) as QueryAnswer).data.result;
    };
    await waitUntil(async () => (await ask("up"))[0]?.value[1] === "1", { what: "a scrape", timeoutMs: 20_000, pollMs: 200 });
    const [path] = await ask('paths{name="gate"}');
    assert.deepEqual([path?.metric["state"], path?.value[1]], ["notReady", "1"]);
    assert.equal((await ask('sluice_camera_up{camera="gate"}'))[0]?.value[1], "0");
  },
);

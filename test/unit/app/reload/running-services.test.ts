import assert from "node:assert/strict";
import { test } from "node:test";
import { RunningServices } from "#app/reload/running-services.ts";
import type { ServiceStep } from "#app/reload/plan.ts";
import type { RunningService, Service, ServiceContext } from "#app/service.ts";
import { SluiceError } from "#base/errors.ts";
import { silentLogger } from "#base/log.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

const TAKEN = { en: "taken", zh: "taken", remedyEn: "", remedyZh: "" };

/** Services that hold ports, two of which can't be held at once; what they do is noted. */
class Bench {
  readonly events: string[] = [];
  readonly held = new Map<string, string>();
  readonly running = new RunningServices({ clock: new ManualClock(), log: silentLogger });

  /** A service whose port is `name`'s under the context's `after` or `before`. */
  service(name: string, ports: { before: string; after: string }): Service {
    return {
      name,
      options: [],
      wanted: () => true,
      open: (context) => {
        const port = context.rtspPort === 1 ? ports.before : ports.after;
        if (port === "nowhere" || this.held.has(port)) return Promise.reject(new SluiceError("port-in-use", TAKEN));
        this.held.set(port, name);
        this.events.push(`open ${name} ${port}`);
        return Promise.resolve(this.#holder(name, port));
      },
    };
  }

  async start(...services: readonly Service[]): Promise<void> {
    for (const service of services) this.running.add(await service.open(context(1)));
    this.events.length = 0;
  }

  change(...steps: readonly ServiceStep[]): Promise<void> {
    return this.running.change(steps, { before: context(1), after: context(2) });
  }

  #holder(name: string, port: string): RunningService {
    return {
      name,
      check: () => ({ name, ok: true }),
      close: () => {
        if (this.held.delete(port)) this.events.push(`close ${name} ${port}`);
        return Promise.resolve();
      },
    };
  }
}

/** The port of the command line tells the contexts apart. */
function context(rtspPort: 1 | 2): ServiceContext {
  return { rtspPort, portFallback: false } as unknown as ServiceContext;
}

const change = (service: Service): ServiceStep => ({ kind: "change", service, keys: [] });

test("the new one is open before the old one goes", async () => {
  const bench = new Bench();
  const web = bench.service("web", { before: "1", after: "2" });
  await bench.start(web);
  await bench.change(change(web));
  await bench.running.close();
  assert.deepEqual(bench.events, ["open web 2", "close web 1", "close web 2"]);
});

test("where one can't be opened, all are as before", async () => {
  const bench = new Bench();
  const [api, web] = [bench.service("api", { before: "1", after: "2" }), bench.service("web", { before: "3", after: "nowhere" })];
  await bench.start(api, web);
  await assert.rejects(bench.change(change(api), change(web)), { code: "port-in-use" });
  assert.deepEqual([...bench.held].sort(), [
    ["1", "api"],
    ["3", "web"],
  ]);
  await bench.running.close();
});

test("two that exchange their ports do so", async () => {
  const bench = new Bench();
  const [api, web] = [bench.service("api", { before: "1", after: "2" }), bench.service("web", { before: "2", after: "1" })];
  await bench.start(api, web);
  await bench.change(change(api), change(web));
  assert.deepEqual([...bench.held].sort(), [
    ["1", "web"],
    ["2", "api"],
  ]);
  await bench.running.close();
});

test("one that takes its changed options over isn't opened anew, and takes them back where another fails", async () => {
  const bench = new Bench();
  const web = bench.service("web", { before: "3", after: "nowhere" });
  const rtsp = bench.service("rtsp", { before: "1", after: "1" });
  await bench.start(web);
  bench.running.add({
    ...(await rtsp.open(context(1))),
    reconfigure: () => {
      bench.events.push("prepare");
      return Promise.resolve({
        commit: () => bench.events.push("commit"),
        rollback: () => {
          bench.events.push("rollback");
          return Promise.resolve();
        },
      });
    },
  });
  bench.events.length = 0;
  await bench.change(change(rtsp));
  await assert.rejects(bench.change(change(rtsp), change(web)));
  assert.deepEqual(bench.events.slice(0, 4), ["prepare", "commit", "prepare", "close web 3"]);
  assert.deepEqual(bench.events.slice(4), ["rollback", "open web 3"]);
  await bench.running.close();
});

test("what services offer each other is what runs now", async () => {
  const bench = new Bench();
  bench.running.add({ ...(await bench.service("hls", { before: "1", after: "1" }).open(context(1))), shares: { hls: HLS } });
  assert.equal(bench.running.opened.hls, HLS);
  await bench.change({ kind: "close", service: bench.service("hls", { before: "1", after: "1" }) });
  assert.equal(bench.running.opened.hls, undefined);
  await bench.running.close();
});

const HLS = { handler: { handle: () => Promise.reject(new Error("not asked")) }, allowOrigins: [] } as never;

/** Many reloads under the eyes of readers: what they lose, what the process grows by, and how long an edit takes. */
import { readFileSync, writeFileSync } from "node:fs";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** What a run has shown. */
export interface ReloadFigures {
  /** Packets that readers got, and gaps in their numbers. */
  readonly packets: number;
  readonly lost: number;
  readonly closed: number;
  /** Growth of anonymous memory between the first round of edits and the end, bytes. */
  readonly grown: number;
  /** From writing the file to the change being told by the API, ms; of valid edits. */
  readonly medianMs: number;
  readonly slowestMs: number;
}

/** One round of edits; each is valid but the second. `n` makes every text another one. */
const edits: readonly ((n: number) => { cam?: string; more?: string; valid: boolean })[] = [
  (n) => ({ more: `  added${String(n)}: {}\n`, valid: true }),
  (n) => ({ cam: `maxReaders: many${String(n)}`, valid: false }),
  (n) => ({ cam: `sourceGrace: ${String(20 + (n % 20))}s`, valid: true }),
  (n) => ({ cam: `maxReaders: ${String(100 + n)}, readerStart: keyframe`, more: `  ~^wild${String(n)}: {}\n`, valid: true }),
  (n) => ({ cam: `stallTimeout: ${String(20 + n)}s, sourceOnDemandCloseAfter: ${String(5 + n)}s`, valid: true }),
];

/** A reader that counts instead of keeping. */
class CountingReader {
  readonly client: RtspClient;
  packets = 0;
  lost = 0;
  readonly #next = new Map<number, number>();

  constructor(client: RtspClient) {
    this.client = client;
  }

  look(): void {
    for (const { channel, payload } of this.client.frames.splice(0)) {
      if (channel % 2 === 1) continue;
      const sequence = payload.readUInt16BE(2);
      const expected = this.#next.get(channel) ?? sequence;
      this.lost += (sequence - expected) & 0xffff;
      this.packets += 1;
      this.#next.set(channel, (sequence + 1) & 0xffff);
    }
    this.client.log.length = 0;
  }
}

/** Runs `reloads` edits with `readers` readers of a camera's path. */
export async function runReloads(t: Cleanup, counts: { reloads: number; readers: number }): Promise<ReloadFigures> {
  const camera = await RtspCamera.start();
  t.after(() => camera.close());
  const config = (options: string, more: string): string =>
    `paths:\n  cam: {source: "${camera.url()}", ${options === "" ? "maxReaders: 0" : options}}\n${more}`;
  const sluice = await startSluice(t, { config: config("", "") });
  const readers: CountingReader[] = [];
  for (let index = 0; index < counts.readers; index += 1) {
    const client = await RtspClient.connect({ port: sluice.rtspPort });
    t.after(() => client.close());
    await client.read(sluice.url("cam"));
    readers.push(new CountingReader(client));
  }
  const times: number[] = [];
  let [before, done] = [0, { reloads: 0, failures: 0 }];
  for (let n = 0; n < counts.reloads; n += 1) {
    const edit = edits[n % edits.length]?.(n) ?? { valid: true };
    const startedAt = performance.now();
    writeFileSync(sluice.file, sluice.text(config(edit.cam ?? "", edit.more ?? "")));
    const wanted = { reloads: done.reloads + Number(edit.valid), failures: done.failures + Number(!edit.valid) };
    await waitUntil(
      async () => {
        const { reloads, failures } = await statusOf(sluice);
        return reloads === wanted.reloads && failures === wanted.failures;
      },
      { what: `edit ${String(n)}\n${sluice.log().slice(-2000)}`, timeoutMs: 5000, pollMs: 5 },
    );
    if (edit.valid) times.push(performance.now() - startedAt);
    done = wanted;
    for (const reader of readers) reader.look();
    if (n === edits.length - 1) before = anonymousBytes(sluice);
  }
  const grown = anonymousBytes(sluice) - before;
  for (const reader of readers) reader.look();
  times.sort((a, b) => a - b);
  return {
    packets: readers.reduce((sum, { packets }) => sum + packets, 0),
    lost: readers.reduce((sum, { lost }) => sum + lost, 0),
    closed: readers.filter(({ client }) => client.closed).length,
    grown,
    medianMs: times[Math.floor(times.length / 2)] ?? 0,
    slowestMs: times.at(-1) ?? 0,
  };
}

async function statusOf(sluice: SluiceProcess): Promise<{ reloads: number; failures: number }> {
  const response = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/info`);
  const { configuration } = (await response.json()) as { configuration: { reloads: number; failures: number } };
  return configuration;
}

function anonymousBytes(sluice: SluiceProcess): number {
  const text = readFileSync(`/proc/${String(sluice.program.child.pid)}/smaps_rollup`, "utf8");
  return Number(/^Anonymous:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

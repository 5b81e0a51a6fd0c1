/**
 * Publishers × carriers → readers × carriers, for every coding: the first frame is decoded. Programs as they are.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { missingPrograms } from "#test/support/programs.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { waitUntil } from "#test/support/wait-until.ts";
import { codings, type Coding } from "./coding.ts";
import { isReady } from "./path-state.ts";
import { carriers, publishers, type Carrier, type Publisher } from "./publisher.ts";
import { readers } from "./reader.ts";

/** Publishers at a time; each has four readers. */
const PARALLEL = 2;
const skip = missingPrograms(
  ["ffmpeg", "-version"],
  ["gst-launch-1.0", "--version"],
  ["gst-inspect-1.0", "--exists", "rtspclientsink"],
);

/** Publishes and reads in every way; the failures, by reader. */
async function publishAndRead(
  t: { after(run: () => void | Promise<void>): void },
  sluice: SluiceProcess,
  what: { codings: readonly Coding[]; publisher: Publisher; carrier: Carrier },
): Promise<void> {
  const path = [what.publisher.name, what.carrier, ...what.codings.map((coding) => coding.name)].join("-").toLowerCase();
  const url = sluice.url(path);
  const program = what.publisher.start(t, { codings: what.codings, url, carrier: what.carrier });
  await waitUntil(
    () => {
      if (program.ended) throw new Error(`the publisher ended: ${program.stderr}${program.stdout}\n${sluice.log()}`);
      return isReady(sluice, path);
    },
    { what: `${path} to be ready`, timeoutMs: 15_000, pollMs: 100 },
  );
  const reads = readers.flatMap((reader) =>
    carriers.flatMap((carrier) =>
      what.codings.map(async ({ kind }) => {
        const reason = await reader.read({ url, carrier, kind });
        return reason === undefined ? [] : [`${reader.name} over ${carrier}, ${kind}: ${reason}`];
      }),
    ),
  );
  const failures = (await Promise.all(reads)).flat();
  assert.deepEqual(failures, [], `publisher: ${program.stderr}\nSluice: ${sluice.log()}`);
}

test("publishers and readers of every kind understand each other through Sluice", { skip }, async (t) => {
  const sluice = await startSluice(t, { config: "rtspTransports: [udp, tcp]\npaths:\n  all_others:\n" });
  const [h264, aac] = ["H264", "AAC"].map((name) => codings.filter((coding) => coding.name === name)).flat();
  assert.ok(h264 !== undefined && aac !== undefined);
  const sets = [...codings.map((coding) => [coding]), [h264, aac]];
  for (const set of sets) {
    const names = set.map((coding) => coding.name).join(" with ");
    await t.test(names, { concurrency: PARALLEL }, async (each) => {
      const runs = publishers.flatMap((publisher) =>
        carriers.map((carrier) =>
          each.test(`${names} from ${publisher.name} over ${carrier}`, (one) =>
            publishAndRead(one, sluice, { codings: set, publisher, carrier }),
          ),
        ),
      );
      await Promise.all(runs);
    });
  }
});

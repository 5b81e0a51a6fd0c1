/** `hlsDirectory` in a whole process: segments are on disk, a killed server's are cleared away, and a bad directory is told. */
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { brokenRules, readPlaylist } from "#test/peers/hls-playlist.ts";
import { missingPrograms } from "#test/support/programs.ts";
import { accepts, startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const PATIENCE_MS = 60_000;
const SEGMENTS = 4;

/** The media playlist's address; the demo camera may still be on its way. */
async function openPlaylist(sluice: SluiceProcess): Promise<string> {
  const base = `http://127.0.0.1:${String(sluice.hlsPort)}/demo`;
  let address: string | undefined;
  await waitUntil(
    async () => {
      if (!(await accepts(sluice.hlsPort))) return false;
      const got = await fetch(`${base}/index.m3u8`);
      address = got.ok ? (await got.text()).split("\n").find((line) => line.includes("_stream.m3u8")) : undefined;
      return address !== undefined;
    },
    { what: "the first playlist", timeoutMs: PATIENCE_MS, pollMs: 100 },
  );
  return `${base}/${address ?? ""}`;
}

function filesIn(directory: string): string[] {
  return readdirSync(directory, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".mp4"));
}

test("segments come from the disk, whole and by part; killed, the next start clears them away and nothing else", async (t) => {
  const directory = join(tempDir(t), "media");
  mkdirSync(directory);
  writeFileSync(join(directory, "holiday.mp4"), "somebody's");
  const config = `hlsDirectory: ${directory}\nhlsSegmentCount: 8\npaths: {}`;
  const sluice = await startSluice(t, { config, args: ["--demo"] });
  const playlist = await openPlaylist(sluice);
  await waitUntil(async () => (await fetch(playlist)).ok && filesIn(directory).length > SEGMENTS, {
    what: "segments on disk",
    timeoutMs: PATIENCE_MS,
    pollMs: 200,
  });
  const listed = readPlaylist(await (await fetch(playlist)).text());
  assert.deepEqual(brokenRules(listed), []);
  const whole = listed.segments.filter(({ uri }) => uri !== undefined).slice(1);
  assert.ok(whole.length >= SEGMENTS - 1);
  for (const { uri = "", parts } of whole) {
    const got = await fetch(new URL(uri, playlist));
    const segment = Buffer.from(await got.arrayBuffer());
    assert.equal(got.status, 200);
    assert.equal(segment.toString("latin1", 4, 8), "moof");
    const pieces = await Promise.all(parts.map(async (part) => fetch(new URL(part.uri, playlist))));
    const together = await Promise.all(pieces.map(async (piece) => Buffer.from(await piece.arrayBuffer())));
    if (parts.length > 0) assert.ok(Buffer.concat(together).equals(segment), "a segment is its parts");
  }
  const [folder = ""] = readdirSync(directory).filter((name) => name.startsWith("sluice-media-"));
  assert.equal(statSync(join(directory, folder)).mode & 0o777, 0o700);

  sluice.program.child.kill("SIGKILL");
  await waitUntil(() => sluice.program.ended, { what: "its end", timeoutMs: PATIENCE_MS });
  const killed = filesIn(directory).length;
  assert.ok(killed > SEGMENTS, "what a killed server leaves");
  const again = await startSluice(t, { config, args: ["--demo"] });
  await openPlaylist(again);
  assert.ok(!readdirSync(directory).includes(folder));
  assert.ok(readdirSync(directory).includes("holiday.mp4"));
  assert.equal((await again.stop()).code, 0);
  assert.deepEqual(readdirSync(directory), ["holiday.mp4"]);
});

test("a directory that can't be used is told with its reason, and HLS works from memory", async (t) => {
  const sluice = await startSluice(t, { config: "hlsDirectory: /proc/sluice\npaths: {}", args: ["--demo"] });
  assert.equal((await fetch(await openPlaylist(sluice))).status, 200);
  assert.match(sluice.log(), /hls-directory/);
});

const ownDisk = ["unshare", "--mount", "sh", "-c"] as const;
const noDisk = missingPrograms([...ownDisk, "mount -t tmpfs none /mnt"]);

test("a disk with too little room: HLS works from memory, and the log says why", { skip: noDisk }, async (t) => {
  const through = [...ownDisk, 'mount -t tmpfs -o size=70m none /mnt && head -c 20m /dev/zero >/mnt/full && exec "$@"', "sh"];
  const sluice = await startSluice(t, { config: "hlsDirectory: /mnt\npaths: {}", args: ["--demo"], through });
  const playlist = await openPlaylist(sluice);
  await waitUntil(async () => (await fetch(playlist)).ok && sluice.log().includes("segments stay in memory"), {
    what: "the log to say so",
    timeoutMs: PATIENCE_MS,
    pollMs: 200,
  });
  assert.match(sluice.log(), /ENOSPC/);
  const [segment] = readPlaylist(await (await fetch(playlist)).text()).segments.filter(({ uri }) => uri !== undefined);
  assert.equal((await fetch(new URL(segment?.uri ?? "", playlist))).status, 200);
});

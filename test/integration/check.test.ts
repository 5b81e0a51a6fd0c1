/** `sluice check FILE` on every sound and every broken file: the place, the key and what to do about it as people read them. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { runCli } from "#app/cli.ts";
import { createCertificate } from "#test/support/certificate.ts";
import { ROOT } from "#test/support/source-tree.ts";
import { tempDir } from "#test/support/temp-dir.ts";
import { brokenMeaning, brokenSyntax, brokenValues } from "../unit/config/broken-files.ts";
import { soundFiles } from "../unit/config/sound-files.ts";

const broken = [...brokenSyntax, ...brokenValues, ...brokenMeaning];

interface Finding {
  readonly severity: string;
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly key: string;
  readonly remedy: string;
}

/** One run in this process; the process itself is tried on a few. */
async function check(folder: string, ...words: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  let [stdout, stderr] = ["", ""];
  const code = await runCli(["check", ...words], {
    environment: {},
    folder,
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    signal: new AbortController().signal,
    onHangup: () => undefined,
  });
  return { code, stdout, stderr };
}

test("there are at least sixty of each", () => {
  assert.ok(soundFiles.length >= 60, String(soundFiles.length));
  assert.ok(broken.length >= 60, String(broken.length));
});

test("every broken file: exit 1, its line, column and key, and a remedy in both languages", async (t) => {
  const folder = tempDir(t);
  for (const { title, text: marked, code, key = "" } of broken) {
    const before = marked.slice(0, marked.indexOf("⇒")).split("\n");
    const place = { line: before.length, column: (before.at(-1) ?? "").length + 1 };
    writeFileSync(join(folder, "x.yml"), marked.replace("⇒", ""));
    const asJson = await check(folder, "x.yml", "--json");
    assert.equal(asJson.code, 1, title);
    const { problems } = JSON.parse(asJson.stdout) as { problems: readonly Finding[] };
    const [error] = problems.filter(({ severity }) => severity === "error");
    assert.partialDeepStrictEqual(error, { code, ...place }, title);
    assert.equal(error?.key ?? "", key, title);
    const plain = await check(folder, "x.yml");
    assert.equal(plain.code, 1, title);
    const shown = plain.stdout + plain.stderr;
    assert.ok(shown.includes(`x.yml:${String(place.line)}:${String(place.column)}`), `${title}\n${shown}`);
    assert.ok(shown.includes("^"), `${title}\n${shown}`);
    assert.ok(shown.includes(`[${code}]`), `${title}\n${shown}`);
  }
});

test("every sound file: exit 0, with its warnings", async (t) => {
  const folder = tempDir(t);
  for (const { title, text, warnings = [] } of soundFiles) {
    writeFileSync(join(folder, "x.yml"), text);
    const { code, stdout } = await check(folder, "x.yml", "--json");
    assert.equal(code, 0, title);
    const { problems } = JSON.parse(stdout) as { problems: readonly Finding[] };
    // Their certificates are nowhere.
    const codes = problems.map((problem) => problem.code).filter((found) => found !== "app-certificate-unreadable");
    assert.deepEqual(codes.sort(), [...warnings].sort(), title);
  }
});

test("certificate files that aren't there are a warning where they are named; ones that can't be used an error", async (t) => {
  const folder = tempDir(t);
  const [own, other] = [createCertificate(), createCertificate()];
  writeFileSync(join(folder, "own.key"), own.key);
  writeFileSync(join(folder, "own.crt"), own.cert);
  writeFileSync(join(folder, "other.crt"), other.cert);
  const about = async (text: string): Promise<{ code: number; found: readonly unknown[] }> => {
    writeFileSync(join(folder, "x.yml"), text);
    const { code, stdout } = await check(folder, "x.yml", "--json");
    const { problems } = JSON.parse(stdout) as { problems: readonly Finding[] };
    return { code, found: problems.map((each) => [each.severity, each.code, each.line, each.key]) };
  };
  const files = (key: string, cert: string): string =>
    `api: yes\napiEncryption: yes\napiServerKey: ${key}\napiServerCert: ${cert}\n`;
  const unread = "app-certificate-unreadable";
  assert.deepEqual(await about(files("own.key", "own.crt")), { code: 0, found: [] });
  assert.deepEqual(await about(files("own.key", "gone.crt")), { code: 0, found: [["warning", unread, 4, "apiServerCert"]] });
  assert.deepEqual(await about(files("gone.key", "own.crt")), { code: 0, found: [["warning", unread, 3, "apiServerKey"]] });
  assert.deepEqual(await about(files("own.key", "other.crt")), {
    code: 1,
    found: [["error", "app-certificate-pair", 4, "apiServerCert"]],
  });
  assert.deepEqual(await about("rtspEncryption: optional\n"), {
    code: 0,
    found: [["warning", unread, 1, "rtspServerKey"]],
  });
  assert.deepEqual(await about("apiEncryption: yes\napiServerKey: gone\nwebEncryption: yes\nwebServerCert: auto.crt\n"), {
    code: 0,
    found: [],
  });
});

test("the process says the same: exit 1 for broken files, 0 for sound ones", (t) => {
  const folder = tempDir(t);
  const every =
    (of: number): ((_: unknown, index: number) => boolean) =>
    (_, index) =>
      index % of === 0;
  const samples = [
    ...broken.filter(every(25)).map(({ text, code }) => ({ text: text.replace("⇒", ""), status: 1, shown: `[${code}]` })),
    ...soundFiles.filter(every(20)).map(({ text }) => ({ text, status: 0, shown: "" })),
  ];
  for (const { text, status, shown } of samples) {
    writeFileSync(join(folder, "x.yml"), text);
    const args = [join(ROOT, "src", "main.ts"), "check", "x.yml"];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", timeout: 60_000, env: {} });
    assert.equal(run.status, status, text);
    assert.ok((run.stdout + run.stderr).includes(shown), text);
  }
});

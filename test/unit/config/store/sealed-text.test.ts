import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom } from "#base/random.ts";
import { isSealed, SealedTexts } from "#config/store/sealed-text.ts";

const PASSPHRASE = "four words make one";
const TEXT = "authInternalUsers: [{user: ann, pass: 'p@ss:é#'}]\n";
const sealed = new SealedTexts(systemRandom);

test("what is sealed shows nothing, is another each time, and opens with its passphrase however that is spelt", async () => {
  const [one, other] = [await sealed.seal(TEXT, `${PASSPHRASE} é`), await sealed.seal(TEXT, `${PASSPHRASE} é`)];
  assert.notEqual(one, other);
  assert.doesNotMatch(one, /ann|p@ss|four/);
  assert.equal(isSealed(one), true);
  assert.equal(await sealed.open(one, `${PASSPHRASE} e\u0301`), TEXT);
  assert.equal(await sealed.open(JSON.stringify(JSON.parse(one)), `${PASSPHRASE} é`), TEXT);
});

test("a wrong passphrase, and any change of the file, open nothing", async () => {
  const one = await sealed.seal(TEXT, PASSPHRASE);
  await assert.rejects(sealed.open(one, "four words make two"), { code: "config-passphrase-wrong" });
  await assert.rejects(sealed.open(one, ""), { code: "config-passphrase-wrong" });
  const root = JSON.parse(one) as Record<string, string | number>;
  const flipped = Buffer.from(String(root["data"]), "base64");
  flipped[3] = (flipped[3] ?? 0) ^ 1;
  for (const change of [
    { data: flipped.toString("base64") },
    { passes: 2 },
    { memoryKib: 1024 },
    { salt: Buffer.alloc(16).toString("base64") },
  ])
    await assert.rejects(sealed.open(JSON.stringify({ ...root, ...change }), PASSPHRASE), { code: "config-passphrase-wrong" });
});

test("what is no such file, or would cost too much to open, is refused before anything is computed", async () => {
  const root = JSON.parse(await sealed.seal("", PASSPHRASE)) as Record<string, unknown>;
  const bad = [
    { kind: "x" },
    { version: 2 },
    { memoryKib: 1 << 22 },
    { passes: 0 },
    { passes: 1.5 },
    { salt: "eA==" },
    { nonce: 7 },
    { data: "" },
  ];
  const texts = [
    "",
    "{",
    "[]",
    "null",
    ...bad.map((change) => JSON.stringify({ ...root, ...change })),
    `${" ".repeat(600_000)}{}`,
  ];
  for (const text of texts)
    await assert.rejects(sealed.open(text, PASSPHRASE), { code: "config-sealed-broken" }, text.slice(0, 40));
  assert.equal(isSealed("rtsp: yes\n"), false);
});

test("a short passphrase is refused, and so is whom too many wait before", async () => {
  await assert.rejects(sealed.seal(TEXT, "short"), { code: "config-passphrase-short" });
  const many = await Promise.allSettled(Array.from({ length: 6 }, () => sealed.seal(TEXT, PASSPHRASE)));
  assert.equal(many.filter(({ status }) => status === "fulfilled").length, 4);
});

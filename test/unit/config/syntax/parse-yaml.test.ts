import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeText } from "#config/syntax/limits.ts";
import { parseYaml } from "#config/syntax/parse-yaml.ts";

const K = 256 * 1024;
const fill = (word: string): string => word.repeat(Math.floor(K / word.length));

/** Files that cost a parser more than they are long. */
const hostile: readonly { readonly title: string; readonly text: string; readonly code?: string }[] = [
  { title: "brackets within brackets", text: fill("["), code: "config-too-complex" },
  { title: "braces within braces", text: fill("{"), code: "config-too-complex" },
  { title: "lists within lists on a line", text: fill("- "), code: "config-too-complex" },
  { title: "keys within keys on a line", text: fill("? "), code: "config-too-complex" },
  { title: "colons on a line", text: fill(": "), code: "config-too-complex" },
  {
    title: "a level per line",
    text: Array.from({ length: 700 }, (_, n) => `${" ".repeat(n)}a:`).join("\n"),
    code: "config-too-complex",
  },
  {
    title: "keys without end",
    text: Array.from({ length: 20_000 }, (_, n) => `k${String(n)}: 1`).join("\n"),
    code: "config-too-complex",
  },
  { title: "empty lines without end", text: fill("\n"), code: "config-too-complex" },
  { title: "comments without end", text: fill("# x\n"), code: "config-too-complex" },
  { title: "commas without end", text: `[${fill(",").slice(1)}`, code: "config-yaml" },
  { title: "bad escapes without end", text: `a: "${fill("\\x").slice(5)}"`, code: "config-bad-escape" },
  { title: "good escapes without end", text: `a: "${fill("\\\\").slice(8)}"` },
  { title: "anchors without end", text: fill("&a "), code: "config-too-complex" },
  { title: "tags without end", text: fill("! "), code: "config-too-complex" },
  { title: "aliases without end", text: `a: &a [x]\nb: [${"*a,".repeat(1000)}]`, code: "config-too-complex" },
  { title: "an alias of itself", text: "a: &a [*a]\n", code: "config-too-complex" },
  {
    title: "a billion laughs",
    text: [
      "a: &a [x,x,x,x,x,x,x,x,x]",
      ..."bcdefghi".split("").map(
        (c, n) =>
          `${c}: &${c} [${Array(9)
            .fill(`*${"abcdefgh".charAt(n)}`)
            .join(",")}]`,
      ),
    ].join("\n"),
    code: "config-too-complex",
  },
  { title: "documents without end", text: fill("---\n"), code: "config-several-documents" },
  { title: "a long word", text: `a: ${"x".repeat(K - 10)}` },
];

for (const { title, text, code } of hostile) {
  test(`stays within its means with ${title}`, () => {
    const before = process.cpuUsage();
    const decoded = decodeText(Buffer.from(text));
    assert.ok(typeof decoded === "string");
    const { problems } = parseYaml("c.yml", decoded);
    const { user, system } = process.cpuUsage(before);
    assert.deepEqual(
      problems.map((problem) => problem.error.code),
      code === undefined ? [] : [code],
    );
    // Ten times what it takes here: slower machines pass, quadratic time doesn't.
    assert.ok(user + system < 2_000_000, `${String((user + system) / 1000)} ms`);
  });
}

test("scalars stay as they are written, with their place", () => {
  const { root } = parseYaml("c.yml", "a: 0123\nb: 'yes'\nc: ~\nd:\n");
  const values = [...root.entries].map(([key, { value }]) => [key, value.kind === "scalar" && [value.text, value.empty]]);
  assert.deepEqual(values, [
    ["a", ["0123", false]],
    ["b", ["yes", false]],
    ["c", ["~", true]],
    ["d", ["", true]],
  ]);
  assert.deepEqual(root.entries.get("b")?.value.origin, { kind: "file", file: "c.yml", line: 2, column: 4 });
});

test("a file with several syntax errors shows one per line", () => {
  const { problems } = parseYaml("c.yml", "a: @x\nb: %y\nc: d: e: f\n");
  const lines = problems.map(({ origin }) => (origin.kind === "file" ? origin.line : 0));
  assert.deepEqual(lines, [1, 2, 3]);
});

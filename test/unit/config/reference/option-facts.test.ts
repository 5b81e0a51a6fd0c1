import assert from "node:assert/strict";
import { test } from "node:test";
import { createSchema } from "#app/schema.ts";
import { descriptionsZh } from "#config/reference/descriptions-zh.ts";
import { describeSchema } from "#config/reference/option-facts.ts";
import type { OptionFacts } from "#config/reference/option-facts.ts";

const facts = describeSchema(createSchema());

/** Every option of a tree with its place, as descriptions name it. */
function places(options: readonly OptionFacts[], above = ""): readonly string[] {
  return options.flatMap((option) => {
    const place = above === "" ? option.key : `${above}.${option.key}`;
    return [place, ...places(option.properties, place), ...places(option.items?.properties ?? [], place)];
  });
}

test("an option says all about itself", () => {
  const find = (key: string): OptionFacts | undefined => [...facts.global, ...facts.path].find((option) => option.key === key);
  assert.partialDeepStrictEqual(find("readTimeout"), { kind: "duration", default: "10s", minimum: "100ms", maximum: "365d" });
  assert.partialDeepStrictEqual(find("udpMaxPayloadSize"), { unit: "bytes", maximum: "1472", secret: false });
  assert.deepEqual(find("logLevel")?.choices, ["error", "warn", "info", "debug"]);
  const users = find("authInternalUsers")?.items?.properties ?? [];
  assert.deepEqual(
    users.map(({ key, secret }) => [key, secret]),
    [
      ["user", false],
      ["pass", true],
      ["ips", false],
      ["permissions", false],
    ],
  );
  assert.match(users[3]?.items?.properties[0]?.descriptionZh ?? "", /操作/);
});

test("keys without effect say what to do instead; former ones aren't shown", () => {
  const idle = [...facts.globalIdle, ...facts.pathIdle];
  assert.ok(idle.length > 0);
  for (const { key, instead, insteadZh } of idle) assert.ok(instead !== "" && insteadZh !== "", key);
  assert.ok(!idle.some(({ key }) => key === "fallback" || key === "hlsDisable"));
});

test("every Chinese description belongs to an option", () => {
  // A key may lose its effect again; what was said of it stays true.
  const known = new Set([facts.global, facts.path, facts.globalIdle, facts.pathIdle].flatMap((options) => places(options)));
  assert.deepEqual(
    Object.keys(descriptionsZh).filter((place) => !known.has(place)),
    [],
  );
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { pathExpression } from "#streams/path-name.ts";

const expressions: readonly { name: string; matches: readonly string[]; not: readonly string[] }[] = [
  { name: "~^cam\\d+$", matches: ["cam1", "cam22"], not: ["cam", "xcam1", "CAM1"] },
  { name: "~(?i)^cam$", matches: ["cam", "CAM"], not: ["cams"] },
  { name: "~^(?i)cam$", matches: ["cam", "Cam"], not: ["acam"] },
  { name: "~\\Acam\\z", matches: ["cam"], not: ["cam2"] },
  { name: "~^(?P<site>[a-z]+)/main$", matches: ["yard/main"], not: ["yard/sub"] },
];
for (const { name, matches, not } of expressions) {
  test(`${name} is understood as Go does`, () => {
    const expression = pathExpression(name);
    assert.ok(expression instanceof RegExp);
    assert.deepEqual(
      matches.filter((path) => !expression.test(path)),
      [],
    );
    assert.deepEqual(
      not.filter((path) => expression.test(path)),
      [],
    );
  });
}

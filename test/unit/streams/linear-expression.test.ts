import assert from "node:assert/strict";
import { test } from "node:test";
import { linearExpression } from "#streams/linear-expression.ts";

function compiled(source: string, flags = ""): RegExp {
  const expression = linearExpression(source, flags);
  assert.ok(expression instanceof RegExp, source);
  return expression;
}

test("an expression made to hold up the process doesn't", () => {
  const name = `${"a".repeat(511)}!`;
  for (const source of ["^(a+)+$", "^(a|a|b?)*c$", "^(?:.*.*.*.*.*.*)x$"]) {
    const before = performance.now();
    assert.equal(compiled(source).test(name), false);
    assert.ok(performance.now() - before < 500, source);
  }
});

test("groups match as ever", () => {
  const [, site, camera] = compiled("^(?<site>[a-z]+)/(\\d{1,2})$").exec("yard/12") ?? [];
  assert.deepEqual([site, camera], ["yard", "12"]);
});

for (const source of ["(?=a)b", "(a)\\1", "(?:.{0,40}){0,40}x", "a{100000}", "(", "a".repeat(2000)]) {
  test(`refuses ${source.slice(0, 30)} with a reason`, () => {
    const refused = linearExpression(source, "");
    assert.ok(!(refused instanceof RegExp));
    assert.notEqual(refused.fault, "");
  });
}

/** Both engines agree, the ordinary one with its flag `i`. */
const insensitive: readonly (readonly [source: string, names: readonly string[]])[] = [
  ["^cam[a-c]$", ["CAMB", "camb", "CamD", "cam["]],
  ["^cam[^a-c]$", ["CAMB", "camd", "CAMD"]],
  ["^[\\w-]+/\\d$", ["Yard-1/2", "yard/x"]],
  ["^\\x41\\Dx$", ["A-X", "A1x", "AbX"]],
  ["^(?<Name>hall)$", ["HALL", "hell"]],
  ["^[0-z]$", ["A", "a", "-", "_"]],
  ["^[Xy\\]]$", ["x", "Y", "]", "z"]],
];

for (const [source, names] of insensitive) {
  test(`ignores case in ${source} as the ordinary engine does`, () => {
    const ours = compiled(source, "i");
    for (const name of names) assert.equal(ours.test(name), new RegExp(source, "i").test(name), name);
  });
}

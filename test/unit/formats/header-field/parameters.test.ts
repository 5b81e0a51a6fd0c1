import assert from "node:assert/strict";
import { test } from "node:test";
import {
  MAX_LIST_ENTRIES,
  parseDecimal,
  parseParameter,
  quote,
  singleLine,
  splitQuoted,
  unquote,
} from "#formats/header-field/parameters.ts";

const splits = [
  { text: "a,b, c ", pieces: ["a", "b", "c"] },
  { text: "", pieces: [] },
  { text: " , ,", pieces: [] },
  { text: 'a="x,y",b', pieces: ['a="x,y"', "b"] },
  { text: 'a="x\\",y",b', pieces: ['a="x\\",y"', "b"] },
  { text: 'a="open,b', pieces: ['a="open,b'] },
  { text: 'a="trailing\\', pieces: ['a="trailing\\'] },
];
for (const { text, pieces } of splits) {
  test(`splits ${JSON.stringify(text)} outside quotes`, () => {
    assert.deepEqual(splitQuoted(text, ","), pieces);
  });
}

test("reads a bounded number of list entries", () => {
  assert.equal(splitQuoted("a,".repeat(1000), ",").length, MAX_LIST_ENTRIES);
});

const parameters = [
  { text: "Name=value", name: "name", value: "value" },
  { text: ' Name = "a \\"b\\" c" ', name: "name", value: 'a "b" c' },
  { text: "flag", name: "flag", value: undefined },
  { text: "empty=", name: "empty", value: "" },
  { text: "a=b=c", name: "a", value: "b=c" },
  { text: 'open="abc', name: "open", value: "abc" },
  { text: 'open="', name: "open", value: "" },
];
for (const { text, name, value } of parameters) {
  test(`reads the parameter ${JSON.stringify(text)}`, () => {
    assert.deepEqual(parseParameter(text), { name, value });
  });
}

test("reads back what it quotes", () => {
  for (const text of ["", "plain", 'with "quotes"', "back\\slash", "中文"]) assert.equal(unquote(quote(text)), text);
});

test("nothing it writes can begin another line", () => {
  assert.equal(quote("a\r\nB: c\0"), '"a  B: c "');
  assert.equal(singleLine("a\r\nb"), "a  b");
});

const decimals = [
  { text: "0", value: 0 },
  { text: " 65535 ", value: 65535 },
  { text: "65536", value: undefined },
  { text: "-1", value: undefined },
  { text: "+1", value: undefined },
  { text: "1.5", value: undefined },
  { text: "0x10", value: undefined },
  { text: "", value: undefined },
  { text: "1 2", value: undefined },
  { text: "9".repeat(40), value: undefined },
  { text: undefined, value: undefined },
];
for (const { text, value } of decimals) {
  test(`${JSON.stringify(text ?? null)} as a port is ${String(value)}`, () => {
    assert.equal(parseDecimal(text, 0, 65535), value);
  });
}

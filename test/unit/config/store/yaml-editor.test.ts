import assert from "node:assert/strict";
import { test } from "node:test";
import { editYaml, plainValues } from "#config/store/yaml-editor.ts";
import type { PlainValue, YamlEdit } from "#config/store/yaml-editor.ts";

const set = (at: readonly string[], value: PlainValue): YamlEdit => ({ kind: "set", at, value });

const SITE = `# The shop.
logLevel: info   # not debug
api: yes

pathDefaults:
  sourceOnDemand: no

# All cameras.
paths:
  # At the gate.
  gate:
    source: rtsp://10.0.0.2/1   # main
    # maxReaders: 3
  yard: { source: "rtsp://10.0.0.3/1", sourceOnDemand: yes }

  # By the till.
  till:
    source: 'rtsp://10.0.0.4/1'
# The end.
`;

const cases: readonly { name: string; before: string; edits: readonly YamlEdit[]; after: string }[] = [
  {
    name: "a scalar is replaced in its place, its comment stays",
    before: SITE,
    edits: [set(["logLevel"], "debug"), set(["paths", "gate", "source"], "rtsp://10.0.0.9/1")],
    after: SITE.replace("logLevel: info ", "logLevel: debug ").replace("10.0.0.2", "10.0.0.9"),
  },
  {
    name: "a new key goes behind the last one of its map, before comments that are not its",
    before: SITE,
    edits: [set(["paths", "till", "maxReaders"], 4)],
    after: SITE.replace("'rtsp://10.0.0.4/1'\n", "'rtsp://10.0.0.4/1'\n    maxReaders: 4\n"),
  },
  {
    name: "a new path goes behind the last one",
    before: SITE,
    edits: [set(["paths", "door"], { source: "rtsp://10.0.0.5/1", sourceOnDemand: true })],
    after: SITE.replace("# The end.", "  door:\n    source: rtsp://10.0.0.5/1\n    sourceOnDemand: true\n# The end."),
  },
  {
    name: "comments inside an entry stay inside it when another follows",
    before: "paths:\n  gate:\n    # source: x\n",
    edits: [set(["paths", "door"], { source: "publisher" })],
    after: "paths:\n  gate:\n    # source: x\n  door:\n    source: publisher\n",
  },
  {
    name: "a map in braces is written anew with the change",
    before: SITE,
    edits: [set(["paths", "yard", "maxReaders"], 2)],
    after: SITE.replace(
      'yard: { source: "rtsp://10.0.0.3/1", sourceOnDemand: yes }\n',
      "yard:\n    source: rtsp://10.0.0.3/1\n    sourceOnDemand: yes\n    maxReaders: 2\n",
    ),
  },
  {
    name: "an entry is removed and comments stay",
    before: SITE,
    edits: [{ kind: "remove", at: ["paths", "gate"] }],
    after: SITE.replace("  gate:\n    source: rtsp://10.0.0.2/1   # main\n", ""),
  },
  {
    name: "the last entry leaves an empty map",
    before: "api: yes\npaths:\n  gate:\n    source: publisher\nlogLevel: info\n",
    edits: [{ kind: "remove", at: ["paths", "gate"] }],
    after: "api: yes\npaths: {}\nlogLevel: info\n",
  },
  {
    name: "an entry is renamed",
    before: SITE,
    edits: [{ kind: "rename", at: ["paths", "gate"], to: "front/gate" }],
    after: SITE.replace("  gate:", "  front/gate:"),
  },
  {
    name: "entries are put in order with the comments above them",
    before: SITE,
    edits: [{ kind: "order", at: ["paths"], keys: ["till", "gate"] }],
    after: SITE.slice(0, SITE.indexOf("  # At the gate"))
      .concat("\n  # By the till.\n  till:\n    source: 'rtsp://10.0.0.4/1'\n")
      .concat("  # At the gate.\n  gate:\n    source: rtsp://10.0.0.2/1   # main\n")
      .concat('    # maxReaders: 3\n  yard: { source: "rtsp://10.0.0.3/1", sourceOnDemand: yes }\n# The end.\n'),
  },
  {
    name: "a key without a value gets one",
    before: "runOnConnect:\n# Says more.\npaths:\n  # none yet\n",
    edits: [set(["runOnConnect"], "x"), set(["paths", "gate"], { source: "publisher" })],
    after: "runOnConnect: x\n# Says more.\npaths:\n  gate:\n    source: publisher\n  # none yet\n",
  },
  {
    name: "an entry without settings joins an empty map with a comment",
    before: "api: yes\npaths:\n  # none yet\n",
    edits: [set(["paths", "gate"], null), set(["paths", "door"], null)],
    after: "api: yes\npaths:\n  gate:\n  door:\n  # none yet\n",
  },
  {
    name: "an empty file gets its first key",
    before: "",
    edits: [set(["paths", "gate"], {})],
    after: "paths:\n  gate: {}\n",
  },
  {
    name: "a file of comments alone keeps them",
    before: "# nothing yet\n",
    edits: [set(["api"], true)],
    after: "# nothing yet\napi: true\n",
  },
  {
    name: "a list of maps is replaced as a block, one of words in brackets",
    before: "authInternalUsers:\n- user: a   # first\n  pass: b\nrtspTransports: [tcp]\n",
    edits: [
      set(["authInternalUsers"], [{ user: "any", permissions: [{ action: "read" }] }]),
      set(["rtspTransports"], ["udp", "tcp"]),
    ],
    after: "authInternalUsers:\n- user: any\n  permissions:\n  - action: read\nrtspTransports: [udp, tcp]\n",
  },
  {
    name: "texts that look like something else are quoted",
    before: "a: b\n",
    edits: [set(["a"], "null"), set(["c"], "12"), set(["d"], " x: # y"), set(["e"], "two\nlines"), set(["f"], "")],
    after: 'a: "null"\nc: "12"\nd: " x: # y"\ne: "two\\nlines"\nf: ""\n',
  },
  {
    name: "what is so already changes nothing",
    before: "api:   yes\n",
    edits: [set(["api"], "yes"), { kind: "remove", at: ["paths", "x"] }],
    after: "api:   yes\n",
  },
  {
    name: "windows line ends and a missing last one do no harm",
    before: "api: yes\r\npaths:\r\n  gate:\r\n    source: publisher",
    edits: [set(["paths", "gate", "source"], "redirect")],
    after: "api: yes\r\npaths:\r\n  gate:\r\n    source: redirect",
  },
];

for (const { name, before, edits, after } of cases) {
  test(name, () => {
    assert.equal(editYaml(before, edits), after);
  });
}

test("merge keys and anchors keep meaning what they meant", () => {
  const before = "base: &base\n  source: publisher\npaths:\n  a:\n    <<: *base\n    maxReaders: 1\n";
  const after = editYaml(before, [set(["paths", "a", "maxReaders"], 2)]);
  assert.match(after, /&base/);
  assert.match(after, /maxReaders: 2/);
});

test("names that look like numbers keep their order", () => {
  const before = "paths:\n  2: {}\n  1: {}\n  a: {}\n";
  assert.equal(editYaml(before, [{ kind: "order", at: ["paths"], keys: ["a", "1"] }]), "paths:\n  a: {}\n  1: {}\n  2: {}\n");
});

test("whatever is set is read back as it was given", () => {
  const values = [
    "yes",
    "~",
    "- x",
    "{a}",
    "é#",
    "a: b",
    "'",
    '"',
    "\\",
    "\u0007",
    "rtsp://u:p@h/#x",
    "0x10",
    "%",
    "@",
    "`",
    "*a",
    "&a",
    "!t",
  ];
  for (const value of values) {
    const text = editYaml("a:\n  x: y # c\n", [set(["a", "x"], value), set(["a", "list"], [value, "b"])]);
    assert.deepEqual(plainValues(text), { a: { x: value, list: [value, "b"] } }, value);
    assert.match(text, /# c/);
  }
});

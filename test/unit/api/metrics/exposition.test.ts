import assert from "node:assert/strict";
import { test } from "node:test";
import { printFamilies } from "#api/metrics/exposition.ts";

test("a family is printed as a group, label values escaped", () => {
  const families = [
    {
      name: "a_bytes",
      kind: "untyped",
      help: "Bytes.",
      samples: [
        { labels: {}, value: 0 },
        { labels: { name: 'x"\\\n', state: "ready" }, value: 1.5 },
      ],
    },
    { name: "b", kind: "gauge", help: "B.", samples: [] },
  ] as const;
  assert.equal(
    printFamilies(families),
    '# HELP a_bytes Bytes.\n# TYPE a_bytes untyped\na_bytes 0\na_bytes{name="x\\"\\\\\\n",state="ready"} 1.5\n# HELP b B.\n# TYPE b gauge\n',
  );
});

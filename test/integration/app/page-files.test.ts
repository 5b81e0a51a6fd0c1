import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readPageFiles } from "#app/page/page-files.ts";
import { ROOT } from "#test/support/source-tree.ts";

const notBuilt = existsSync(join(ROOT, "build", "web", "index.html")) ? false : "the page isn't built: scripts/web";

test(
  "the page is read from the assets, as an executable has them too, with its packed forms beside it",
  { skip: notBuilt },
  () => {
    const files = readPageFiles();
    const index = files.find("index.html");
    assert.equal(index?.type, "text/html; charset=utf-8");
    assert.match(index.plain.toString(), /<title>/);
    assert.ok((index.gzip?.length ?? 0) > 0 && (index.brotli?.length ?? 0) > 0);
    const [, script = ""] = /src="\/(assets\/[^"]+\.js)"/.exec(index.plain.toString()) ?? [];
    assert.equal(files.find(script)?.type, "text/javascript; charset=utf-8");
    assert.equal(files.find("index.html.gz"), undefined);
    assert.equal(files.find("../package.json"), undefined);
  },
);

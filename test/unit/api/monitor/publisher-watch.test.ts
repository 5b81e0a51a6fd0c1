import assert from "node:assert/strict";
import { test } from "node:test";
import { PublisherWatch } from "#api/monitor/publisher-watch.ts";

const path = (name: string, id?: string) => ({ name, source: id === undefined ? undefined : { type: "rtspSession", id } });

test("publishers that came, left or were replaced are told once; sources that we pull never", () => {
  const watch = new PublisherWatch();
  const joined = (camera: string) => ({ kind: "publisher-joined", camera, type: "rtspSession" });
  const left = (camera: string) => ({ kind: "publisher-left", camera, type: "rtspSession" });
  assert.deepEqual(watch.look([path("gate"), path("door", "1"), path("yard", "")]), [joined("door")]);
  assert.deepEqual(watch.look([path("gate", "2"), path("door", "1"), path("yard", "")]), [joined("gate")]);
  assert.deepEqual(watch.look([path("gate", "2"), path("door", "3")]), [left("door"), joined("door")]);
  assert.deepEqual(watch.look([path("gate")]), [left("gate"), left("door")]);
  assert.deepEqual(watch.look([]), []);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { paginate } from "#api/pagination.ts";

const items = Array.from({ length: 250 }, (_, index) => index);

test("a page has a hundred items unless told", () => {
  const { itemCount, pageCount, items: first } = paginate(items, {});
  assert.deepEqual([itemCount, pageCount, first.length, first[0]], [250, 3, 100, 0]);
});

test("pages count from 0, the last is what is left, those past it are empty", () => {
  assert.equal(paginate(items, { page: "2" }).items.length, 50);
  assert.deepEqual(paginate(items, { page: "3" }).items, []);
  assert.deepEqual(paginate(items, { page: "7", itemsPerPage: "3" }).items, [21, 22, 23]);
});

test("an empty list has no page", () => {
  assert.deepEqual(paginate([], {}), { itemCount: 0, pageCount: 0, items: [] });
});

test("of a parameter that is given twice the first counts", () => {
  assert.deepEqual(
    paginate(items, { page: ["1", "x"], itemsPerPage: ["3", "5"] }).items,
    [3, 4, 5].map((index) => items[index]),
  );
});

test("anything but a number is refused", () => {
  for (const page of ["-1", "x", "1.5", "99999999999", "2147483648", ["x", "2"]])
    assert.throws(() => paginate(items, { page }), /invalid page/);
  assert.throws(() => paginate(items, { itemsPerPage: "0" }), /invalid itemsPerPage/);
});

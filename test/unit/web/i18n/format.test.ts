import assert from "node:assert/strict";
import { test } from "node:test";
import {
  formatBitrate,
  formatBytes,
  formatDuration,
  formatMoment,
  formatNumber,
  formatSeconds,
  formatShare,
} from "#web/i18n/format.ts";
import { fill } from "#web/i18n/fill.ts";
import { preferredLanguage } from "#web/i18n/language.ts";

const MINUTE = 60_000;

test("sizes count in 1024, bitrates in 1000, and a space stands before the unit", () => {
  assert.equal(formatBytes(0, "en"), "0 B");
  assert.equal(formatBytes(1023, "en"), "1,023 B");
  assert.equal(formatBytes(41 * 1024 * 1024, "zh"), "41 MiB");
  assert.equal(formatBytes(1.5 * 1024 ** 3, "en"), "1.5 GiB");
  assert.equal(formatBitrate(4_180_000, "en"), "4.18 Mbit/s");
  assert.equal(formatBitrate(999, "en"), "999 bit/s");
});

test("shares are whole percents, but little is not nothing", () => {
  assert.equal(formatShare(0, "en"), "0 %");
  assert.equal(formatShare(0.123, "en"), "12 %");
  assert.equal(formatShare(0.0004, "en"), "0.04 %");
});

test("durations have the largest unit that fits, and never a negative number", () => {
  assert.equal(formatDuration(-5, "en"), "0 s");
  assert.equal(formatDuration(59_999, "en"), "59 s");
  assert.equal(formatDuration(4 * MINUTE, "zh"), "4 分钟");
  assert.equal(formatDuration(119 * MINUTE, "en"), "1 h");
  assert.equal(formatDuration(49 * 60 * MINUTE, "en"), "2 d");
  assert.equal(formatSeconds(1940, "en"), "1.9 s");
  assert.equal(formatSeconds(12_400, "zh"), "12 秒");
});

test("times are 24-hour, with the date only where it isn't today's", () => {
  const noon = new Date(2026, 8, 1, 14, 2, 11).getTime();
  assert.equal(formatMoment(noon, noon + MINUTE, "en"), "14:02:11");
  assert.equal(formatMoment(new Date(2026, 8, 1, 0, 5, 0).getTime(), noon, "en"), "00:05:00");
  assert.match(formatMoment(noon - 48 * 60 * MINUTE, noon, "zh"), /^8月30日 14:02:11$/);
});

test("numbers keep three digits, and large ones all of theirs", () => {
  assert.equal(formatNumber(18.4444, "en"), "18.4");
  assert.equal(formatNumber(123_456, "en"), "123,456");
});

test("messages choose by number, and show a value that is missing", () => {
  assert.equal(fill("{count} {count|camera|cameras}", { count: 1 }), "1 camera");
  assert.equal(fill("{count} {count|camera|cameras}", { count: 0 }), "0 cameras");
  assert.equal(fill("{name}", {}), "{name}");
});

test("the language is the first of the browser's that the page has", () => {
  assert.equal(preferredLanguage(["fr-FR", "zh-CN", "en"]), "zh");
  assert.equal(preferredLanguage(["en-GB", "zh"]), "en");
  assert.equal(preferredLanguage(["fr"]), "en");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import type { DepacketizerResult } from "#codecs/codec.ts";
import { parseJpeg, printJpeg } from "#codecs/mjpeg/bitstream.ts";
import { JpegDepacketizer, JpegPacketizer } from "#codecs/mjpeg/rtp.ts";
import { scaledQuantizers } from "#codecs/mjpeg/tables.ts";

interface Header {
  readonly offset?: number;
  readonly type?: number;
  readonly quality?: number;
  readonly size?: readonly [number, number];
  readonly extra?: string;
}

const SCAN = Buffer.from("112233445566", "hex");
const TABLES = Buffer.alloc(128, 9);

function payload(header: Header, data: Buffer): Buffer {
  const { offset = 0, type = 1, quality = 50, size = [80, 60], extra = "" } = header;
  const main = Buffer.of(0, offset >> 16, (offset >> 8) & 0xff, offset & 0xff, type, quality, size[0], size[1]);
  return Buffer.concat([main, Buffer.from(extra, "hex"), data]);
}

function push(payloads: readonly Buffer[], depacketizer = new JpegDepacketizer({ width: 0, height: 0 })): DepacketizerResult[] {
  return payloads.map((bytes, i) => depacketizer.push({ payload: bytes, timestamp: 7, marker: i === payloads.length - 1 }));
}

function pictureOf(results: readonly DepacketizerResult[]): ReturnType<typeof parseJpeg> {
  const last = results.at(-1);
  assert.equal(last?.kind, "access-units", JSON.stringify(last));
  const file = last.kind === "access-units" ? last.accessUnits[0]?.units[0] : undefined;
  return file && parseJpeg(file);
}

test("builds a picture with tables by quality", () => {
  const picture = pictureOf(push([payload({}, SCAN.subarray(0, 3)), payload({ offset: 3 }, SCAN.subarray(3))]));
  assert.deepEqual(picture, {
    type: 1,
    width: 640,
    height: 480,
    quantizers: scaledQuantizers(50),
    restartInterval: 0,
    scan: SCAN,
  });
});

test("builds a picture with tables of its own, remembered by quality", () => {
  const depacketizer = new JpegDepacketizer({ width: 0, height: 0 });
  const tables = `00000080${TABLES.toString("hex")}`;
  assert.deepEqual(pictureOf(push([payload({ quality: 130, extra: tables }, SCAN)], depacketizer))?.quantizers, TABLES);
  assert.deepEqual(pictureOf(push([payload({ quality: 130, extra: "00000000" }, SCAN)], depacketizer))?.quantizers, TABLES);
  assert.equal(push([payload({ quality: 131, extra: "00000000" }, SCAN)], depacketizer)[0]?.kind, "damaged");
});

test("takes one table for both components", () => {
  const tables = `00000040${TABLES.toString("hex", 0, 64)}`;
  assert.deepEqual(pictureOf(push([payload({ quality: 255, extra: tables }, SCAN)]))?.quantizers, TABLES);
});

test("reads restart intervals", () => {
  const results = push([
    payload({ type: 65, extra: "0010ffff" }, SCAN.subarray(0, 2)),
    payload({ type: 65, extra: "0010ffff", offset: 2 }, SCAN.subarray(2)),
  ]);
  assert.equal(pictureOf(results)?.restartInterval, 16);
  assert.deepEqual(pictureOf(results)?.scan, SCAN);
});

test("takes the size from SDP where the header has none", () => {
  const picture = pictureOf(push([payload({ size: [0, 0] }, SCAN)], new JpegDepacketizer({ width: 2592, height: 1944 })));
  assert.deepEqual([picture?.width, picture?.height], [2592, 1944]);
});

test("takes the end marker off that some cameras send", () => {
  assert.deepEqual(pictureOf(push([payload({}, Buffer.concat([SCAN, Buffer.from("ffd9", "hex")]))]))?.scan, SCAN);
});

const damaged: readonly { name: string; payloads: readonly Buffer[] }[] = [
  { name: "a header alone", payloads: [payload({}, Buffer.alloc(0))] },
  { name: "pieces that don't meet", payloads: [payload({}, SCAN), payload({ offset: 5 }, SCAN)] },
  { name: "a type that isn't specified", payloads: [payload({ type: 2 }, SCAN)] },
  { name: "no size", payloads: [payload({ size: [0, 0] }, SCAN)] },
  { name: "quality 0", payloads: [payload({ quality: 0 }, SCAN)] },
  { name: "a reserved quality", payloads: [payload({ quality: 110 }, SCAN)] },
  { name: "tables longer than the payload", payloads: [payload({ quality: 255, extra: "0000ffff" }, SCAN)] },
  { name: "16-bit tables", payloads: [payload({ quality: 255, extra: `00030080${TABLES.toString("hex")}` }, SCAN)] },
  { name: "a picture without data", payloads: [payload({}, Buffer.from("ffd9", "hex"))] },
];

for (const { name, payloads } of damaged) {
  test(`refuses as damaged: ${name}`, () => {
    assert.equal(push(payloads).at(-1)?.kind, "damaged");
  });
}

test("joins in the middle by waiting for a picture's beginning", () => {
  const depacketizer = new JpegDepacketizer({ width: 0, height: 0 });
  assert.equal(push([payload({ offset: 3 }, SCAN)], depacketizer)[0]?.kind, "joined-mid-unit");
  assert.equal(push([payload({}, SCAN)], depacketizer)[0]?.kind, "access-units");
});

test("holds no more than one picture may have", () => {
  const depacketizer = new JpegDepacketizer({ width: 0, height: 0 });
  const piece = Buffer.alloc(60_000, 1);
  const kinds = Array.from({ length: 75 }, (_, i) => {
    return depacketizer.push({ payload: payload({ offset: i * piece.length }, piece), timestamp: 0, marker: false }).kind;
  });
  assert.ok(kinds.includes("damaged"));
});

test("gives no payloads for pictures RFC 2435 can't carry", () => {
  const fields = { type: 1, quantizers: TABLES, restartInterval: 0, scan: SCAN };
  const wide = printJpeg({ ...fields, width: 2048, height: 100 });
  const packetize = (file: Buffer): number =>
    new JpegPacketizer(1200).packetize({ timestamp: 0, type: "key", units: [file] }).length;
  assert.equal(packetize(wide), 0);
  assert.equal(packetize(Buffer.from("not a picture")), 0);
  assert.equal(packetize(printJpeg({ ...fields, width: 640, height: 480 })), 1);
});

test("restart intervals survive being cut and joined", () => {
  const file = printJpeg({ type: 0, width: 640, height: 480, quantizers: TABLES, restartInterval: 20, scan: SCAN });
  const [sent] = new JpegPacketizer(1200).packetize({ timestamp: 0, type: "key", units: [file] });
  assert.ok(sent);
  assert.equal(sent.payload[4], 64);
  assert.deepEqual(pictureOf(push([sent.payload])), parseJpeg(file));
});

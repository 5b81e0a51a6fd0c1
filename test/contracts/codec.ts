/**
 * What every codec owes (`src/codecs/codec.ts`): tolerance, key units, parameter sets, and where it cuts and joins packets,
 * nothing lost and no limit broken.
 */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import {
  PacketFlag,
  type AccessUnit,
  type Codec,
  type PacketizedPayload,
  type RtpFormat,
  type TrackCodec,
} from "#codecs/codec.ts";
import { openTrack } from "#codecs/registry.ts";
import { depacketize } from "../support/recorded-rtp.ts";

/** One codec and what to try it with. */
export interface CodecSubject {
  readonly codec: Codec;
  readonly format: RtpFormat;
  /** Access units in decoding order, a key unit first; empty for formats that are only passed through. */
  readonly units: readonly AccessUnit[];
  /** Payload sizes to cut to; by default small, medium and large. */
  readonly payloadSizes?: readonly number[];
  /** Ticks between units. */
  readonly interval: number;
  /** Whether the marker means the end of a unit. */
  readonly markerEndsUnit: boolean;
  /** Whether one unit may fill several packets. */
  readonly cutsUnits: boolean;
}

/** Every flag that a codec may give a packet. */
export const ALL_FLAGS = Object.values(PacketFlag).reduce<number>((all, flag) => all | flag, 0);
const JUNK_VALUES = ["", "=", ",", "%%%", "-1", "99999999999999999999", "A".repeat(20_000), "Z2QA", "0", "\u0000"];

interface TimedPacket extends PacketizedPayload {
  readonly timestamp: number;
  readonly firstOfUnit: boolean;
}

/** Runs the suite over one codec. */
export function testCodec(subject: CodecSubject): void {
  const { codec, format } = subject;
  suite(`${codec.name} (${format.encodingName})`, () => {
    testTolerance(subject);
    if (subject.units.length > 0) testPackets(subject);
  });
}

function testTolerance(subject: CodecSubject): void {
  const { codec, format } = subject;

  test("is the codec the registry gives for its format", () => {
    assert.equal(openTrack(format).codec, codec);
    assert.deepEqual(openTrack(format).track.format, format);
  });

  test("opens, prints and compares whatever fmtp holds", () => {
    for (const key of [...format.fmtp.keys(), "config", "sprop-parameter-sets", "sizelength", "anything"]) {
      for (const value of JUNK_VALUES) {
        const broken = { ...format, fmtp: new Map([...format.fmtp, [key, value]]) };
        const { track } = openTrack(broken);
        assert.equal(typeof track.fmtp(), "string", `${key}=${value.slice(0, 20)}`);
        assert.equal(typeof track.props(), "object");
        track.parameterSetPayloads();
        assert.equal(typeof track.compatibleWith(format), "boolean");
        track.depacketizer()?.push({ payload: Buffer.alloc(40, 1), timestamp: 0, marker: true });
      }
    }
  });

  test("offers an fmtp line that stays the same when opened again", () => {
    const { track } = openTrack(format);
    inspectAll(track, packetsOf(subject, track, 1200));
    const line = track.fmtp();
    assert.equal(openTrack({ ...format, fmtp: parsedFmtp(line) }).track.fmtp(), line);
  });

  test("is compatible with itself, not with another clock rate or encoding", () => {
    const { track } = openTrack(format);
    assert.equal(track.compatibleWith(format), true);
    assert.equal(track.compatibleWith({ ...format, clockRate: format.clockRate + 1 }), false);
    assert.equal(track.compatibleWith({ ...format, encodingName: "OTHER" }), false);
  });

  test("reads payloads of any bytes and any length without an error", () => {
    const { track } = openTrack(format);
    const depacketizer = track.depacketizer();
    for (let seed = 0; seed < 600; seed += 1) {
      const payload = Buffer.from(Array.from({ length: seed % 40 }, (_, i) => (seed * 7919 + i * (seed | 1) * 31) >> (i % 3)));
      const flags = track.inspect(payload, { start: 0, end: payload.length, firstOfUnit: seed % 3 === 0 });
      assert.ok(flags >= 0 && flags <= ALL_FLAGS, `flags of ${payload.toString("hex")}`);
      depacketizer?.push({ payload, timestamp: seed >> 2, marker: seed % 5 === 0 });
      if (seed % 50 === 0) depacketizer?.reset();
    }
  });
}

function testPackets(subject: CodecSubject): void {
  const { format, units } = subject;
  const sizes = subject.payloadSizes ?? [100, 333, 1400];

  for (const size of sizes) {
    test(`joins what it cut to ${String(size)} bytes, and cuts nothing larger`, () => {
      const { track } = openTrack(format);
      const packets = packetsOf(subject, track, size);
      for (const { payload } of packets) assert.ok(payload.length <= size && payload.length > 0);
      const { units: joined } = depacketize(track.depacketizer(), packets);
      assert.deepEqual(withoutTimes(joined), withoutTimes(units));
      assert.deepEqual(
        joined.map((unit) => unit.timestamp),
        units.map((_, i) => i * subject.interval),
      );
    });

    test(`gives the marker to the last of ${String(size)} bytes, or to none`, () => {
      const { track } = openTrack(format);
      for (const unit of units) {
        const markers =
          track
            .packetizer(size)
            ?.packetize(unit)
            .map((packet) => packet.marker) ?? [];
        assert.deepEqual(markers, [...markers.slice(1).fill(false), subject.markerEndsUnit]);
      }
    });
  }

  test("shows key units as such, and others not", () => {
    const { track } = openTrack(format);
    for (const unit of units) {
      let flags = 0;
      for (const packet of packetsOf({ ...subject, units: [unit] }, track, 333)) flags |= inspect(track, packet);
      assert.equal((flags & 1) === 1 ? "key" : "delta", unit.type);
      assert.equal(flags & 8, 0, "none is malformed");
    }
  });

  test("gives nothing but whole units, whichever packet is lost", () => {
    const { track } = openTrack(format);
    const packets = packetsOf(subject, track, sizes[0] ?? 100);
    const known = new Set(units.map(printed));
    for (let lost = 0; lost < packets.length; lost += 1) {
      const depacketizer = track.depacketizer();
      const before = depacketize(depacketizer, packets.slice(0, lost)).units;
      depacketizer?.reset();
      const after = depacketize(depacketizer, packets.slice(lost + 1)).units;
      for (const unit of [...before, ...after]) {
        assert.ok(
          known.has(printed(unit)) || startsLate(unit, units),
          `packet ${String(lost)} lost: ${printed(unit).slice(0, 60)}`,
        );
      }
      if (subject.cutsUnits) assert.ok(before.length + after.length >= units.length - 3, `packet ${String(lost)} lost`);
    }
  });

  test("joins payloads cut short without an error", () => {
    const { track } = openTrack(format);
    const depacketizer = track.depacketizer();
    for (const packet of packetsOf(subject, track, 333)) {
      for (const share of [0, 0.1, 0.5, 0.9]) {
        const payload = packet.payload.subarray(0, Math.floor(packet.payload.length * share));
        track.inspect(payload, { start: 0, end: payload.length, firstOfUnit: packet.firstOfUnit });
        depacketizer?.push({ ...packet, payload });
      }
    }
  });
}

function packetsOf(subject: CodecSubject, track: TrackCodec, size: number): TimedPacket[] {
  const packetizer = track.packetizer(size);
  return subject.units.flatMap((unit, index) =>
    (packetizer?.packetize(unit) ?? []).map((packet, i) => ({
      ...packet,
      timestamp: index * subject.interval + packet.timestampOffset,
      firstOfUnit: i === 0,
    })),
  );
}

function inspectAll(track: TrackCodec, packets: readonly TimedPacket[]): void {
  for (const packet of packets) inspect(track, packet);
}

/** As the hub does: the payload lies somewhere inside a larger buffer. */
function inspect(track: TrackCodec, packet: TimedPacket): number {
  const buffer = Buffer.concat([Buffer.alloc(12, 0xff), packet.payload, Buffer.alloc(5, 0xff)]);
  return track.inspect(buffer, { start: 12, end: 12 + packet.payload.length, firstOfUnit: packet.firstOfUnit });
}

/** Parameter sets before the picture may have been lost with their packet: the picture itself is whole. */
function startsLate(unit: AccessUnit, units: readonly AccessUnit[]): boolean {
  const text = joinedUnits(unit);
  return units.some((known) => joinedUnits(known).endsWith(text));
}

function joinedUnits(unit: AccessUnit): string {
  return unit.units.map((bytes) => bytes.toString("hex")).join("|");
}

function printed(unit: AccessUnit): string {
  return `${unit.type}:${joinedUnits(unit)}`;
}

function withoutTimes(units: readonly AccessUnit[]): string[] {
  return units.map(printed);
}

/** An fmtp line read back as SDP's parser does. */
export function parsedFmtp(line: string): Map<string, string> {
  const pairs = line.split(/;\s*/).filter((pair) => pair !== "");
  return new Map(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      const [key, value] = equals < 0 ? [pair, ""] : [pair.slice(0, equals), pair.slice(equals + 1)];
      return [key.trim().toLowerCase(), value.trim()];
    }),
  );
}

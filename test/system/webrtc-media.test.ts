/**
 * Media of the whole process as viewers by WHEP get it, with the native module and without: every packet, reports, what was lost,
 * and a new picture.
 */
import assert from "node:assert/strict";
import { after, before, suite, test } from "node:test";
import { WhepViewer } from "#test/peers/whep-viewer.ts";
import { printNack, printPictureLoss } from "#formats/rtcp/feedback.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const SENDER_REPORT = 200;
const PATIENCE_MS = 30_000;

const WAYS = [
  { way: "with the native module", env: {}, profile: "AEAD_AES_128_GCM" },
  { way: "without the native module", env: { SLUICE_NATIVE: "off" }, profile: "AES_CM_128_HMAC_SHA1_80" },
];

/** A viewer and what it got. */
interface Watched {
  readonly viewer: WhepViewer;
  readonly packets: Buffer[];
  readonly reports: Buffer[];
}

const sequenceOf = (packet: Buffer): number => packet.readUInt16BE(2);
const typeOf = (packet: Buffer): number => packet.readUInt8(1) & 0x7f;

function assertNoGaps(packets: readonly Buffer[]): void {
  const numbers = packets.map(sequenceOf);
  numbers.slice(1).forEach((number, index) => assert.equal(number, ((numbers[index] ?? 0) + 1) & 0xffff));
}

for (const { way, env, profile } of WAYS) {
  void suite(`media by WHEP, ${way}`, () => {
    const ends: (() => unknown)[] = [];
    const cleanup: Cleanup = { after: (run) => void ends.push(run) };
    let sluice: SluiceProcess;

    before(async () => {
      sluice = await startSluice(cleanup, { config: "paths:", args: ["--demo"], env });
      const ready = async (): Promise<boolean> => {
        const response = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/paths/get/demo`);
        return ((await response.json()) as { ready?: boolean }).ready === true;
      };
      await waitUntil(ready, { what: "the demo stream", timeoutMs: PATIENCE_MS });
    });
    after(async () => {
      for (const end of ends.reverse()) await end();
    });

    async function watch(): Promise<Watched> {
      const packets: Buffer[] = [];
      const reports: Buffer[] = [];
      const url = `http://127.0.0.1:${String(sluice.webrtcPort)}/demo/whep`;
      const keep = { onRtp: (packet: Buffer) => packets.push(packet), onRtcp: (packet: Buffer) => reports.push(packet) };
      return { viewer: await WhepViewer.open({ url, ...keep }), packets, reports };
    }

    async function enough({ packets }: Watched, count: number): Promise<void> {
      await waitUntil(() => packets.length > count, { what: "packets", timeoutMs: PATIENCE_MS });
    }

    test("packets have no gaps, and none is longer than 1200 bytes of UDP payload", async () => {
      const watched = await watch();
      await enough(watched, 60);
      await watched.viewer.leave();
      assertNoGaps(watched.packets);
      assert.ok(watched.packets.every((packet) => packet.length <= 1188));
      assert.equal(watched.viewer.srtpProfile, profile);
    });

    test("several viewers get the same payloads, each by its own numbers, and sender reports", async () => {
      const all = [await watch(), await watch(), await watch()];
      const payloads = ({ packets }: Watched): string[] => packets.map((packet) => packet.toString("hex", 12));
      const last = all[2];
      assert.ok(last);
      await enough(last, 60);
      for (const { reports } of all) {
        const isReport = (packet: Buffer): boolean => packet.readUInt8(1) === SENDER_REPORT;
        await waitUntil(() => reports.some(isReport), { what: "a sender report", timeoutMs: PATIENCE_MS });
      }
      for (const { viewer } of all) await viewer.leave();
      for (const each of all) {
        assertNoGaps(each.packets);
        const got = new Set(payloads(each));
        const shared = payloads(last).slice(40, 60);
        assert.ok(shared.every((payload) => got.has(payload)));
      }
    });

    test("lost packets come again, in a stream of their own", async () => {
      const watched = await watch();
      const { viewer, packets } = watched;
      await enough(watched, 20);
      const lost = packets[10] ?? Buffer.alloc(12);
      const nack = printNack(1, lost.readUInt32BE(8), [sequenceOf(lost)]);
      assert.ok(nack);
      viewer.sendRtcp(nack);
      const isRepair = (packet: Buffer): boolean => typeOf(packet) === 103;
      await waitUntil(() => packets.some(isRepair), { what: "the packet again", timeoutMs: PATIENCE_MS });
      const repair = packets.find(isRepair) ?? Buffer.alloc(14);
      await viewer.leave();
      assert.equal(repair.readUInt16BE(12), sequenceOf(lost));
      assert.deepEqual(repair.subarray(14), lost.subarray(12));
      assert.notEqual(repair.readUInt32BE(8), lost.readUInt32BE(8));
    });

    test("a request for a picture brings the key picture again, with new numbers and no gap", async () => {
      const watched = await watch();
      const { viewer, packets } = watched;
      await enough(watched, 20);
      // A second request within half a second of the first is one too many.
      await new Promise((resolve) => setTimeout(resolve, 600));
      const asked = packets.length;
      viewer.sendRtcp(printPictureLoss(1, packets[0]?.readUInt32BE(8) ?? 0));
      const isSet = (packet: Buffer): boolean => [7, 24].includes(packet.readUInt8(12) & 0x1f);
      await waitUntil(() => packets.slice(asked).some(isSet), { what: "the picture", timeoutMs: PATIENCE_MS });
      await viewer.leave();
      assertNoGaps(packets);
    });
  });
}

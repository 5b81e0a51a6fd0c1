/** UDP and multicast options change while readers of every transport are there: who isn't concerned stays. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { test } from "node:test";
import type { TransportSpec } from "#formats/rtsp-message/transport.ts";
import { RtspClient } from "#test/peers/rtsp-client.ts";
import { UdpPair } from "#test/peers/udp-pair.ts";
import { freeUdpPair } from "#test/support/free-ports.ts";
import { startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const slow = { timeoutMs: 30_000, pollMs: 20 } as const;

interface Reader {
  readonly client: RtspClient;
  /** Whether media comes from now on. */
  readonly flows: () => Promise<void>;
}

async function overTcp(t: Cleanup, sluice: SluiceProcess): Promise<Reader> {
  const client = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => client.close());
  await client.read(sluice.url("demo"));
  const flows = async (): Promise<void> => {
    const before = client.frames.length;
    await waitUntil(() => client.frames.length > before + 5, { what: "media over TCP", ...slow });
  };
  return { client, flows };
}

/** All tracks on one pair each; `server` is where the server says it sends from. */
async function overUdp(t: Cleanup, sluice: SluiceProcess): Promise<Reader & { readonly server: number | undefined }> {
  const client = await RtspClient.connect({ port: sluice.rtspPort });
  const pairs = [await UdpPair.open(), await UdpPair.open()];
  t.after(() => {
    client.close();
    for (const pair of pairs) pair.close();
  });
  const spec = (track: number): TransportSpec => ({
    protocol: "RTP/AVP",
    delivery: "unicast",
    clientPort: pairs[track]?.ports ?? [0, 0],
  });
  await client.read(sluice.url("demo"), spec);
  const offered = client.responses.map(({ headers }) => /server_port=(\d+)/.exec(headers.get("Transport") ?? "")?.[1]);
  const server = offered.find((port) => port !== undefined);
  const flows = async (): Promise<void> => {
    const before = pairs[0]?.rtp.length ?? 0;
    await waitUntil(() => (pairs[0]?.rtp.length ?? 0) > before + 5, { what: "media over UDP", ...slow });
  };
  return { client, flows, server: server === undefined ? undefined : Number(server) };
}

test("readers stay when UDP ports move, those over UDP on the old ones; only a socket that is made anew ends its sessions", async (t) => {
  const sluice = await startSluice(t, { config: "", args: ["--demo"], env: { STATE_DIRECTORY: "" } });
  const ready = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${String(sluice.apiPort)}/v3/paths/get/demo`);
    return ((await answer.json()) as { ready?: boolean }).ready === true;
  };
  await waitUntil(ready, { what: "the demo", ...slow });
  const [tcp, udp] = [await overTcp(t, sluice), await overUdp(t, sluice)];
  assert.equal(udp.server, sluice.rtpPort);
  await Promise.all([tcp.flows(), udp.flows()]);
  let reloads = 0;
  const change = async (text: string): Promise<void> => {
    reloads += 1;
    writeFileSync(sluice.file, text);
    const changed = (): boolean => sluice.log().split("configuration was changed").length - 1 >= reloads;
    await waitUntil(changed, { what: `reload ${String(reloads)}\n${sluice.log()}`, ...slow });
  };

  const next = await freeUdpPair();
  const moved = sluice
    .text("")
    .replace(/^rtpAddress.*$/m, `rtpAddress: 127.0.0.1:${String(next)}`)
    .replace(/^rtcpAddress.*$/m, `rtcpAddress: 127.0.0.1:${String(next + 1)}`);
  await change(moved);
  await Promise.all([tcp.flows(), udp.flows()]);
  const later = await overUdp(t, sluice);
  assert.equal(later.server, next);
  await later.flows();

  await change(`${moved}\nmulticastIPRange: 239.9.0.0/16\nudpMaxPayloadSize: 1300`);
  await Promise.all([tcp.flows(), udp.flows(), later.flows()]);

  // The same ports with another buffer: the socket can't be there twice.
  await change(`${moved}\nudpReadBufferSize: 300000`);
  await Promise.all([tcp.flows(), udp.flows()]);
  const again = await overUdp(t, sluice);
  await again.flows();

  await change(`${moved}\nrtspTransports: [tcp]`);
  await Promise.all([tcp.flows(), udp.flows(), again.flows()]);
  const refused = await RtspClient.connect({ port: sluice.rtspPort });
  t.after(() => refused.close());
  const spec: TransportSpec = { protocol: "RTP/AVP", delivery: "unicast", clientPort: [50_000, 50_001] };
  assert.equal((await refused.setUp(`${sluice.url("demo")}/trackID=0`, spec)).status, 461);
  assert.deepEqual([tcp.client.closed, udp.client.closed], [false, false]);
});

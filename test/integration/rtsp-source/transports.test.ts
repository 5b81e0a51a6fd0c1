/** How media comes: TCP, UDP, multicast, and what cameras make of the Transport header (quirk rows 8, 10). */
import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { pause, waitUntil } from "#test/support/wait-until.ts";
import { boundUdpSocket } from "./foreign-sender.ts";
import { pull, type PullSettings } from "./pulled-camera.ts";

const answers: readonly { name: string; script: CameraScript }[] = [
  { name: "other channels than asked for", script: { channels: (track) => [10 + track * 2, 11 + track * 2] } },
  { name: "odd channels", script: { channels: (track) => [track * 2 + 1, track * 2 + 2] } },
  { name: "no Transport header", script: { transportAnswer: () => undefined } },
  {
    name: "no Transport header, on channels of its own",
    script: { transportAnswer: () => undefined, channels: (track) => [6 + track * 2, 7 + track * 2] },
  },
  {
    name: "a single channel",
    script: { transportAnswer: (_usual, track) => `RTP/AVP/TCP;unicast;interleaved=${String(track * 2)}` },
  },
  { name: "RTP/AVP with channels", script: { transportAnswer: (usual) => usual.replace("/TCP", "") } },
  { name: "RTP/AVP and nothing else", script: { transportAnswer: () => "RTP/AVP;unicast" } },
  {
    name: "channels it doesn't use",
    script: { transportAnswer: () => "RTP/AVP/TCP;unicast;interleaved=20-21", channels: (track) => [track * 2, track * 2 + 1] },
  },
  {
    name: "the channels of the first track for the second",
    script: { transportAnswer: () => "RTP/AVP/TCP;unicast;interleaved=0-1", channels: () => [0, 1] },
  },
  {
    name: "its tracks' channels the wrong way round",
    script: {
      transportAnswer: (_usual, track) => `RTP/AVP/TCP;interleaved=${track === 0 ? "2-3" : "0-1"}`,
      channels: (track) => [track * 2, track * 2 + 1],
    },
  },
  { name: "junk", script: { transportAnswer: () => ";;=;interleaved=x-y" } },
];

suite("over TCP, plays from a camera that answers SETUP with", { concurrency: true }, () => {
  for (const { name, script } of answers) {
    test(name, async (t) => {
      const pulled = await pull(t, { ...script, media: { audio: true } });
      await pulled.state("live");
      await pulled.video(20);
      const { input } = pulled;
      assert.ok(input.of(0).every(({ payloadType }) => payloadType === 96));
      assert.ok(input.of(1).length > 2, "audio arrives too");
      assert.ok(input.of(1).every(({ payloadType }) => payloadType === 97));
      await waitUntil(() => input.senderReports.some(({ track }) => track === 0), { what: "a sender report" });
    });
  }
});

const switches: readonly { name: string; script: CameraScript; used: string; withinMs: number }[] = [
  { name: "UDP when TCP is refused", script: { transports: ["udp"] }, used: "client_port", withinMs: 700 },
  { name: "multicast when the others are refused", script: { transports: ["multicast"] }, used: "multicast", withinMs: 700 },
  { name: "UDP when TCP is granted and silent", script: { silentTransports: ["tcp"] }, used: "client_port", withinMs: 4000 },
  {
    name: "UDP when TCP is asked for and ports are answered",
    script: {
      transportAnswer: (usual) =>
        usual.includes("/TCP") ? "RTP/AVP;unicast;client_port=5000-5001;server_port=6000-6001" : usual,
    },
    used: "client_port",
    withinMs: 700,
  },
];

suite("with rtspTransport automatic, goes over to", { concurrency: true }, () => {
  for (const { name, script, used, withinMs } of switches) {
    test(name, async (t) => {
      const before = performance.now();
      const pulled = await pull(t, script);
      await pulled.state("live");
      const took = performance.now() - before;
      assert.ok(took < withinMs, `${String(took)} ms`);
      const last = pulled.camera.requests.filter(({ method }) => method === "SETUP").at(-1);
      assert.match(last?.headers.get("transport") ?? "", new RegExp(used));
    });
  }
});

const WITHOUT_PORTS: CameraScript = { transportAnswer: (usual) => usual.replace(/;server_port=[\d-]+/, "") };
const udp = (more: PullSettings["options"] = {}): PullSettings => ({ options: { rtspTransport: "udp", ...more } });

suite("the source", { concurrency: true }, () => {
  test("plays video whose packets have another payload type than described", async (t) => {
    const pulled = await pull(t, { media: { videoPayloadType: 100 } }, { options: { rtspTransport: "tcp" } });
    await pulled.state("live");
    assert.ok(pulled.input.of(0).every(({ payloadType }) => payloadType === 96));
  });

  test("plays over UDP, opens the way, and sends reports", async (t) => {
    const pulled = await pull(t, {}, { options: { rtspTransport: "udp" } });
    await pulled.state("live");
    await pulled.video(20);
    const [session] = pulled.camera.sessions.values();
    assert.ok((session?.punches ?? 0) >= 2);
    await waitUntil(() => pulled.camera.reports >= 2, { what: "a receiver report", timeoutMs: 6500 });
  });

  for (const rtspTransport of ["tcp", "udp"] as const) {
    test(`plays over IPv6 and ${rtspTransport}`, async (t) => {
      const pulled = await pull(t, { address: "::1" }, { options: { rtspTransport } });
      await pulled.state("live");
    });
  }

  test("plays over multicast", async (t) => {
    const pulled = await pull(t, { transports: ["multicast"] }, { options: { rtspTransport: "multicast" } });
    await pulled.state("live");
    await pulled.video(20);
  });

  test("remembers the transport that worked", async (t) => {
    const pulled = await pull(t, { transports: ["udp"] });
    await pulled.state("live");
    const before = pulled.camera.count("SETUP");
    await pulled.camera.kill();
    await pulled.camera.listen();
    await waitUntil(() => pulled.inputs.length === 2, { what: "the second session" });
    assert.equal(pulled.camera.count("SETUP"), before + 1);
  });

  test("takes media over the connection where UDP was asked for and TCP is answered", async (t) => {
    const script: CameraScript = { transportAnswer: () => "RTP/AVP/TCP;unicast;interleaved=0-1", answersUdpWithTcp: true };
    const pulled = await pull(t, script, { options: { rtspTransport: "udp" } });
    await pulled.state("live");
  });

  test("stays with the transport that is configured", async (t) => {
    const pulled = await pull(t, { transports: ["udp"] }, { options: { rtspTransport: "tcp" } });
    await pulled.state("offline");
    assert.equal(pulled.source.lastError?.code, "source-transport-refused");
    assert.ok(pulled.camera.requests.every(({ headers }) => !(headers.get("transport") ?? "").includes("client_port")));
  });

  test("refuses a camera that names no port to send from", async (t) => {
    const pulled = await pull(t, WITHOUT_PORTS, udp());
    await pulled.state("offline");
    assert.equal(pulled.source.lastError?.code, "source-server-port-missing");
  });

  test("with rtspAnyPort, plays from a camera that names no port to send from", async (t) => {
    const pulled = await pull(t, WITHOUT_PORTS, udp({ rtspAnyPort: true }));
    await pulled.state("live");
  });

  test("with rtspAnyPort, plays from a camera that sends from other ports than it names", async (t) => {
    const pulled = await pull(t, { otherServerPorts: true }, udp({ rtspAnyPort: true }));
    await pulled.state("live");
  });

  test("takes no packets from other ports than the camera named", async (t) => {
    const pulled = await pull(t, { otherServerPorts: true }, udp());
    await pause(1000);
    assert.equal(pulled.inputs.length, 0);
  });

  test("takes no packets from other addresses, even with rtspAnyPort", async (t) => {
    const pulled = await pull(t, { silentTransports: ["udp"] }, udp({ rtspAnyPort: true }));
    const setup = await waitUntil(
      () =>
        pulled.camera.requests.find(({ method }) => method === "PLAY") &&
        pulled.camera.requests.find(({ method }) => method === "SETUP"),
      { what: "PLAY" },
    );
    const port = Number(/client_port=(\d+)/.exec(setup.headers.get("transport") ?? "")?.[1]);
    const stranger = await boundUdpSocket("127.0.0.2");
    t.after(() => stranger.close());
    const packet = Buffer.from([0x80, 0x60, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0x65, 0, 0, 0]);
    for (let index = 0; index < 5; index++) stranger.send(packet, port, "127.0.0.1");
    await pause(300);
    assert.equal(pulled.inputs.length, 0);
  });

  test("uses the UDP ports it was given", async (t) => {
    const pulled = await pull(t, {}, udp({ rtspUDPSourcePortRange: [41_000, 41_099] }));
    await pulled.state("live");
    const transport = pulled.camera.requests.find(({ method }) => method === "SETUP")?.headers.get("transport") ?? "";
    const port = Number(/client_port=(\d+)/.exec(transport)?.[1]);
    assert.ok(port >= 41_000 && port < 41_099 && port % 2 === 0, transport);
  });

  test("puts overtaken packets in order and drops doubled ones", async (t) => {
    const faults = { swap: (index: number) => index % 7 === 3, duplicate: (index: number) => index % 5 === 2 };
    const pulled = await pull(t, { faults }, udp());
    await pulled.video(60);
    const sequences = pulled.input.of(0).map(({ sequence }) => sequence);
    assert.deepEqual(
      sequences,
      sequences.map((_, index) => (sequences[0] ?? 0) + index),
    );
  });

  test("goes on after lost packets, counting them", async (t) => {
    const faults = { drop: (index: number) => index % 10 === 9 };
    const pulled = await pull(t, { faults }, udp());
    await pulled.video(60);
    const sequences = pulled.input.of(0).map(({ sequence }) => sequence);
    const missing = (sequences.at(-1) ?? 0) - (sequences[0] ?? 0) + 1 - sequences.length;
    const [session] = pulled.camera.sessions.values();
    assert.ok(missing > 0 && missing <= (session?.dropped ?? 0), String(missing));
    assert.deepEqual(
      sequences,
      [...sequences].sort((a, b) => a - b),
    );
  });

  test("asks a recorder for a position and a speed", async (t) => {
    const options = { rtspRangeType: "clock", rtspRangeStart: "20260101T120000Z", rtspScale: 2 } as const;
    const pulled = await pull(t, {}, { options });
    await pulled.state("live");
    const play = pulled.camera.requests.find(({ method }) => method === "PLAY");
    assert.equal(play?.headers.get("range"), "clock=20260101T120000Z-");
    assert.equal(play.headers.get("scale"), "2");
  });
});

/** Outside of the NAT: viewers, and coturn as STUN and TURN server. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { WhepViewer, type ViewerScript } from "#test/peers/whep-viewer.ts";
import { internet, onTheBox } from "#test/support/own-network.ts";
import { RunningProgram } from "#test/support/programs.ts";
import { accepts, startSluice, type SluiceProcess } from "#test/support/sluice-process.ts";
import type { Cleanup } from "#test/support/temp-dir.ts";
import { waitUntil } from "#test/support/wait-until.ts";

const patient = { timeoutMs: 30_000, pollMs: 100 } as const;
const PACKETS = 100;
const STUN = `{url: "stun:${internet.server}:3478"}`;
const TURN = `{url: "turn:${internet.server}:3478?transport=udp", username: ann, password: s3cret-relay}`;

let server: RunningProgram;

before(async () => {
  const listen = ["--listening-ip", internet.server, "--relay-ip", internet.server, "--min-port", "50000", "--max-port", "50099"];
  const users = ["--lt-cred-mech", "--realm", "box.example", "--user", "ann:s3cret-relay"];
  const quiet = ["-n", "--no-tls", "--no-dtls", "--no-cli", "--log-file", "stdout", "--pidfile", "/dev/null"];
  server = new RunningProgram("turnserver", [...listen, ...users, ...quiet]);
  await waitUntil(() => accepts(3478, internet.server), { what: "the TURN server", ...patient });
});

after(async () => {
  await server.stop();
});

async function start(t: Cleanup, servers: string): Promise<SluiceProcess> {
  const users = "[{user: any, permissions: [{action: read}, {action: api}]}]";
  const config = `authInternalUsers: ${users}\nwebrtcICEServers2: [${servers}]\npaths: {}`;
  const sluice = await startSluice(t, { config, args: ["--demo"], host: internet.box, through: onTheBox() });
  await waitUntil(() => accepts(sluice.webrtcPort, internet.box), { what: "WHEP", ...patient });
  return sluice;
}

/** Opens viewers until one is answered: the demo camera, and what servers are asked, may still be on their way. */
async function watch(t: Cleanup, sluice: SluiceProcess, script: Omit<ViewerScript, "url" | "address">): Promise<WhepViewer> {
  const url = `http://${internet.box}:${String(sluice.webrtcPort)}/demo/whep`;
  await waitUntil(
    async () => {
      const asked = await WhepViewer.open({ url, address: internet.viewer, until: "post" });
      const is = asked.answer.status === 201 && asked.answer.body.includes(`typ ${script.candidate ?? "host"}`);
      if (asked.answer.status === 201) await asked.leave();
      else asked.close();
      return is;
    },
    { what: `an answer with ${script.candidate ?? "host"}:\n${sluice.log()}`, ...patient },
  );
  const viewer = await WhepViewer.open({ url, address: internet.viewer, ...script });
  t.after(() => viewer.close());
  return viewer;
}

test("without a server the NAT keeps viewers out", async (t) => {
  const sluice = await start(t, "");
  await assert.rejects(watch(t, sluice, { candidate: "host" }), /no ICE in time/);
});

test("by STUN: the answer has the router's address, and the way through it is opened for each viewer", async (t) => {
  const sluice = await start(t, STUN);
  let packets = 0;
  const viewer = await watch(t, sluice, { candidate: "srflx", onRtp: () => (packets += 1) });
  assert.match(viewer.answer.body, new RegExp(`udp \\d+ ${internet.router} \\d+ typ srflx raddr 0\\.0\\.0\\.0 rport 9`));
  await waitUntil(() => packets > PACKETS, { what: "media", ...patient });
});

test("by TURN: media goes through the server's port, and the session says so", async (t) => {
  const sluice = await start(t, TURN);
  let packets = 0;
  const viewer = await watch(t, sluice, { candidate: "relay", onRtp: () => (packets += 1) });
  assert.match(viewer.answer.body, new RegExp(`udp \\d+ ${internet.server} 500\\d\\d typ relay`));
  assert.match(viewer.answer.headers.get("link") ?? "", /turn:203\.0\.113\.3:3478\?transport=udp/);
  await waitUntil(() => packets > PACKETS, { what: "media", ...patient });
  const sessions = await fetch(`http://${internet.box}:${String(sluice.apiPort)}/v3/webrtcsessions/list`);
  const { items } = (await sessions.json()) as { items: { localCandidate: string; remoteCandidate: string }[] };
  assert.match(items[0]?.localCandidate ?? "", /^relay\/udp\//);
  assert.match(items[0]?.remoteCandidate ?? "", new RegExp(`${internet.viewer}/\\d+$`));
  assert.ok(!sluice.log().includes("s3cret-relay"));
  assert.equal(await viewer.leave(), 200);
  assert.equal((await sluice.stop()).code, 0);
});

test("wrong credentials and a server that is silent are told, and the box goes on without", async (t) => {
  const wrong = TURN.replace("s3cret-relay", "another");
  const sluice = await start(t, `${wrong}, {url: "stun:${internet.viewer}:9"}`);
  await waitUntil(() => sluice.log().includes("the TURN server gives no port"), { what: "a warning", ...patient });
  assert.match(sluice.log(), /"reason":"401"|reason=401|401/);
  await waitUntil(() => sluice.log().includes("the STUN server does not answer"), { what: "a warning", ...patient });
});

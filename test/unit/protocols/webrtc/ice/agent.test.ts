import assert from "node:assert/strict";
import { test } from "node:test";
import { systemRandom } from "#base/random.ts";
import { parseStun } from "#formats/stun/message.ts";
import { IceAgent } from "#protocols/webrtc/ice/agent.ts";
import type { Remote } from "#protocols/webrtc/ice/remote.ts";
import { bindingRequest } from "#test/peers/stun-client.ts";
import { ManualClock } from "#test/support/manual-clock.ts";

class FakeRemote implements Remote {
  readonly transport = "udp";
  readonly local = "host";
  readonly destination = undefined;
  readonly pendingBytes = 0;
  readonly takenBytes = 0;
  readonly key: string;
  readonly endpoint: { address: string; port: number };
  readonly sent: Buffer[] = [];

  constructor(port: number) {
    this.key = `udp 10.0.0.1:${String(port)}`;
    this.endpoint = { address: "10.0.0.1", port };
  }

  send(packet: Buffer): boolean {
    this.sent.push(packet);
    return true;
  }
}

function agentWith(selected: string[] = []): { agent: IceAgent; clock: ManualClock } {
  const clock = new ManualClock();
  const agent = new IceAgent({
    clock,
    random: systemRandom,
    remote: { ufrag: "theirs", pwd: "their password of 22 ch" },
    events: { selected: (remote) => selected.push(remote.key), data: () => undefined },
  });
  return { agent, clock };
}

/** A check from `remote`; whether it was taken. */
function check(
  agent: IceAgent,
  remote: Remote,
  more: { password?: string; username?: string; nominate?: boolean; controlled?: boolean } = {},
): boolean {
  const { ufrag, pwd } = agent.credentials;
  const buffer = bindingRequest({
    transactionId: Buffer.alloc(12, 1),
    username: more.username ?? `${ufrag}:theirs`,
    password: more.password ?? pwd,
    nominate: more.nominate ?? true,
    controlled: more.controlled ?? false,
  });
  const range = { start: 0, end: buffer.length };
  const message = parseStun(buffer, range);
  assert.ok(message);
  return agent.check(message, { buffer, range }, remote);
}

test("a genuine check is answered, and where it came from is selected", () => {
  const selected: string[] = [];
  const { agent } = agentWith(selected);
  const remote = new FakeRemote(1);
  assert.equal(check(agent, remote), true);
  assert.equal(remote.sent.length, 1);
  assert.deepEqual(selected, [remote.key]);
});

test("nothing is answered to who doesn't know the password or names another session", () => {
  const { agent } = agentWith();
  const remote = new FakeRemote(1);
  assert.equal(check(agent, remote, { password: "wrong" }), false);
  assert.equal(check(agent, remote, { username: "other:theirs" }), false);
  assert.equal(check(agent, remote, { username: `${agent.credentials.ufrag}:other` }), false);
  assert.deepEqual(remote.sent, []);
});

test("who takes itself for the controlled side is told so, and not selected", () => {
  const { agent } = agentWith();
  const remote = new FakeRemote(1);
  assert.equal(check(agent, remote, { controlled: true }), false);
  assert.equal(parseStun(remote.sent[0] ?? Buffer.alloc(0), { start: 0, end: remote.sent[0]?.length ?? 0 })?.kind, "error");
  assert.equal(agent.selected, undefined);
});

test("the nominated address wins over the first one, and a later nomination over an earlier one", () => {
  const { agent } = agentWith();
  const [first, second] = [new FakeRemote(1), new FakeRemote(2)];
  check(agent, first, { nominate: false });
  assert.equal(agent.selected, first);
  check(agent, second, { nominate: true });
  assert.equal(agent.selected, second);
  check(agent, first, { nominate: false });
  assert.equal(agent.selected, second, "a check alone changes nothing");
  check(agent, first, { nominate: true });
  assert.equal(agent.selected, first);
});

test("after a restart the old credentials are worth nothing, and media stays where it is", () => {
  const { agent } = agentWith();
  const remote = new FakeRemote(1);
  check(agent, remote);
  const old = agent.credentials;
  agent.restart({ ufrag: "theirs", pwd: "another password of 22c" });
  assert.equal(check(agent, new FakeRemote(3), { username: `${old.ufrag}:theirs`, password: old.pwd }), false);
  assert.equal(agent.selected, remote);
  assert.equal(check(agent, new FakeRemote(4)), true);
});

test("many addresses make the oldest leave, never the one in use", () => {
  const { agent } = agentWith();
  const used = new FakeRemote(1);
  check(agent, used);
  for (let port = 2; port < 40; port += 1) check(agent, new FakeRemote(port), { nominate: false });
  assert.ok(agent.remoteKeys.length <= 8);
  assert.ok(agent.remoteKeys.includes(used.key));
});

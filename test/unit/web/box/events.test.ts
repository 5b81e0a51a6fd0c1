import assert from "node:assert/strict";
import { test } from "node:test";
import { BoxEventsConnection } from "#web/box/events.ts";
import type { EventStream } from "#web/box/events.ts";
import { ManualPageClock } from "#test/support/manual-page-clock.ts";

class FakeStream implements EventStream {
  readonly listeners = new Map<string, (event: { readonly data?: unknown }) => void>();
  closed = false;

  addEventListener(type: string, listener: (event: { readonly data?: unknown }) => void): void {
    this.listeners.set(type, listener);
  }

  close(): void {
    this.closed = true;
  }

  say(type: string, data?: object): void {
    this.listeners.get(type)?.(data === undefined ? {} : { data: JSON.stringify(data) });
  }
}

function connect({ isThere = true } = {}) {
  const clock = new ManualPageClock();
  const opened: { address: string; stream: FakeStream }[] = [];
  const heard: string[] = [];
  const connection = new BoxEventsConnection({
    clock,
    open: (address) => {
      const stream = new FakeStream();
      opened.push({ address, stream });
      return stream;
    },
    isThere: () => Promise.resolve(isThere),
    onSnapshot: () => heard.push("snapshot"),
    onChange: () => heard.push("change"),
    onHappened: () => heard.push("happened"),
    onLost: () => heard.push("lost"),
  });
  return { clock, opened, heard, connection };
}

test("a broken connection is told at once and opened again", () => {
  const { clock, opened, heard, connection } = connect();
  connection.connect(undefined);
  opened[0]?.stream.say("snapshot", {});
  opened[0]?.stream.say("error");
  assert.deepEqual(heard, ["snapshot", "lost"]);
  assert.equal(opened[0]?.stream.closed, true);
  clock.advance(2000);
  assert.equal(opened.length, 2);
});

test("a silence is asked about: a box that answers has nothing to say, one that doesn't is lost", async () => {
  const quiet = connect({ isThere: true });
  quiet.connection.connect(undefined);
  quiet.clock.advance(4000);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(quiet.heard, []);
  const dead = connect({ isThere: false });
  dead.connection.connect(undefined);
  dead.clock.advance(4000);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(dead.heard, ["lost"]);
});

test("another camera is another stream; the same one isn't opened twice, and the old one isn't heard any more", () => {
  const { opened, heard, connection } = connect();
  connection.connect(undefined);
  connection.connect(undefined);
  connection.connect("yard/main");
  assert.deepEqual(
    opened.map(({ address }) => address),
    ["/api/events", "/api/events?camera=yard%2Fmain"],
  );
  opened[0]?.stream.say("change", {});
  opened[0]?.stream.say("error");
  assert.deepEqual(heard, []);
});

test("nothing is left running when it is closed", () => {
  const { clock, opened, connection } = connect();
  connection.connect(undefined);
  connection.close();
  clock.advance(60_000);
  assert.equal(opened.length, 1);
  assert.equal(clock.open, 0);
});

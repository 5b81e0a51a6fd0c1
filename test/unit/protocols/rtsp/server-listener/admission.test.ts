import assert from "node:assert/strict";
import { test } from "node:test";
import type { SluiceError } from "#base/errors.ts";
import { Admission, type AdmittedConnection } from "#protocols/rtsp/server-listener/admission.ts";

class FakeConnection implements AdmittedConnection {
  readonly address: string;
  finished = false;
  closedWith: string | undefined;

  constructor(address: string) {
    this.address = address;
  }

  close(error: SluiceError): void {
    this.closedWith = error.code;
  }
}

function admitted(admission: Admission, addresses: readonly string[]): FakeConnection[] {
  return addresses.map((address) => {
    const connection = new FakeConnection(address);
    assert.equal(admission.admit(connection), true);
    return connection;
  });
}

test("closes the oldest unfinished connection of an address over its limit", () => {
  const admission = new Admission({ perAddress: 2, total: 10 });
  const [first, other, second, third] = admitted(admission, ["192.0.2.1", "192.0.2.2", "192.0.2.1", "192.0.2.1"]);
  assert.equal(first?.closedWith, "rtsp-too-many-connections");
  assert.deepEqual([other?.closedWith, second?.closedWith, third?.closedWith], [undefined, undefined, undefined]);
});

test("doesn't count connections that have a session", () => {
  const admission = new Admission({ perAddress: 1, total: 10 });
  const playing = admitted(admission, ["192.0.2.1"]);
  for (const connection of playing) connection.finished = true;
  const [next, last] = admitted(admission, ["192.0.2.1", "192.0.2.1"]);
  assert.equal(playing[0]?.closedWith, undefined);
  assert.equal(next?.closedWith, "rtsp-too-many-connections");
  assert.equal(last?.closedWith, undefined);
});

for (const address of ["127.0.0.1", "127.8.9.1", "::1"]) {
  test(`counts ${address} in the total only`, () => {
    const admission = new Admission({ perAddress: 1, total: 3 });
    const [first] = admitted(admission, [address, address, address]);
    assert.equal(first?.closedWith, undefined);
    admitted(admission, [address]);
    assert.equal(first?.closedWith, "rtsp-too-many-connections");
  });
}

test("takes addresses of one IPv6 network for one neighbour", () => {
  const admission = new Admission({ perAddress: 1, total: 10 });
  const [first, far, second] = admitted(admission, ["2001:db8:0:1::1", "2001:db8:0:2::1", "2001:db8::1:ffff:0:0:2"]);
  assert.equal(first?.closedWith, "rtsp-too-many-connections");
  assert.deepEqual([far?.closedWith, second?.closedWith], [undefined, undefined]);
});

test("keeps newcomers out when all places are taken by sessions, and forgets who left", () => {
  const admission = new Admission({ perAddress: 5, total: 2 });
  const connections = admitted(admission, ["192.0.2.1", "192.0.2.2"]);
  for (const connection of connections) connection.finished = true;
  assert.equal(admission.admit(new FakeConnection("192.0.2.3")), false);
  for (const connection of connections) admission.release(connection);
  assert.equal(admission.admit(new FakeConnection("192.0.2.3")), true);
});

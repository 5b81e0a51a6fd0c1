/**
 * The DTLS handshake between two of our own links, over a carrier that repeats and loses what real ones do.
 */
import assert from "node:assert/strict";
import { before, suite, test } from "node:test";
import { createDtlsIdentity, type DtlsIdentity } from "#protocols/webrtc/dtls/certificate.ts";
import { DtlsLink, type DtlsKeys } from "#protocols/webrtc/dtls/dtls-link.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** Of a handshake record in clear. */
const CLIENT_HELLO = 1;
const MESSAGE_TYPE_AT = 13;

let identity: DtlsIdentity;

interface Pair {
  readonly client: DtlsLink;
  readonly server: DtlsLink;
  readonly keys: { client?: DtlsKeys; server?: DtlsKeys };
}

function unexpected(reason: string): never {
  throw new Error(reason);
}

/** Two links; `carry` takes each of the client's datagrams to the server. */
function pair(carry: (datagram: Buffer, server: DtlsLink) => void): Pair {
  const keys: Pair["keys"] = {};
  const parts = {
    identity,
    profiles: [7, 1] as const,
    fingerprints: [identity.fingerprint],
    onFailure: unexpected,
    onClose: () => undefined,
  };
  const server: DtlsLink = new DtlsLink({
    ...parts,
    role: "server",
    send: (datagram) => setImmediate(() => client.receive(datagram)),
    onKeys: (made) => (keys.server = made),
  });
  const client: DtlsLink = new DtlsLink({
    ...parts,
    role: "client",
    send: (datagram) => setImmediate(() => carry(datagram, server)),
    onKeys: (made) => (keys.client = made),
  });
  return { client, server, keys };
}

async function assertSameKeys({ client, server, keys }: Pair): Promise<void> {
  try {
    await waitUntil(() => keys.client !== undefined && keys.server !== undefined, {
      what: "both sides' keys",
      timeoutMs: 30_000,
    });
    assert.deepEqual(keys.client?.local.key, keys.server?.remote.key);
    assert.deepEqual(keys.client?.remote.key, keys.server?.local.key);
  } finally {
    client.close();
    server.close();
  }
}

void suite("DTLS link", () => {
  before(async () => {
    identity = await createDtlsIdentity();
  });

  test("makes the same keys on both sides", async () => {
    await assertSameKeys(pair((datagram, server) => server.receive(datagram)));
  });

  test("makes them where the client repeated its last flight before the answer: all copies come at once", async () => {
    const flight: Buffer[] = [];
    await assertSameKeys(
      pair((datagram, server) => {
        const encrypted = datagram.readUInt16BE(3) === 1;
        if (datagram[MESSAGE_TYPE_AT] === CLIENT_HELLO && !encrypted) {
          server.receive(datagram);
          return;
        }
        flight.push(datagram);
        if (encrypted) for (const each of [...flight, ...flight]) server.receive(each);
      }),
    );
  });
});

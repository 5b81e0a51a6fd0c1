/** Starts what the tests of this folder need and ends it with the test. */
import type { TestContext } from "node:test";
import { RtspClient, type ClientTarget } from "#test/peers/rtsp-client.ts";
import { startRtspServer, type ServerSettings, type TestServer } from "#test/support/rtsp-server.ts";

/** A server for one test. */
export async function started(t: TestContext, settings?: ServerSettings): Promise<TestServer> {
  const server = await startRtspServer(settings);
  t.after(() => server.close());
  return server;
}

/** A client of it for one test. */
export async function connected(t: TestContext, server: TestServer, target: Partial<ClientTarget> = {}): Promise<RtspClient> {
  const client = await RtspClient.connect({ port: server.port, ...target });
  t.after(() => client.close());
  return client;
}

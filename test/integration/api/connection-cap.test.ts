import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { test } from "node:test";
import { capConnections } from "#api/http/connection-cap.ts";
import { waitUntil } from "#test/support/wait-until.ts";

test("over the limit the connection that is idle for longest goes, and a busy one stays", async (t) => {
  let answer: (() => void) | undefined;
  const server = createServer((request, response) => {
    if (request.url === "/slow") answer = () => response.end("done");
    else response.end("done");
  });
  capConnections(server, 3, false);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const open = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    t.after(() => socket.destroy());
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  };
  const get = (socket: Socket, path: string): boolean => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  const busy = await open();
  get(busy, "/slow");
  await waitUntil(() => answer !== undefined, { what: "the slow request" });
  const first = await open();
  const second = await open();
  get(first, "/");
  await once(first, "data");
  const third = await open();
  await once(second, "close");
  get(third, "/");
  await once(third, "data");
  assert.ok(!first.destroyed && !busy.destroyed);
  answer?.();
  await once(busy, "data");
});

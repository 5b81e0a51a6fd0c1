/**
 * How many connections an HTTP listener has open at most. Over it the one goes that has been without a request for longest;
 * only when all are busy is the newcomer turned away.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Watches the connections of `server` from now on; over TLS they count once their handshake is done. */
export function capConnections(server: Server, max: number, tls: boolean): void {
  /** Connections without a request, the one that has been so for longest first. */
  const idle = new Set<Socket>();
  const open = new Set<Socket>();
  const onConnection = (socket: Socket): void => {
    if (open.size >= max) {
      const [oldest] = idle;
      if (oldest === undefined) {
        socket.destroy();
        return;
      }
      idle.delete(oldest);
      open.delete(oldest);
      oldest.destroy();
    }
    open.add(socket);
    idle.add(socket);
    socket.once("close", () => {
      open.delete(socket);
      idle.delete(socket);
    });
  };
  server.on(tls ? "secureConnection" : "connection", onConnection);
  server.on("request", ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    response.once("close", () => {
      if (open.has(socket)) idle.add(socket);
    });
  });
}

/**
 * Free ports of loopback for programs that can't be told port 0. Found by opening and closing, so another program may take
 * one in between: tests that can use port 0 do. They lie below those that the system gives to connections and to who asks for
 * port 0, and test files that run at the same time look in different places.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

const HOST = "127.0.0.1";
const ATTEMPTS = 200;
/** Even; below Linux' own range, which begins at 32,768 (ip_local_port_range). */
const FIRST_PORT = 12_000;
const PORTS = 20_000;
/** Processes that are started one after the other lie this far apart; even. */
const STRIDE = 314;

/** Where to look next: each port is handed out once to a test file. */
let next = (process.pid * STRIDE) % PORTS;

/** A TCP port nobody listens on. */
export async function freeTcpPort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = take(1);
    if (await opensTcp(port)) return port;
  }
  throw new Error("no free TCP port");
}

/** The first of `count` ports that nobody of this file has been given. */
function take(count: 1 | 2): number {
  if (count === 2) next += next % 2;
  const port = FIRST_PORT + (next % PORTS);
  next += count;
  return port;
}

/** Opens and closes a TCP port; false when it is taken. */
async function opensTcp(port: number): Promise<boolean> {
  const server = createServer();
  try {
    server.listen(port, HOST);
    await once(server, "listening");
  } catch {
    return false;
  }
  server.close();
  await once(server, "close");
  return true;
}

/** An even UDP port that is free together with the next one, as RTP and RTCP want them. */
export async function freeUdpPair(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const even = take(2);
    if ((await opensUdp(even)) && (await opensUdp(even + 1))) return even;
  }
  throw new Error("no free pair of UDP ports");
}

/** Opens and closes a UDP port; false when it is taken. */
async function opensUdp(port: number): Promise<boolean> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, HOST);
    await once(socket, "listening");
    return true;
  } catch {
    return false;
  } finally {
    const closed = once(socket, "close");
    socket.close();
    await closed;
  }
}

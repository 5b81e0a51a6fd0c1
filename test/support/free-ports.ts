/**
 * Free ports of loopback for programs that can't be told port 0. Found by opening and closing, so another program may take
 * one in between: tests that can use port 0 do.
 */
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";

const HOST = "127.0.0.1";
const ATTEMPTS = 50;

/** The system may give the same port twice: each is handed out once to a test file. */
const given = new Set<string>();

/** A TCP port nobody listens on. */
export async function freeTcpPort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const server = createServer().listen(0, HOST);
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    if (isNew(`tcp ${String(port)}`)) return port;
  }
  throw new Error("no free TCP port");
}

function isNew(port: string): boolean {
  if (given.has(port)) return false;
  given.add(port);
  return true;
}

/** An even UDP port that is free together with the next one, as RTP and RTCP want them. */
export async function freeUdpPair(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await openUdp(0);
    const even = (port ?? 1) - ((port ?? 1) % 2);
    if ((await openUdp(even)) === undefined || (await openUdp(even + 1)) === undefined) continue;
    if (isNew(`udp ${String(even)}`)) return even;
  }
  throw new Error("no free pair of UDP ports");
}

/** Opens and closes a UDP port; undefined when it is taken. */
async function openUdp(port: number): Promise<number | undefined> {
  const socket = createSocket("udp4");
  try {
    socket.bind(port, HOST);
    await once(socket, "listening");
    return socket.address().port;
  } catch {
    return undefined;
  } finally {
    const closed = once(socket, "close");
    socket.close();
    await closed;
  }
}

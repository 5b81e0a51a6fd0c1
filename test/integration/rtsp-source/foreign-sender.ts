/** A UDP socket at an address of loopback that isn't the camera's. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** Bound to any free port of `address`. */
export async function boundUdpSocket(address: string): Promise<Socket> {
  const socket = createSocket("udp4");
  socket.bind(0, address);
  await once(socket, "listening");
  return socket;
}

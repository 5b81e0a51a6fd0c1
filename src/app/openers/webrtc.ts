/** How WebRTC is opened: its media ports, and the HTTP listener of WHEP, WHIP and their pages. */
import { httpSettings } from "#base/http-options.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import { rtspServerOptions } from "#protocols/rtsp/options.ts";
import { webrtcOptions, type WebRtcOptions } from "#protocols/webrtc/options.ts";
import { WebRtcServer } from "#protocols/webrtc/server.ts";
import type { Config } from "#config/config.ts";
import { openProtocol, sharing } from "#app/http-listeners.ts";
import type { ProtocolListener } from "#app/http-listeners.ts";
import { moved, openWithFallback, type TakenPort } from "#app/port-fallback.ts";
import type { RunningService, ServiceContext } from "#app/service.ts";

/** Opens the server and its listener. */
export async function openWebRtc(context: ServiceContext): Promise<RunningService> {
  const { machine, registry, authenticator } = context;
  const { clock, random, network } = machine;
  const log = context.log.child({ part: "webrtc" });
  const options = context.config.slice(webrtcOptions);
  const { readTimeout, writeTimeout } = context.config.slice(rtspServerOptions);
  const server = await openWithFallback({
    options: { ...options, readTimeout, writeTimeout },
    open: async (free) => {
      const made = new WebRtcServer({ options: free, registry, network, clock, random, log, authenticator });
      try {
        await made.start();
      } catch (error) {
        await made.close();
        throw error;
      }
      return made;
    },
    move: context.portFallback ? moveMedia : () => undefined,
    log,
  });
  log.info({ protocol: "webrtc", udp: server.ports.udp, tcp: server.ports.tcp }, "media ports are open");
  const listenerOf = (config: Config): ProtocolListener => {
    const changed = config.slice(webrtcOptions);
    return { name: "webrtc", address: changed.webrtcAddress, settings: httpSettings("webrtc", changed), handler: server };
  };
  return sharing(await openProtocol(context, listenerOf, () => server.close()), { webrtcServer: server });
}

function moveMedia(options: WebRtcOptions, { protocol, port }: TakenPort): WebRtcOptions | undefined {
  const { webrtcLocalUDPAddress: udp, webrtcLocalTCPAddress: tcp } = options;
  if (protocol === "UDP" && isAt(udp, port)) return { ...options, webrtcLocalUDPAddress: moved(udp, 1) };
  if (protocol === "TCP" && isAt(tcp, port)) return { ...options, webrtcLocalTCPAddress: moved(tcp, 1) };
  return undefined;
}

function isAt(address: ListenAddress | undefined, port: number): address is ListenAddress {
  return address?.port === port;
}

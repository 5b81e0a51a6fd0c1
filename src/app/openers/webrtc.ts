/** How WebRTC is opened: its media ports, and the HTTP listener of WHEP, WHIP and their pages. */
import { SluiceError } from "#base/errors.ts";
import { httpSettings } from "#base/http-options.ts";
import type { ListenAddress } from "#base/listen-address.ts";
import { rtspServerOptions } from "#protocols/rtsp/options.ts";
import { webrtcOptions, type WebRtcOptions } from "#protocols/webrtc/options.ts";
import { WebRtcServer } from "#protocols/webrtc/server.ts";
import type { Config } from "#config/config.ts";
import { openProtocol } from "#app/protocol-listener.ts";
import type { ProtocolListener } from "#app/protocol-listener.ts";
import { moved, openWithFallback, type TakenPort } from "#app/port-fallback.ts";
import type { PreparedChange, RunningService, ServiceContext } from "#app/service.ts";

/** Opens the server and its listener. */
export async function openWebRtc(context: ServiceContext): Promise<RunningService> {
  const { machine, registry, authenticator } = context;
  const { clock, random, network } = machine;
  const log = context.log.child({ part: "webrtc" });
  const server = await openWithFallback({
    options: optionsOf(context.config),
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
  const reconfigure = async (config: Config): Promise<PreparedChange | undefined> => {
    // With a fallback, media may be elsewhere than configured.
    if (context.portFallback) return undefined;
    try {
      return await server.reconfigure(optionsOf(config));
    } catch (error) {
      // It may be our own that is in the way.
      if (error instanceof SluiceError && error.code === "port-in-use") return undefined;
      throw error;
    }
  };
  const shares = { webrtcServer: server };
  return openProtocol(context, listenerOf, { reconfigure, close: () => server.close(), shares });
}

function optionsOf(config: Config): WebRtcOptions {
  const { readTimeout, writeTimeout } = config.slice(rtspServerOptions);
  return { ...config.slice(webrtcOptions), readTimeout, writeTimeout };
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

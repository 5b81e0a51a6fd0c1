/** Opens the HLS server and its listener. */
import { httpSettings } from "#base/http-options.ts";
import { readAsset } from "#platform/assets.ts";
import { hlsServerOptions } from "#protocols/hls/options.ts";
import { HlsServer } from "#protocols/hls/server.ts";
import type { Config } from "#config/config.ts";
import { openProtocol } from "#app/protocol-listener.ts";
import type { ProtocolListener } from "#app/protocol-listener.ts";
import type { RunningService, ServiceContext } from "#app/service.ts";

/** Opens it. */
export function openHls(context: ServiceContext): Promise<RunningService> {
  const { machine, registry, authenticator, log } = context;
  const { clock, random } = machine;
  const options = context.config.slice(hlsServerOptions);
  const library = (): Buffer | undefined => readAsset("hls.min.js");
  const server = new HlsServer({ options, registry, clock, random, log, authenticator, library });
  const listenerOf = (config: Config): ProtocolListener => {
    const changed = config.slice(hlsServerOptions);
    return { name: "hls", address: changed.hlsAddress, settings: httpSettings("hls", changed), handler: server };
  };
  const reconfigure = (config: Config) =>
    Promise.resolve({
      commit: () => server.reconfigure(config.slice(hlsServerOptions)),
      rollback: () => Promise.resolve(),
    });
  const shares = { hlsServer: server };
  return openProtocol(context, listenerOf, { reconfigure, close: () => server.close(), shares });
}

/**
 * Opens the HLS server and its listener. A directory for segments that can't be used is no reason to serve nothing: they stay in
 * memory then.
 */
import type { Logger } from "#base/log.ts";
import type { MediaFolder } from "#base/files/media-folder.ts";
import type { Random } from "#base/random.ts";
import { messageOf } from "#base/errors.ts";
import { httpSettings } from "#base/http-options.ts";
import { readAsset } from "#platform/assets.ts";
import { openMediaFolder } from "#platform/files/media-folder.ts";
import { hlsError } from "#protocols/hls/errors.ts";
import { hlsServerOptions } from "#protocols/hls/options.ts";
import { HlsServer } from "#protocols/hls/server.ts";
import type { Config } from "#config/config.ts";
import { openProtocol } from "#app/protocol-listener.ts";
import type { ProtocolListener } from "#app/protocol-listener.ts";
import type { RunningService, ServiceContext } from "#app/service.ts";

const FOLDER_ID_BYTES = 6;

/** Opens it. */
export async function openHls(context: ServiceContext): Promise<RunningService> {
  const { machine, registry, authenticator, log } = context;
  const { clock, random } = machine;
  const options = context.config.slice(hlsServerOptions);
  const library = (): Buffer | undefined => readAsset("hls.min.js");
  const folder = await openFolder(options.hlsDirectory, { random, log });
  const server = new HlsServer({ options, registry, clock, random, log, authenticator, library, folder });
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

async function openFolder(
  directory: string,
  { random, log }: { readonly random: Random; readonly log: Logger },
): Promise<MediaFolder | undefined> {
  if (directory === "") return undefined;
  try {
    return await openMediaFolder(directory, random.bytes(FOLDER_ID_BYTES).toString("hex"));
  } catch (cause) {
    const error = hlsError("hls-directory", { details: { reason: messageOf(cause) }, cause });
    log.error({ code: error.code, reason: error.message }, "segments stay in memory");
    return undefined;
  }
}

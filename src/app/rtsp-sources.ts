/** Pulled RTSP cameras for the hub: the supervisor of `cameras` over the sessions of `protocols/rtsp`. */
import type { Clock } from "#base/clock.ts";
import type { Logger } from "#base/log.ts";
import type { Network } from "#base/network.ts";
import type { Random } from "#base/random.ts";
import type { CameraBoard } from "#cameras/camera-board.ts";
import { CameraMemories } from "#cameras/camera-memory.ts";
import { CameraSource } from "#cameras/camera-source.ts";
import { RtspSessionOpener } from "#protocols/rtsp/source.ts";
import type { SourceFactory } from "#streams/source.ts";

/** What the factory's sources work with. */
export interface RtspSourcesOptions {
  readonly network: Network;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Hears of every camera. */
  readonly board: CameraBoard;
}

/** Makes sources of paths whose address is one of RTSP's; undefined for others. */
export function createRtspSourceFactory(options: RtspSourcesOptions): SourceFactory {
  const opener = new RtspSessionOpener(options);
  const memories = new CameraMemories();
  return {
    create: (access) => {
      if (!opener.speaks(access.url)) return undefined;
      const { name, url } = access;
      const source: CameraSource = new CameraSource({
        observer: options.board.observe(
          name,
          () => source.retryNow(),
          () => source.restart(),
        ),
        name,
        url,
        options: access.options,
        attach: (tracks) => access.attach(tracks),
        opener,
        memory: memories.of(name, url),
        clock: options.clock,
        random: options.random,
        log: options.log.child({ path: name, source: opener.type }),
      });
      return source;
    },
  };
}

/**
 * A path registry under a manual clock with scripted sources, for tests of paths without a network.
 */
import { silentLogger } from "#base/log.ts";
import type { SluiceError } from "#base/errors.ts";
import { defaultsOf } from "#config/read-value.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { type PathOptions, pathOptions } from "#streams/options.ts";
import { PathRegistry } from "#streams/path-registry.ts";
import type { PathPublisher, PathReader, Source, SourceAccess } from "#streams/source.ts";
import { ManualClock } from "./manual-clock.ts";

/** A source that notes what is asked of it. */
export class FakeSource implements Source {
  readonly type = "rtspSource";
  readonly access: SourceAccess;
  starts = 0;
  closes = 0;
  configured: PathOptions | undefined;

  constructor(access: SourceAccess) {
    this.access = access;
  }

  start(): void {
    this.starts += 1;
  }

  configure(options: PathOptions): void {
    this.configured = options;
  }

  close(): void {
    this.closes += 1;
  }
}

/** A reader or publisher that notes how it was closed. */
export class FakeClient implements PathReader, PathPublisher {
  readonly id: string;
  readonly type = "rtspSession";
  closedWith: string | undefined;

  constructor(id = "client") {
    this.id = id;
  }

  close(error: SluiceError): void {
    this.closedWith = error.code;
  }
}

/** A registry of the given entries. */
export function fakeRegistry(paths: readonly (Partial<PathOptions> & { name: string })[]): {
  registry: PathRegistry;
  clock: ManualClock;
  sources: FakeSource[];
} {
  const clock = new ManualClock();
  const sources: FakeSource[] = [];
  const registry = new PathRegistry({
    paths: paths.map((path) => ({ ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), ...path })),
    clock,
    random: { bytes: (count) => Buffer.alloc(count, 3), unit: () => 0.5, uint32: () => 12345 },
    log: silentLogger,
    budgetBytes: 64 * 1024 * 1024,
    sourceFactory: {
      create: (access) => {
        const source = new FakeSource(access);
        sources.push(source);
        return source;
      },
    },
  });
  return { registry, clock, sources };
}

/**
 * A fake camera and the source that pulls it, put together as the program does it but for the hub: what a test of the RTSP
 * source starts from.
 */
import type { TestContext } from "node:test";
import { SystemClock } from "#base/clock.ts";
import { silentLogger } from "#base/log.ts";
import { systemRandom } from "#base/random.ts";
import { CameraMemories } from "#cameras/camera-memory.ts";
import { CameraSource } from "#cameras/camera-source.ts";
import type { CameraState } from "#cameras/camera-state.ts";
import type { SessionOpener } from "#cameras/session.ts";
import { defaultsOf } from "#config/read-value.ts";
import { createNetwork } from "#platform/network.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import type { PullTimeouts } from "#protocols/rtsp/pull-session.ts";
import { RtspSessionOpener } from "#protocols/rtsp/source.ts";
import { pathOptions, type PathOptions } from "#streams/options.ts";
import { RtspCamera } from "#test/peers/rtsp-camera.ts";
import type { CameraScript } from "#test/peers/camera-script.ts";
import { RecordingInput } from "#test/support/recording-input.ts";
import { waitUntil } from "#test/support/wait-until.ts";

/** What a test may choose. */
export interface PullSettings {
  readonly url?: (camera: RtspCamera) => string;
  readonly options?: Partial<PathOptions>;
  readonly timeouts?: Partial<PullTimeouts>;
  readonly memories?: CameraMemories;
  /** In place of the planner's wait for the first media. */
  readonly firstMediaMs?: number;
}

/** A camera being pulled. */
export class PulledCamera {
  readonly camera: RtspCamera;
  readonly source: CameraSource;
  readonly inputs: RecordingInput[] = [];
  readonly states: CameraState[] = [];

  constructor(camera: RtspCamera, settings: PullSettings) {
    this.camera = camera;
    const clock = new SystemClock();
    const machine = { network: createNetwork(), clock, random: systemRandom };
    const url = settings.url?.(camera) ?? camera.url();
    this.source = new CameraSource({
      ...machine,
      name: "camera",
      url,
      options: { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "camera", ...settings.options },
      attach: (tracks) => {
        const input = new RecordingInput(tracks, clock);
        this.inputs.push(input);
        return input;
      },
      opener: openerOf(machine, settings),
      memory: (settings.memories ?? new CameraMemories()).of("camera", url),
      log: silentLogger,
      observer: { state: (state) => this.states.push(state), opened: () => undefined, ended: () => undefined },
    });
    this.source.start();
  }

  /** The input of the newest session; throws before the first. */
  get input(): RecordingInput {
    const input = this.inputs.at(-1);
    if (input === undefined) throw new Error("no media yet");
    return input;
  }

  /** Kinds of the states so far, without repetitions. */
  get path(): readonly string[] {
    return this.states.map((state) => state.kind).filter((kind, index, all) => kind !== all[index - 1]);
  }

  /** Waits for a state. */
  async state(kind: CameraState["kind"], timeoutMs = 5000): Promise<void> {
    await this.#wait(() => this.source.state.kind === kind, `state ${kind}`, timeoutMs);
  }

  /** Waits until `count` video packets of the newest session have arrived. */
  async video(count = 30, timeoutMs = 5000): Promise<void> {
    const arrived = (): number => this.inputs.at(-1)?.packets.filter(({ track }) => track === 0).length ?? 0;
    await this.#wait(() => arrived() >= count, `${String(count)} video packets`, timeoutMs);
  }

  async #wait(probe: () => boolean, what: string, timeoutMs: number): Promise<void> {
    try {
      await waitUntil(probe, { what, timeoutMs });
    } catch (cause) {
      const { state, lastError } = this.source;
      throw new Error(`no ${what}: ${JSON.stringify(state)} after ${this.path.join(" ")}; ${lastError?.message ?? ""}`, {
        cause,
      });
    }
  }

  async close(): Promise<void> {
    await this.source.close();
    await this.camera.close();
  }
}

function openerOf(machine: ConstructorParameters<typeof RtspSessionOpener>[0], settings: PullSettings): SessionOpener {
  const opener = new RtspSessionOpener(machine, settings.timeouts);
  const { firstMediaMs } = settings;
  if (firstMediaMs === undefined) return opener;
  return {
    type: opener.type,
    transports: (url, options) => opener.transports(url, options),
    open: (options) => opener.open({ ...options, hints: { ...options.hints, firstMediaMs } }),
    failureKind: (error) => opener.failureKind(error),
  };
}

/** Starts a camera and pulls it until the test ends. */
export async function pull(t: TestContext, script: CameraScript = {}, settings: PullSettings = {}): Promise<PulledCamera> {
  const pulled = new PulledCamera(await RtspCamera.start(script), settings);
  t.after(() => pulled.close());
  return pulled;
}

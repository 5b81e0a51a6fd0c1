/** Each camera step by step: its host, its port, its RTSP server with the one password it has. The first step that fails is said. */
import { messageOf, SluiceError } from "#base/errors.ts";
import { parseTarget, type Target } from "#protocols/rtsp/client/target.ts";
import type { PathOptions } from "#streams/options.ts";
import { doctorError } from "./errors.ts";
import { unwell, well, type Finding } from "./finding.ts";
import type { Neighbour } from "./neighbour.ts";

/** A camera that is looked at. */
export interface CameraQuestion {
  readonly name: string;
  /** With credentials: never printed. */
  readonly url: string;
  readonly options: PathOptions;
}

/** What is known of a camera without asking it again: one that plays, or whose password must not be tried once more. */
export type KnownCamera = (name: string) => Finding | undefined;

/** What is asked of the network. */
export interface CamerasView {
  readonly known: KnownCamera;
  /** Opens and closes a connection; undefined when it could, else the system's code (`ECONNREFUSED`) or why not. */
  connect(host: string, port: number): Promise<string | undefined>;
  /** What is known of a host in this machine's own networks, after it was connected to in vain. */
  neighbour(host: string): Neighbour;
  /** Describes and plays it for a moment; rejects with the client's error. */
  probe(camera: CameraQuestion): Promise<{ readonly tracks: readonly { readonly codec: string }[]; readonly oddities: number }>;
}

/** Cameras asked at a time. */
const PARALLEL = 4;

/** Looks at every camera. */
export async function checkCameras(cameras: readonly CameraQuestion[], view: CamerasView): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (let index = 0; index < cameras.length; index += PARALLEL) {
    findings.push(...(await Promise.all(cameras.slice(index, index + PARALLEL).map((camera) => checkCamera(camera, view)))));
  }
  return findings;
}

async function checkCamera(camera: CameraQuestion, view: CamerasView): Promise<Finding> {
  const subject = `camera ${camera.name}`;
  const known = view.known(camera.name);
  if (known !== undefined) return known;
  let target: Target;
  try {
    target = parseTarget(camera.url);
  } catch (error) {
    if (error instanceof SluiceError) return unwell(subject, error);
    throw error;
  }
  const { host, port } = target;
  const unreachable = await view.connect(host, port);
  if (unreachable !== undefined) return unreachableCamera(subject, { host, port, reason: unreachable, view });
  try {
    const { tracks, oddities } = await view.probe(camera);
    const codecs = tracks.map(({ codec }) => codec).join(", ");
    const odd =
      oddities === 0
        ? { en: "", zh: "" }
        : { en: `; ${String(oddities)} oddities, see 'sluice probe'`, zh: `；${String(oddities)} 处异常，见“sluice probe”` };
    return well(subject, { en: `plays ${codecs}${odd.en}`, zh: `可播放 ${codecs}${odd.zh}` });
  } catch (error) {
    if (error instanceof SluiceError) return unwell(subject, error);
    return unwell(subject, doctorError("doctor-camera-no-route", { details: { host, reason: messageOf(error) }, cause: error }));
  }
}

/** Which step to the camera's port fails: its name, the way, the device, or the port. */
function unreachableCamera(
  subject: string,
  { host, port, reason, view }: { host: string; port: number; reason: string; view: CamerasView },
): Finding {
  const [details, ping] = [{ host, port, reason }, { command: `ping -c 3 ${host}` }];
  if (reason === "ECONNREFUSED") return unwell(subject, doctorError("doctor-camera-port-closed", { details }));
  if (["ENOTFOUND", "EAI_AGAIN"].includes(reason))
    return unwell(subject, doctorError("doctor-camera-name", { details }), { command: `getent hosts ${host}` });
  if (reason === "ENETUNREACH")
    return unwell(subject, doctorError("doctor-camera-other-network", { details }), { command: `ip route get ${host}` });
  const neighbour = view.neighbour(host);
  switch (neighbour.kind) {
    case "there":
      return unwell(subject, doctorError("doctor-camera-port-silent", { details: { ...details, hardware: neighbour.hardware } }));
    case "absent":
      return unwell(subject, doctorError("doctor-camera-absent", { details: { host, interface: neighbour.interface } }), ping);
    case "unknown":
      return unwell(subject, doctorError("doctor-camera-no-route", { details }), ping);
  }
}

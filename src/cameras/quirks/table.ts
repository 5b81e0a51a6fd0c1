/** The makes of camera of which something is known, and the look-up by what a camera says of itself. */
import { axis } from "./axis.ts";
import { dahua } from "./dahua.ts";
import { hanwha } from "./hanwha.ts";
import { hikvision } from "./hikvision.ts";
import type { CameraQuirk } from "./quirk.ts";
import { reolink } from "./reolink.ts";
import { tpLink } from "./tp-link.ts";

/** Every make known; the first match counts. */
export const cameraQuirks: readonly CameraQuirk[] = [hikvision, dahua, tpLink, reolink, axis, hanwha];

/** What is known of the camera that says this of itself; undefined where nothing is. */
export function quirkOf(said: { server?: string | undefined; realm?: string | undefined }): CameraQuirk | undefined {
  return cameraQuirks.find(({ match }) => fits(match.server, said.server) && fits(match.realm, said.realm));
}

function fits(pattern: RegExp | undefined, text: string | undefined): boolean {
  return pattern === undefined || (text !== undefined && pattern.test(text));
}

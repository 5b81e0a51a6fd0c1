/**
 * Every fuzz target, area by area. A new area adds its file here.
 */
import type { FuzzTarget } from "../target.ts";
import { codecTargets } from "./codecs.ts";
import { configTargets } from "./config.ts";
import { formatTargets } from "./formats.ts";
import { webrtcTargets } from "./webrtc.ts";

/** All targets; names are unique. */
export const targets: readonly FuzzTarget[] = [...formatTargets, ...codecTargets, ...configTargets, ...webrtcTargets];

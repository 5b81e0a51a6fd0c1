/**
 * A network of the test's own (a Linux network namespace), with one /24 whose addresses all lie on this machine: there a browser
 * comes from the LAN instead of loopback, and cameras have addresses as cameras have. Nothing leaves it; it ends with its tests.
 */
import { runProgram } from "./programs.ts";
import type { ProgramResult } from "./programs.ts";

/** Addresses of that network. */
export const lan = {
  box: "192.168.77.1",
  camera: "192.168.77.20",
  otherCamera: "192.168.77.21",
  nobody: "192.168.77.99",
} as const;

const SETUP = [
  "ip link set lo up",
  ...[lan.box, lan.camera, lan.otherCamera].map((address) => `ip addr add ${address}/32 dev lo`),
  // Nobody answers at the other addresses, as behind a cable that was pulled.
  "ip route add unreachable 192.168.77.0/24",
  'exec "$@"',
].join(" && ");
const UNSHARE = ["unshare", "--net"] as const;

/** For `missingPrograms`: whether such a network can be made here. */
export const ownNetworkCommand = [...UNSHARE, "sh", "-c", "ip link set lo up"] as const;

/** Runs a file of tests in it. */
export function runInOwnNetwork(file: string, timeoutMs: number): Promise<ProgramResult> {
  const [command, ...flags] = UNSHARE;
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--test-reporter=spec", "--test", file];
  // A runner within a runner reports to the outer one unless it doesn't know of it.
  return runProgram(command, [...flags, "sh", "-c", SETUP, "sh", ...node], { timeoutMs, env: { NODE_TEST_CONTEXT: undefined } });
}

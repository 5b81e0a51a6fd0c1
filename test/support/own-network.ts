/**
 * A LAN of the test's own, of two Linux network namespaces and a cable: the box in one, cameras and browsers in the other. There
 * a browser doesn't come from loopback, and cameras have addresses as cameras have. Nothing leaves it; it ends with its tests.
 */
import { runProgram } from "./programs.ts";
import type { ProgramResult } from "./programs.ts";

/** Addresses of that network; `box` is the box's alone. */
export const lan = {
  box: "192.168.77.1",
  camera: "192.168.77.20",
  otherCamera: "192.168.77.21",
  nobody: "192.168.77.99",
} as const;

const BOX_NETWORK = "SLUICE_TEST_BOX_NETWORK";
/** Longer than any story; the process that holds the box's namespace ends by itself if it is left behind. */
const HELD_S = 600;
const SETUP = `
ip link set lo up
unshare --net sleep ${String(HELD_S)} &
box=$!
until [ "$(readlink /proc/$box/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
ip link add lan type veth peer name lan netns $box
ip addr add ${lan.camera}/24 dev lan && ip addr add ${lan.otherCamera}/24 dev lan && ip link set lan up
nsenter --net=/proc/$box/ns/net sh -c 'ip link set lo up; ip addr add ${lan.box}/24 dev lan; ip link set lan up'
${BOX_NETWORK}=/proc/$box/ns/net "$@"
status=$?
kill $box
exit $status`;

/** For `missingPrograms`: whether such a network can be made here. */
export const ownNetworkCommand = ["unshare", "--net", "sh", "-c", "ip link add lan type veth peer name nal"] as const;

/** Runs a file of tests in it. */
export function runInOwnNetwork(file: string, timeoutMs: number): Promise<ProgramResult> {
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--test-reporter=spec", "--test", file];
  const args = ["--net", "sh", "-c", SETUP, "sh", ...node];
  // A runner within a runner reports to the outer one unless it doesn't know of it.
  return runProgram("unshare", args, { timeoutMs, env: { NODE_TEST_CONTEXT: undefined } });
}

/** What a command of the box begins with. */
export function onTheBox(): readonly string[] {
  return ["nsenter", `--net=${process.env[BOX_NETWORK] ?? ""}`];
}

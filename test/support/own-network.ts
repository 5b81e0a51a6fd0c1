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

/** Addresses of a box behind a router that lets out whoever wants and in only who was sent something before. */
export const internet = {
  router: "203.0.113.1",
  viewer: "203.0.113.2",
  server: "203.0.113.3",
  box: "192.168.88.2",
} as const;

/** The test's own namespace is the outside; TCP comes in, so that a viewer can ask, and no datagram that nobody waits for. */
const NAT_SETUP = `
ip link set lo up
unshare --net sleep ${String(HELD_S)} & router=$!
unshare --net sleep ${String(HELD_S)} & box=$!
for pid in $router $box; do
  until [ "$(readlink /proc/$pid/ns/net)" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
done
ip link add wan type veth peer name wan netns $router
ip addr add ${internet.viewer}/24 dev wan && ip addr add ${internet.server}/24 dev wan && ip link set wan up
ip route add 192.168.88.0/24 via ${internet.router}
nsenter --net=/proc/$router/ns/net sh -ec "ip link set lo up; ip addr add ${internet.router}/24 dev wan; ip link set wan up
ip link add lan type veth peer name lan netns $box; ip addr add 192.168.88.1/24 dev lan; ip link set lan up
echo 1 > /proc/sys/net/ipv4/ip_forward
nft 'table ip box {
  chain out { type nat hook postrouting priority 100; oifname wan masquerade; }
  chain own { type filter hook input priority 0; iifname wan ct state new drop; }
  chain in { type filter hook forward priority 0; iifname wan meta l4proto udp ct state new drop; }
}'"
nsenter --net=/proc/$box/ns/net sh -ec 'ip link set lo up; ip addr add ${internet.box}/24 dev lan; ip link set lan up
ip route add default via 192.168.88.1'
${BOX_NETWORK}=/proc/$box/ns/net "$@"
status=$?
kill $box $router
exit $status`;

/** For `missingPrograms`: whether such a network can be made here. */
export const ownNetworkCommand = ["unshare", "--net", "sh", "-c", "ip link add lan type veth peer name nal"] as const;

/** Runs a file of tests in it. */
export function runInOwnNetwork(file: string, timeoutMs: number): Promise<ProgramResult> {
  return runIn(SETUP, file, timeoutMs);
}

/** Runs a file of tests outside, with the box behind a NAT. */
export function runOutsideNat(file: string, timeoutMs: number): Promise<ProgramResult> {
  return runIn(NAT_SETUP, file, timeoutMs);
}

function runIn(setup: string, file: string, timeoutMs: number): Promise<ProgramResult> {
  const node = [process.execPath, "--disable-warning=ExperimentalWarning", "--test-reporter=spec", "--test", file];
  const args = ["--net", "sh", "-c", setup, "sh", ...node];
  // A runner within a runner reports to the outer one unless it doesn't know of it.
  return runProgram("unshare", args, { timeoutMs, env: { NODE_TEST_CONTEXT: undefined } });
}

/** What a command of the box begins with. */
export function onTheBox(): readonly string[] {
  return ["nsenter", `--net=${process.env[BOX_NETWORK] ?? ""}`];
}

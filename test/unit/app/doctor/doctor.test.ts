import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCameras, type CamerasView } from "#app/doctor/cameras.ts";
import { doctorError } from "#app/doctor/errors.ts";
import { checkFirewall, type FirewallView } from "#app/doctor/firewall.ts";
import { unwell, well, type Finding } from "#app/doctor/finding.ts";
import { checkPorts, type PortsView, type WantedPort } from "#app/doctor/listeners.ts";
import type { Neighbour } from "#app/doctor/neighbour.ts";
import { exitCodeOf, printJson, printReport } from "#app/doctor/report.ts";
import { defaultsOf } from "#config/read-value.ts";
import { rtspSourceOptions } from "#protocols/rtsp/options.ts";
import { platformError } from "#platform/errors.ts";
import { pathOptions } from "#streams/options.ts";

const rtsp: WantedPort = { key: "rtspAddress", transport: "tcp", address: { host: undefined, port: 8554 } };
const taken = platformError("port-in-use", { details: { protocol: "TCP", port: 8554, holderEn: "", holderZh: "" } });
const free: PortsView = {
  ownPid: 1,
  holder: () => Promise.resolve(undefined),
  serviceOf: () => undefined,
  refusal: () => Promise.resolve(undefined),
  addresses: () => ["127.0.0.1", "192.168.1.2"],
};
const brief = ({ state, error, command }: Finding): string => [state, error?.code, command].filter(Boolean).join(" ");

test("a free port is well", async () => {
  const [found] = await checkPorts([rtsp], free);
  assert.equal(found?.state, "ok");
});

test("a port that Sluice itself holds is well", async () => {
  const own = { ...free, refusal: () => Promise.resolve(taken), holder: () => Promise.resolve({ pid: 1, name: "MainThread" }) };
  assert.equal((await checkPorts([rtsp], own))[0]?.state, "ok");
  const view = { ...free, refusal: () => Promise.resolve(taken), holder: () => Promise.resolve({ pid: 7, name: "sluice" }) };
  assert.equal((await checkPorts([rtsp], view))[0]?.state, "ok");
});

test("a port that this user may not open isn't taken", async () => {
  const refusal = platformError("port-not-allowed", { details: { protocol: "TCP", port: 554 } });
  const [found] = await checkPorts([rtsp], { ...free, refusal: () => Promise.resolve(refusal) });
  assert.equal(found && brief(found), "failed port-not-allowed");
  const held = { ...free, refusal: () => Promise.resolve(refusal), holder: () => Promise.resolve({ pid: 7, name: "sluice" }) };
  assert.equal((await checkPorts([rtsp], held))[0]?.state, "ok", "the service may, and does");
});

test("another holder is named with its service, and how to stop it", async () => {
  const view = {
    ...free,
    refusal: () => Promise.resolve(taken),
    holder: () => Promise.resolve({ pid: 7, name: "mediamtx" }),
    serviceOf: () => "mediamtx.service",
  };
  const [found] = await checkPorts([rtsp], view);
  assert.equal(found && brief(found), "failed doctor-port-taken sudo systemctl stop mediamtx.service");
  assert.match(found?.error?.message ?? "", /mediamtx \(pid 7, mediamtx\.service\)/);
});

test("an address that this machine hasn't got can't be listened on", async () => {
  const [found] = await checkPorts([{ ...rtsp, address: { host: "10.0.0.9", port: 8554 } }], free);
  assert.equal(found?.error?.code, "doctor-address-missing");
});

const none: FirewallView = {
  isRoot: true,
  ufw: () => undefined,
  firewalld: () => undefined,
  nftables: () => undefined,
  iptables: () => undefined,
};
const dropping =
  "table inet filter {\n chain input {\n  type filter hook input priority 0; policy drop;\n  tcp dport { 22, 8554 } accept\n }\n}";

const firewalls: readonly { readonly name: string; readonly view: Partial<FirewallView>; readonly found: string }[] = [
  { name: "no firewall", view: {}, found: "ok" },
  { name: "rules that can't be read", view: { isRoot: false }, found: "warning doctor-firewall-unseen sudo sluice doctor" },
  { name: "ufw that is off", view: { ufw: () => "Status: inactive\n" }, found: "ok" },
  { name: "ufw with the port open", view: { ufw: () => "Status: active\n\n8554/tcp  ALLOW  Anywhere\n" }, found: "ok" },
  { name: "ufw with the port open for both", view: { ufw: () => "Status: active\n8554   ALLOW  Anywhere\n" }, found: "ok" },
  {
    name: "ufw with another transport open",
    view: { ufw: () => "Status: active\n8554/udp  ALLOW\n" },
    found: "failed doctor-firewall-blocks sudo ufw allow 8554/tcp",
  },
  {
    name: "ufw with a longer number",
    view: { ufw: () => "Status: active\n18554/tcp  ALLOW\n" },
    found: "failed doctor-firewall-blocks sudo ufw allow 8554/tcp",
  },
  { name: "firewalld with the port open", view: { firewalld: () => "public\n  ports: 8554/tcp 80/tcp\n" }, found: "ok" },
  {
    name: "firewalld without it",
    view: { firewalld: () => "public\n  ports: 80/tcp\n" },
    found: "failed doctor-firewall-blocks sudo firewall-cmd --permanent --add-port=8554/tcp && sudo firewall-cmd --reload",
  },
  {
    name: "nftables that accepts",
    view: { nftables: () => "chain input {\n type filter hook input priority 0; policy accept;\n}" },
    found: "ok",
  },
  { name: "nftables that drops, with the port open", view: { nftables: () => dropping }, found: "ok" },
  {
    name: "nftables that drops",
    view: { nftables: () => dropping.replace(", 8554", "") },
    found: "failed doctor-firewall-blocks sudo nft insert rule inet filter input tcp dport 8554 accept",
  },
  { name: "iptables that accepts", view: { iptables: () => "-P INPUT ACCEPT\n" }, found: "ok" },
  {
    name: "iptables that drops",
    view: { iptables: () => "-P INPUT DROP\n-A INPUT -p tcp --dport 22 -j ACCEPT\n" },
    found: "failed doctor-firewall-blocks sudo iptables -I INPUT -p tcp --dport 8554 -j ACCEPT",
  },
];

for (const { name, view, found } of firewalls) {
  test(`firewall: ${name}`, () => {
    assert.equal(brief(checkFirewall([rtsp], { ...none, ...view })), found);
  });
}

test("a firewall doesn't matter for what only this machine may reach", () => {
  const local = { ...rtsp, address: { host: "127.0.0.1", port: 8554 } };
  assert.equal(checkFirewall([local], { ...none, nftables: () => dropping.replace(", 8554", "") }).state, "ok");
});

const options = { ...defaultsOf(pathOptions), ...defaultsOf(rtspSourceOptions), name: "gate" };
const camera = (url: string) => ({ name: "gate", url, options: { ...options, source: url } });

test("a camera is dialled where its address says, whatever its password holds", async () => {
  const dialled: string[] = [];
  const view: CamerasView = {
    connect: (host, port) => {
      dialled.push(`${host} ${String(port)}`);
      return Promise.resolve(undefined);
    },
    probe: () => Promise.resolve({ tracks: [{ codec: "H264" }], oddities: 0 }),
    known: () => undefined,
    neighbour: () => ({ kind: "unknown" }),
  };
  const places = {
    "rtsp://10.0.0.4/a": "10.0.0.4 554",
    "rtsp://u:p@ss:9@10.0.0.5:8554/a?x": "10.0.0.5 8554",
    "rtsp://u:p?ss/w@10.0.0.5:8554/a": "10.0.0.5 8554",
    "rtsp://10.0.0.6/stream@1": "10.0.0.6 554",
    "rtsp://10.0.0.6/a?account=u@home": "10.0.0.6 554",
    "rtsps://[fd00::1]/a": "fd00::1 322",
    "rtsp://[fd00::1]:99": "fd00::1 99",
    "rtsp+http://10.0.0.7/a": "10.0.0.7 80",
    "rtsps+ws://10.0.0.7/a": "10.0.0.7 443",
  };
  const found = await checkCameras(Object.keys(places).map(camera), view);
  assert.deepEqual(dialled.sort(), Object.values(places).sort());
  assert.ok(found.every(({ state }) => state === "ok"));
});

test("an address that is none is said to be so, without what it holds", async () => {
  const view: CamerasView = {
    connect: () => Promise.reject(new Error("dialled")),
    probe: () => Promise.reject(new Error("asked")),
    known: () => undefined,
    neighbour: () => ({ kind: "unknown" }),
  };
  const found = await checkCameras(["rtsp://", "rtsp://u:secret@ho st/a", "http://u:secret@10.0.0.4/a"].map(camera), view);
  assert.deepEqual(found.map(brief), ["failed rtsp-url-invalid", "failed rtsp-url-invalid", "failed source-scheme-unknown"]);
  assert.doesNotMatch(printReport(found, "en"), /secret/);
});

test("a camera that is known well enough isn't asked again", async () => {
  const view: CamerasView = {
    connect: () => Promise.reject(new Error("asked")),
    probe: () => Promise.reject(new Error("asked")),
    neighbour: () => ({ kind: "unknown" }),
    known: (name) => well(`camera ${name}`, { en: "live", zh: "画面正常" }),
  };
  assert.deepEqual((await checkCameras([camera("rtsp://10.0.0.4/a")], view)).map(brief), ["ok"]);
});

test("the first step that fails is said", async () => {
  const probe = () => Promise.reject(doctorError("doctor-not-claimed"));
  const codes = async (reason: string | undefined, neighbour: Neighbour = { kind: "unknown" }) => {
    const view: CamerasView = {
      connect: () => Promise.resolve(reason),
      probe,
      known: () => undefined,
      neighbour: () => neighbour,
    };
    return (await checkCameras([camera("rtsp://10.0.0.4/a")], view)).map(brief);
  };
  assert.deepEqual(await codes("ECONNREFUSED"), ["failed doctor-camera-port-closed"]);
  assert.deepEqual(await codes("EAI_AGAIN"), ["failed doctor-camera-name getent hosts 10.0.0.4"]);
  assert.deepEqual(await codes("ENETUNREACH"), ["failed doctor-camera-other-network ip route get 10.0.0.4"]);
  assert.deepEqual(await codes("EHOSTUNREACH"), ["failed doctor-camera-no-route ping -c 3 10.0.0.4"]);
  const absent = await codes("EHOSTUNREACH", { kind: "absent", interface: "eth0" });
  assert.deepEqual(absent, ["failed doctor-camera-absent ping -c 3 10.0.0.4"]);
  const there = await codes("ETIMEDOUT", { kind: "there", hardware: "02:00:00:00:00:01" });
  assert.deepEqual(there, ["failed doctor-camera-port-silent"]);
  assert.deepEqual(await codes(undefined), ["failed doctor-not-claimed"]);
});

test("the report has a line a finding in either language, and exits by the worst", () => {
  const warning = unwell("users", doctorError("doctor-not-claimed"), { state: "warning" });
  const findings = [well("clock", { en: "well", zh: "正常" }), warning];
  assert.match(printReport(findings, "en"), /^✓ clock: well\n! users: no users .*\[doctor-not-claimed\]\n {4}Add users/);
  assert.match(printReport(findings, "zh"), /^✓ clock：正常\n! users：尚未配置用户/);
  assert.equal(exitCodeOf(findings), 0);
  assert.equal(exitCodeOf([...findings, unwell("x", doctorError("doctor-not-claimed"))]), 2);
  assert.equal((JSON.parse(printJson(findings)) as { state: string }).state, "warning");
});

/**
 * Whether the machine's own firewall lets viewers in, as far as its rules can be read in text: ufw, firewalld, or plain
 * nftables and iptables with a policy that drops. It doesn't judge rules that it can't read; it says what it saw.
 */
import type { WantedPort } from "./listeners.ts";
import { doctorError } from "./errors.ts";
import { unwell, well, type Finding } from "./finding.ts";

/** Answers of the firewall's own programs; undefined where one isn't there, or may not be asked. */
export interface FirewallView {
  /** `ufw status` */
  ufw(): string | undefined;
  /** `firewall-cmd --list-all` */
  firewalld(): string | undefined;
  /** `nft list ruleset` */
  nftables(): string | undefined;
  /** `iptables -S INPUT` */
  iptables(): string | undefined;
  /** Whether rules may be read at all. */
  readonly isRoot: boolean;
}

const SUBJECT = "firewall";

/** Looks at the first firewall that is active. */
export function checkFirewall(ports: readonly WantedPort[], view: FirewallView): Finding {
  const reachable = ports.filter(({ address }) => address.host === undefined || !isLocal(address.host));
  if (reachable.length === 0) return well(SUBJECT, { en: "nothing is served to other machines", zh: "未向其他机器提供服务" });
  const ufw = view.ufw();
  if (ufw !== undefined && /^Status: active/m.test(ufw)) {
    return judge("ufw", reachable, {
      opens: (port) => mentions(ufw, port),
      open: (port) => `sudo ufw allow ${spell(port, "/")}`,
    });
  }
  const firewalld = view.firewalld();
  if (firewalld !== undefined && /^\s*ports:/m.test(firewalld)) {
    const open = (port: WantedPort): string =>
      `sudo firewall-cmd --permanent --add-port=${spell(port, "/")} && sudo firewall-cmd --reload`;
    return judge("firewalld", reachable, { opens: (port) => mentions(firewalld, port), open });
  }
  const [name, rules] = plainRules(view);
  if (rules === undefined) {
    return view.isRoot
      ? well(SUBJECT, { en: "none is active", zh: "未启用" })
      : unwell(SUBJECT, doctorError("doctor-firewall-unseen"), { state: "warning", command: "sudo sluice doctor" });
  }
  if (!drops(rules)) return well(SUBJECT, { en: `${name}: lets everything in`, zh: `${name}：全部放行` });
  const open =
    name === "nftables"
      ? (port: WantedPort): string =>
          `sudo nft insert rule inet filter input ${port.transport} dport ${String(port.address.port)} accept`
      : (port: WantedPort): string =>
          `sudo iptables -I INPUT -p ${port.transport} --dport ${String(port.address.port)} -j ACCEPT`;
  return judge(name, reachable, { opens: (port) => namesPort(rules, port.address.port), open });
}

function judge(
  firewall: string,
  ports: readonly WantedPort[],
  how: { opens: (port: WantedPort) => boolean; open: (port: WantedPort) => string },
): Finding {
  const closed = ports.filter((port) => !how.opens(port));
  if (closed.length === 0) return well(SUBJECT, { en: `${firewall}: the ports are open`, zh: `${firewall}：端口已放行` });
  const details = { firewall, ports: closed.map((port) => spell(port, "/")).join(", ") };
  return unwell(SUBJECT, doctorError("doctor-firewall-blocks", { details }), { command: closed.map(how.open).join("; ") });
}

function plainRules(view: FirewallView): readonly [string, string | undefined] {
  const nftables = view.nftables();
  if (nftables !== undefined && /hook input/.test(nftables)) return ["nftables", nftables];
  const iptables = view.iptables();
  return iptables === undefined ? ["", undefined] : ["iptables", iptables];
}

/** Whether what no rule names is dropped. */
function drops(rules: string): boolean {
  return (
    /hook input[^}]*policy drop/.test(rules) ||
    /^-P INPUT (DROP|REJECT)/m.test(rules) ||
    /^-A INPUT( -j (DROP|REJECT).*)$/m.test(rules)
  );
}

function mentions(text: string, { transport, address: { port } }: WantedPort): boolean {
  const number = `(?<!\\d)${String(port)}(?!\\d)`;
  return new RegExp(`${number}(/${transport}|(?!/))`).test(text);
}

function namesPort(rules: string, port: number): boolean {
  return new RegExp(`dports? [^\\n]*(?<!\\d)${String(port)}(?!\\d)[^\\n]*accept`, "i").test(rules);
}

function spell({ transport, address }: WantedPort, separator: string): string {
  return `${String(address.port)}${separator}${transport}`;
}

function isLocal(host: string): boolean {
  return host === "localhost" || host.startsWith("127.") || host === "::1";
}

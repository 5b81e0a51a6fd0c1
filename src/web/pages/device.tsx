/** The device: memory budget and pools, processor, network, versions. */
import { Fragment } from "preact";
import type { ComponentChildren } from "preact";
import type { DeviceView } from "#api/contract/device.ts";
import type { MemoryView } from "#api/contract/memory.ts";
import type { BoxState } from "../box/apply-change.ts";
import { useBox } from "../box/box.ts";
import { lasting } from "../components/camera-words.tsx";
import { Notice } from "../components/notice.tsx";
import { ProblemCard } from "../components/problem-card.tsx";
import { formatBytes, formatMoment, formatNumber, formatShare } from "../i18n/format.ts";
import { language, t, tOr } from "../i18n/text.ts";
import { useSession } from "../session/session.ts";
import { Doctor } from "./doctor.tsx";
import { Jobs } from "./jobs.tsx";

/** The device page. */
export function DevicePage({ state }: { readonly state: BoxState }) {
  const { isAdmin } = useSession();
  const { device, memory, health } = state;
  const problems = health.problems.filter((problem) => problem.camera === null);
  return (
    <>
      <h1>{t("nav.device")}</h1>
      {problems.map((problem) => (
        <ProblemCard key={problem.id} problem={problem} />
      ))}
      <div class="cards">
        <Memory memory={memory} />
        <Processor device={device} memory={memory} />
        <Network device={device} />
        <Versions device={device} />
        {device.certificates.length > 0 && <Certificates device={device} />}
      </div>
      <Jobs />
      {isAdmin && <Doctor />}
      {memory.streams.length > 0 && <StreamMemory memory={memory} />}
    </>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="panel stack">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Facts({ rows }: { readonly rows: readonly (readonly [what: string, figure: string])[] }) {
  return (
    <dl class="facts">
      {rows.map(([what, figure]) => (
        <Fragment key={what}>
          <dt>{what}</dt>
          <dd>{figure}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

function Memory({ memory }: { readonly memory: MemoryView }) {
  const spoken = language.value;
  const { budgetBytes, usedBytes, committedBytes, pools } = memory;
  const share = budgetBytes === 0 ? 0 : usedBytes / budgetBytes;
  const figures = `${formatBytes(usedBytes, spoken)} / ${formatBytes(budgetBytes, spoken)}`;
  return (
    <Card title={t("device.memory")}>
      <div class="figures">{t("device.budget", { figures, share: formatShare(share, spoken) })}</div>
      <div class="bar" role="img" aria-label={figures}>
        {pools.map((pool) => (
          <span key={pool.name} style={{ flexBasis: `${String((100 * pool.usedBytes) / Math.max(1, budgetBytes))}%` }} />
        ))}
      </div>
      {memory.relief.length > 0 && <Notice tone="notice">{reliefText(memory)}</Notice>}
      <Facts rows={[[t("device.committed"), formatBytes(committedBytes, spoken)], ...poolRows(pools)]} />
    </Card>
  );
}

function reliefText({ relief }: MemoryView): string {
  return `${t("device.relief")}: ${relief.map((step) => t(`relief.${step}`)).join(", ")}`;
}

/** Those that have held or refused anything. */
function poolRows(pools: MemoryView["pools"]): readonly (readonly [string, string])[] {
  const spoken = language.value;
  return pools
    .filter(({ highWaterBytes, refusals }) => highWaterBytes > 0 || refusals > 0)
    .map(({ name, usedBytes, highWaterBytes, refusals }) => {
      const most = t("device.high-water", { figure: formatBytes(highWaterBytes, spoken) });
      const held = highWaterBytes > 0 ? [formatBytes(usedBytes, spoken), most] : [];
      const refused = refusals > 0 ? [t("device.refusals", { count: refusals })] : [];
      return [tOr(`pool.${name}`, name), [...held, ...refused].join(" · ")];
    });
}

function Processor({ device, memory }: { readonly device: DeviceView; readonly memory: MemoryView }) {
  const spoken = language.value;
  const machine = device.memory;
  const rows: (readonly [string, string])[] = [[t("device.process-cpu"), formatShare(device.processCpu, spoken)]];
  if (device.machineCpu !== null) rows.push([t("device.machine-cpu"), formatShare(device.machineCpu, spoken)]);
  if (device.temperatureCelsius !== null)
    rows.push([t("device.temperature"), `${formatNumber(Math.round(device.temperatureCelsius), spoken)} °C`]);
  rows.push([t("device.process-memory"), formatBytes(memory.process.rssBytes, spoken)]);
  if (machine !== null) {
    const free = `${formatBytes(machine.availableBytes, spoken)} / ${formatBytes(machine.totalBytes, spoken)}`;
    rows.push([t("device.machine-memory"), free]);
  }
  return (
    <Card title={t("device.cpu")}>
      <Facts rows={rows} />
    </Card>
  );
}

function Network({ device }: { readonly device: DeviceView }) {
  const spoken = language.value;
  return (
    <Card title={t("device.network")}>
      {device.network.length === 0 && <p class="quiet">{t("device.no-network")}</p>}
      {device.network.map((card) => {
        const rows: (readonly [string, string])[] = [[t("device.addresses"), card.addresses.join(", ")]];
        if (card.linkMbits !== null) rows.push([t("device.link"), `${formatNumber(card.linkMbits, spoken)} Mbit/s`]);
        if (card.receivedBytes !== null) rows.push([t("device.received"), formatBytes(card.receivedBytes, spoken)]);
        if (card.sentBytes !== null) rows.push([t("device.sent"), formatBytes(card.sentBytes, spoken)]);
        return (
          <div key={card.name} class="stack">
            <h3>{card.name}</h3>
            <Facts rows={rows} />
          </div>
        );
      })}
    </Card>
  );
}

function Versions({ device }: { readonly device: DeviceView }) {
  const box = useBox();
  const ports = Object.entries(device.services).filter(([, port]) => port !== null);
  return (
    <Card title={t("device.versions")}>
      <Facts
        rows={[
          [t("brand"), device.version],
          [t("device.node"), device.nodeVersion],
          [t("device.host"), device.host],
          [
            t("device.running"),
            t("device.running-since", {
              time: formatMoment(device.startedAt, box.now, language.value),
              lasting: lasting(device.startedAt, box.now),
            }),
          ],
          [t("device.clock"), formatMoment(box.now, box.now, language.value)],
          [t("device.ports"), ports.map(([name, port]) => `${name} ${String(port)}`).join(", ")],
        ]}
      />
    </Card>
  );
}

function Certificates({ device }: { readonly device: DeviceView }) {
  const box = useBox();
  return (
    <Card title={t("device.certificates")}>
      <p class="quiet">{t("device.certificates-why")}</p>
      <Facts
        rows={device.certificates.map(({ service, fingerprint, expires }) => [
          t("device.certificate", { service, time: formatMoment(expires, box.now, language.value) }),
          fingerprint,
        ])}
      />
    </Card>
  );
}

function StreamMemory({ memory }: { readonly memory: MemoryView }) {
  const spoken = language.value;
  return (
    <Card title={t("device.streams")}>
      <Facts
        rows={memory.streams.map((stream) => [
          stream.path,
          `${formatBytes(stream.bytes, spoken)} / ${formatBytes(stream.limitBytes, spoken)}`,
        ])}
      />
    </Card>
  );
}

/** The grid of tiles: as large as the screen lets them be, of one shape, walked through by the arrow keys. */
import { useRef } from "preact/hooks";
import type { CameraView } from "#api/contract/cameras.ts";
import { commonAspect } from "../../components/picture/aspect.ts";
import { LiveTile } from "../../components/picture/live-tile.tsx";

/** Cameras up to which all of them are shown at once, on a screen that is large enough. */
const AT_ONCE = 9;

/** The tiles. */
export function HomeGrid({ cameras }: { readonly cameras: readonly CameraView[] }) {
  const grid = useRef<HTMLDivElement>(null);
  const count = cameras.length;
  const columns = Math.ceil(Math.sqrt(count));
  const style = {
    "--aspect": commonAspect(cameras),
    ...(count <= AT_ONCE && { "--columns": String(columns), "--rows": String(Math.ceil(count / Math.max(1, columns))) }),
  };
  return (
    <div
      ref={grid}
      class={count <= AT_ONCE ? "grid at-once" : "grid"}
      style={style}
      onKeyDown={(event) => walk(event, grid.current)}
    >
      {cameras.map((camera) => (
        <LiveTile key={camera.name} camera={camera} />
      ))}
    </div>
  );
}

function walk(event: KeyboardEvent, grid: HTMLElement | null): void {
  const links = [...(grid?.querySelectorAll<HTMLElement>(".tile .open") ?? [])];
  const at = links.findIndex((link) => link === document.activeElement);
  const [first] = links;
  if (at < 0 || first === undefined) return;
  const top = (link: HTMLElement): number => link.getBoundingClientRect().top;
  const perRow = links.filter((link) => top(link) === top(first)).length;
  const steps: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: perRow, ArrowUp: -perRow };
  const next = links[at + (steps[event.key] ?? 0)];
  if (next === undefined || steps[event.key] === undefined) return;
  event.preventDefault();
  next.focus();
}

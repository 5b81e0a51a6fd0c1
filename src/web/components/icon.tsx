/** The few icons that need no word beside them on a picture: sound, full screen, snapshot. Their buttons carry a label. */
import type { JSX } from "preact";

/** Names of the icons. */
export type IconName = "muted" | "sound" | "full-screen" | "leave-full-screen" | "snapshot";

/** An icon in the text's colour. */
export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.75" aria-hidden="true">
      {shapes[name]}
    </svg>
  );
}

const speaker = <path d="M3 7.5v5h3l4 3.5V4L6 7.5z" />;

const shapes: Readonly<Record<IconName, JSX.Element>> = {
  muted: (
    <>
      {speaker}
      <path d="m13 8 4 4m0-4-4 4" />
    </>
  ),
  sound: (
    <>
      {speaker}
      <path d="M13 7a4.5 4.5 0 0 1 0 6m2-8.5a8 8 0 0 1 0 11" />
    </>
  ),
  "full-screen": <path d="M3 7.5V3h4.5M12.5 3H17v4.5M17 12.5V17h-4.5M7.5 17H3v-4.5" />,
  "leave-full-screen": <path d="M7.5 3v4.5H3M17 7.5h-4.5V3M12.5 17v-4.5H17M3 12.5h4.5V17" />,
  snapshot: (
    <>
      <path d="M2.5 6h3.5l1.5-2h5L14 6h3.5v10h-15z" />
      <circle cx="10" cy="10.75" r="2.75" />
    </>
  ),
};

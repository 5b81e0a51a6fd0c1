/** A QR code as one SVG path: sharp at any size, black on white in both themes because scanners want it so. */
import { encode } from "uqr";
import { t } from "../i18n/text.ts";

/** Cells of white around it; the standard asks for four, ISO/IEC 18004. */
const BORDER = 4;

/** The code of `text`. */
export function QrCode({ text }: { readonly text: string }) {
  const { data, size } = encode(text, { border: BORDER, ecc: "M" });
  const cells = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${String(x)} ${String(y)}h1v1h-1z`] : [])));
  return (
    <svg class="qr" viewBox={`0 0 ${String(size)} ${String(size)}`} role="img" aria-label={t("qr.alt", { text })}>
      <path d={cells.join("")} fill="var(--ink)" shape-rendering="crispEdges" />
    </svg>
  );
}

/** An address to take away: copied by a button, or read by another device from a QR code. */
import { useSignal } from "@preact/signals";
import { t } from "../i18n/text.ts";
import { QrCode } from "./qr-code.tsx";
import { Sheet } from "./sheet.tsx";

/** One address with its name. */
export function CopyRow(props: { readonly name: string; readonly address: string }) {
  const copied = useSignal(false);
  const shown = useSignal(false);
  return (
    <li class="copy-row">
      <span class="name">{props.name}</span>
      <code>{props.address}</code>
      <button
        type="button"
        class="button plain"
        aria-label={t("copy.of", { name: props.name })}
        onClick={(event) => {
          copied.value = copyText(props.address, event.currentTarget.parentElement?.querySelector("code"));
        }}
        onBlur={() => (copied.value = false)}
      >
        {copied.value ? t("copied") : t("copy")}
      </button>
      <button
        type="button"
        class="button plain"
        aria-label={t("qr.of", { name: props.name })}
        onClick={() => (shown.value = true)}
      >
        {t("qr")}
      </button>
      <span class="unseen" role="status">
        {copied.value ? t("copied") : ""}
      </span>
      {shown.value && (
        <Sheet title={props.name} onClose={() => (shown.value = false)}>
          <QrCode text={props.address} />
          <code class="figures">{props.address}</code>
        </Sheet>
      )}
    </li>
  );
}

/**
 * Copies. Over plain HTTP browsers have no clipboard for pages: then the text is selected and copied the old way, and stays
 * selected in case that is refused too.
 */
function copyText(text: string, element: Element | null | undefined): boolean {
  if (isSecureContext) {
    void navigator.clipboard.writeText(text);
    return true;
  }
  const selection = getSelection();
  if (selection === null || element === null || element === undefined) return false;
  selection.selectAllChildren(element);
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- the only way to copy on a page without HTTPS
  return document.execCommand("copy");
}

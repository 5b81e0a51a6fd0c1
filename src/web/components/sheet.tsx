/** A sheet over the page: the browser's own dialog, so focus, Escape and the background are right. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { t } from "../i18n/text.ts";

/** Shown while it is mounted; `onClose` takes it away. */
export function Sheet(props: { readonly title: string; readonly onClose: () => void; readonly children: ComponentChildren }) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby={id} onClose={props.onClose}>
      <div class="stack">
        <h2 id={id}>{props.title}</h2>
        {props.children}
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {t("close")}
        </button>
      </div>
    </dialog>
  );
}

/** Asks once; `confirm` is the word of the deed. */
export function ConfirmButton(props: {
  readonly label: string;
  readonly question: string;
  readonly confirm: string;
  readonly danger?: boolean;
  readonly open: { value: boolean };
  readonly onConfirm: () => void;
}) {
  const { open } = props;
  return (
    <>
      <button type="button" class={props.danger === true ? "button danger" : "button"} onClick={() => (open.value = true)}>
        {props.label}
      </button>
      {open.value && (
        <Sheet title={props.label} onClose={() => (open.value = false)}>
          <p>{props.question}</p>
          <button
            type="button"
            class="button main"
            onClick={() => {
              open.value = false;
              props.onConfirm();
            }}
          >
            {props.confirm}
          </button>
        </Sheet>
      )}
    </>
  );
}

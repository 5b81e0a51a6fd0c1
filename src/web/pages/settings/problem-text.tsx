/** A text field with line numbers; findings are marked at their line and listed below, each leads to its place. */
import { useRef } from "preact/hooks";
import type { ConfigProblem } from "#api/contract/answers.ts";
import { said } from "../../components/camera-words.tsx";
import { Mark } from "../../components/mark.tsx";
import { t } from "../../i18n/text.ts";
import { offsetOf } from "./text-position.ts";

/** What the field is given. */
export interface ProblemTextProps {
  readonly text: string;
  readonly problems: readonly ConfigProblem[];
  readonly onInput: (text: string) => void;
  /** Ctrl+S. */
  readonly onSave: () => void;
}

/** The field and its findings. */
export function ProblemText({ text, problems, onInput, onSave }: ProblemTextProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = text.split("\n").length;
  const marked = new Map(problems.map((problem) => [problem.line, problem.severity]));
  const go = ({ line, column }: ConfigProblem): void => {
    const field = area.current;
    if (field === null || line === null) return;
    const at = offsetOf(text, line, column ?? 1);
    field.focus();
    field.setSelectionRange(at, at);
    field.scrollTop = (field.scrollHeight * (line - 4)) / Math.max(1, lines);
  };
  return (
    <>
      <div class="editor">
        <div ref={gutter} class="gutter" aria-hidden="true">
          {Array.from({ length: lines }, (_, index) => (
            <div key={index} data-severity={marked.get(index + 1)}>
              {index + 1}
            </div>
          ))}
        </div>
        <textarea
          ref={area}
          aria-label={t("config.title")}
          aria-invalid={problems.some((problem) => problem.severity === "error")}
          aria-describedby="config-problems"
          spellcheck={false}
          autocapitalize="off"
          wrap="off"
          value={text}
          onInput={(event) => onInput(event.currentTarget.value)}
          onScroll={(event) => {
            if (gutter.current !== null) gutter.current.scrollTop = event.currentTarget.scrollTop;
          }}
          onKeyDown={(event) => {
            if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "s") return;
            event.preventDefault();
            onSave();
          }}
        />
      </div>
      <ul id="config-problems" class="stack findings">
        {problems.map((problem, index) => (
          <Finding key={index} problem={problem} onGo={() => go(problem)} />
        ))}
      </ul>
    </>
  );
}

function Finding({ problem, onGo }: { readonly problem: ConfigProblem; readonly onGo: () => void }) {
  const { severity, line, cause, key } = problem;
  return (
    <li class="notice" data-tone={severity === "error" ? "problem" : "notice"}>
      <Mark name={severity === "error" ? "needs-you" : "degraded"} />
      <div class="words">
        <div>{said(cause.text)}</div>
        <div class="quiet">{said(cause.remedy)}</div>
        <div class="quiet small">
          {key} · {cause.code}
        </div>
      </div>
      {line !== null && (
        <button type="button" class="button" onClick={onGo}>
          {t("config.line", { line })}
        </button>
      )}
    </li>
  );
}

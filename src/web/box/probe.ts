/** Looks at a camera: the box tells line by line what it tries; the last line is the result. */
import type { ProbeMessage, ProbeRequest } from "#api/contract/probe.ts";
import { refusalOf, requestOf } from "./client.ts";
import type { Answer } from "./client.ts";

/** Longest line taken. */
const MAX_LINE = 256 * 1024;

/** How a look ended. */
export type ProbeEnd =
  | Extract<ProbeMessage, { readonly kind: "found" | "failed" }>
  | { readonly kind: "refused"; readonly answer: Exclude<Answer<unknown>, { readonly kind: "ok" }> };

/** Looks, and hands over each message before the last one. */
export async function probeCamera(
  body: ProbeRequest,
  { onMessage, signal }: { readonly onMessage: (message: ProbeMessage) => void; readonly signal: AbortSignal },
): Promise<ProbeEnd> {
  const unreachable = { kind: "refused", answer: { kind: "unreachable" } } as const;
  try {
    const response = await fetch("/api/probe", { ...requestOf({ method: "POST", body }), signal });
    if (!response.ok || response.body === null) {
      const error = refusalOf(parse(await response.text()), response.status);
      return { kind: "refused", answer: { kind: "refused", status: response.status, error } };
    }
    for await (const message of linesOf(response.body)) {
      if (message.kind === "found" || message.kind === "failed") return message;
      onMessage(message);
    }
  } catch {
    return unreachable;
  }
  return unreachable;
}

async function* linesOf(body: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<ProbeMessage> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    const lines = (rest + (value ?? "")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as ProbeMessage;
    if (rest.length > MAX_LINE) return;
    if (done) break;
  }
  if (rest.trim() !== "") yield JSON.parse(rest) as ProbeMessage;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

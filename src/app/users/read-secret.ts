/** A password from standard input: typed without being shown, or the first line of what is piped in. Never an argument, which others can see. */
import type { ReadStream } from "node:tty";

/** Longest line taken. */
const MAX_LENGTH = 4096;
const CONTROL_C = "\u0003";
const ERASE = new Set(["\u007f", "\b"]);

/** Reads one. Rejects when it is broken off. */
export async function readSecret(
  input: NodeJS.ReadableStream & Partial<Pick<ReadStream, "setRawMode" | "isTTY">>,
): Promise<string> {
  if (input.isTTY === true) input.setRawMode?.(true);
  try {
    let text = "";
    for await (const chunk of input) {
      for (const letter of String(chunk)) {
        if (letter === "\n" || letter === "\r" || text.length >= MAX_LENGTH) return text;
        if (letter === CONTROL_C) throw new Error("broken off");
        text = ERASE.has(letter) ? text.slice(0, -1) : text + letter;
      }
    }
    return text;
  } finally {
    if (input.isTTY === true) input.setRawMode?.(false);
  }
}

/** Lines from before this process, out of the journal, one question at a time: the journal of a card is slow. */
import type { LogHistory, OlderQuestion } from "#api/own/parts.ts";
import type { LogLine } from "#api/contract/log.ts";
import { readJournal } from "./journal-reader.ts";

/** See the head of this file. */
export class JournalHistory implements LogHistory {
  readonly #unit: string;
  #busy = false;

  constructor(unit: string) {
    this.#unit = unit;
  }

  async before({ before, lines, level }: OlderQuestion): Promise<readonly LogLine[] | undefined> {
    if (this.#busy) return undefined;
    this.#busy = true;
    try {
      // It takes the millisecond itself too, of which the asker has a line already.
      return (await readJournal({ unit: this.#unit, lines, until: before, level }, {})) ?? [];
    } finally {
      this.#busy = false;
    }
  }
}

/**
 * The system's journal as a place for lines with fields: its native protocol, one datagram an entry, `FIELD=value` lines and the
 * binary form for values that hold a line break (systemd's documentation of the Native Journal Protocol). An entry is cut to
 * `MAX_ENTRY_BYTES`; one that can't be handed over at once is refused, so that it can go to standard output instead.
 */
import { fstatSync } from "node:fs";
import type { NativeModule } from "../native.ts";

const SOCKET = "/run/systemd/journal/socket";
/** Well below what a socket takes in one piece (net.core.wmem_default, 208 KiB). */
const MAX_ENTRY_BYTES = 32_768;
const MAX_VALUE_BYTES = 8192;
/** Names are upper-case letters, digits and underscores, begin with a letter, and have at most 64 of them. */
const FIELD = /^[A-Z][A-Z0-9_]{0,63}$/;

/** Fields of an entry, by name. */
export type JournalFields = readonly (readonly [name: string, value: string])[];

/** Standard output, where that is the journal. */
export interface Journal {
  /** Hands over an entry; false where that isn't possible now, and the line goes to standard output. */
  send(fields: JournalFields): boolean;
}

/** What the service manager has put into the environment. */
export interface JournalEnvironment {
  readonly JOURNAL_STREAM?: string | undefined;
}

/** The journal, where standard output is a stream to it (`JOURNAL_STREAM`, systemd.exec(5)); undefined where it is something else. */
export function openJournal(native: NativeModule | undefined, environment: JournalEnvironment): Journal | undefined {
  if (!isJournalStream(1, environment)) return undefined;
  return {
    send: (fields) => {
      try {
        native?.unixSend(SOCKET, printEntry(fields));
        return native !== undefined;
      } catch {
        return false; // the journal restarts, or its queue is full
      }
    },
  };
}

/** Whether a descriptor is the stream that the environment speaks of: device and inode, decimal, with a colon between. */
export function isJournalStream(descriptor: number, { JOURNAL_STREAM = "" }: JournalEnvironment): boolean {
  if (JOURNAL_STREAM === "") return false;
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true });
    return JOURNAL_STREAM === `${String(dev)}:${String(ino)}`;
  } catch {
    return false; // closed
  }
}

/** An entry on the wire. Fields whose name isn't one are left out. */
export function printEntry(fields: JournalFields): Buffer {
  const parts: Buffer[] = [];
  let bytes = 0;
  for (const [name, value] of fields) {
    if (!FIELD.test(name)) continue;
    const field = printField(name, Buffer.from(value).subarray(0, MAX_VALUE_BYTES));
    if (bytes + field.length > MAX_ENTRY_BYTES) continue;
    parts.push(field);
    bytes += field.length;
  }
  return Buffer.concat(parts);
}

function printField(name: string, value: Buffer): Buffer {
  if (!value.includes("\n")) return Buffer.concat([Buffer.from(`${name}=`), value, Buffer.from("\n")]);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(value.length));
  return Buffer.concat([Buffer.from(`${name}\n`), length, value, Buffer.from("\n")]);
}

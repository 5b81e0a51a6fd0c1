/**
 * The native module: its interface, and finding it. It is loaded when first wanted and everything works without it, so
 * whatever goes wrong here means `undefined` and a reason. So does a module built from other sources than those beside this file:
 * it may lack functions, or take their arguments in another order.
 *
 * Addresses travel as records of eight 32-bit words: port, family (4 or 6), address in network byte order (four words, IPv4 in
 * the first), IPv6 scope, datagram length.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { messageOf } from "#base/errors.ts";
import { isPacked, readAsset } from "./assets.ts";

/** Words of an address record. */
export const RECORD_WORDS = 8;
/** Words of a target of `srtpSend`. */
export const TARGET_WORDS = 12;
/** Datagrams read in one wake-up. */
export const MAX_DATAGRAMS = 64;
/** Bytes of the shared receive memory per datagram. */
export const SLOT_BYTES = 65_536;
/** Flags of `udpOpen`. */
export const UDP_REUSE_ADDRESS = 1;
/** `udpOpen`: never let the kernel segment; for comparison. */
export const UDP_NO_SEGMENTATION = 4;

/** A UDP socket of the native module; closed when collected, unless it has been started. */
export interface NativeUdpHandle {
  readonly nativeUdpHandle: never;
}

/** The functions of the native module. Each throws TypeError or RangeError for a bad argument, and the system's error. */
export interface NativeModule {
  /** False where `text` is no numeric address. */
  parseAddress(text: string, port: number, record: Int32Array): boolean;
  udpOpen(address: string, port: number, flags: number, receiveBufferBytes: number, sendBufferBytes: number): NativeUdpHandle;
  /** Where every socket of this thread receives; before the first `udpStart`. */
  udpReceiveInto(bytes: Uint8Array, records: Int32Array): void;
  /** Calls `callback(count)` when datagrams 0…count-1 lie in the memory given to `udpReceiveInto`. */
  udpStart(socket: NativeUdpHandle, callback: (count: number) => void): void;
  udpLocalAddress(socket: NativeUdpHandle, record: Int32Array): void;
  udpSend(
    socket: NativeUdpHandle,
    buffer: Uint8Array,
    offsets: Uint32Array,
    lengths: Uint32Array,
    count: number,
    records: Int32Array,
    destinations: number,
  ): number;
  /** An empty interface address leaves the choice to the system. */
  udpJoin(socket: NativeUdpHandle, group: string, interfaceAddress: string): void;
  udpMulticastHops(socket: NativeUdpHandle, hops: number): void;
  udpMulticastInterface(socket: NativeUdpHandle, interfaceAddress: string): void;
  /** Whether the kernel segments what this socket sends. */
  udpSegments(socket: NativeUdpHandle): boolean;
  udpClose(socket: NativeUdpHandle): void;
  /** Opens an SRTP context (profile 1 or 7); its number. */
  srtpOpen(profile: number, key: Uint8Array, salt: Uint8Array, authKey: Uint8Array): number;
  srtpClose(context: number): void;
  /** Like `udpSend`, protected for each target; a target is twelve words: address record, context, SSRC, payload type, offset. */
  srtpSend(
    socket: NativeUdpHandle,
    buffer: Uint8Array,
    offsets: Uint32Array,
    lengths: Uint32Array,
    count: number,
    targets: Int32Array,
    targetCount: number,
  ): number;
  /** Bytes written to `into` at `at`; 0 where it isn't RTP or doesn't fit. */
  srtpProtect(
    context: number,
    packet: Uint8Array,
    ssrc: number,
    payloadType: number,
    sequenceOffset: number,
    into: Uint8Array,
    at: number,
  ): number;
  /** Bytes taken per descriptor, 0 when full, or a negative errno. */
  tcpSend(descriptors: Int32Array, count: number, buffer: Uint8Array, start: number, end: number, results: Int32Array): void;
  /** 0, or a negative errno. */
  tcpLimit(descriptor: number, sendBufferBytes: number, unsentBytes: number): number;
  /** Gives what the C library keeps free back to the system; false where it can't. */
  trimMemory(): boolean;
  /** One datagram to a socket of the Unix family, a path or an abstract name after `@`; ≤ 64 KiB. */
  unixSend(path: string, datagram: Uint8Array): void;
  /** No core dump of this process or what it starts, for good. */
  forbidCoreDumps(): void;
  /** The kernel kills this process when its parent ends. */
  endWithParent(): void;
  /** Listens to ARP at an interface; needs the right to raw packets. A descriptor for the next three. */
  arpOpen(interfaceName: string): number;
  /** Asks who has an IPv4 address, from no address. */
  arpAsk(descriptor: number, address: string): void;
  /** Hardware addresses of those who have said so meanwhile. */
  arpAnswers(descriptor: number, address: string): readonly string[];
  arpClose(descriptor: number): void;
}

/** What of the environment decides about the native module. */
export interface NativeEnvironment {
  /** `off` does without. */
  readonly SLUICE_NATIVE?: string | undefined;
  /** Folder to look in first; a packed program unpacks there. */
  readonly SLUICE_NATIVE_DIR?: string | undefined;
  /** Folders that systemd made for the service. */
  readonly CACHE_DIRECTORY?: string | undefined;
  readonly RUNTIME_DIRECTORY?: string | undefined;
}

/** The module, or why it isn't there. */
export type NativeResult = { readonly native: NativeModule } | { readonly native: undefined; readonly reason: string };

/** The module for this machine. */
const FILE = `sluice-${process.arch}.node`;
/** The module's sources, and how many digits of their hash it carries (scripts/native builds it in). */
const SOURCE_FOLDER = resolve(import.meta.dirname, "native");
const SOURCE_ID_DIGITS = 32;
/** Folder of the builds from source. */
const BUILD_FOLDER = resolve(import.meta.dirname, "../../build/native");

/** Loads the module for this machine's architecture. Never throws. */
export function loadNative(environment: NativeEnvironment): NativeResult {
  if (environment.SLUICE_NATIVE === "off") return { native: undefined, reason: "switched off" };
  try {
    return isPacked() ? loadPacked(environment) : loadBuilt(environment);
  } catch (error) {
    return { native: undefined, reason: messageOf(error) };
  }
}

function loadBuilt(environment: NativeEnvironment): NativeResult {
  const folders = [environment.SLUICE_NATIVE_DIR ?? "", BUILD_FOLDER].filter((folder) => folder !== "");
  const file = folders.map((folder) => join(folder, FILE)).find((path) => existsSync(path));
  if (file === undefined) return { native: undefined, reason: "not built (scripts/native)" };
  if (!readFileSync(file).includes(`sluice-source:${sourceId()}`))
    return { native: undefined, reason: `${file} was built from other sources: build it anew (scripts/native)` };
  return { native: open(resolve(file)) };
}

/** Names the sources beside this file. */
function sourceId(): string {
  const names = readdirSync(SOURCE_FOLDER).sort();
  const hash = createHash("sha256");
  for (const ending of [".c", ".h"]) {
    for (const name of names) if (name.endsWith(ending)) hash.update(readFileSync(join(SOURCE_FOLDER, name)));
  }
  return hash.digest("hex").slice(0, SOURCE_ID_DIGITS);
}

/**
 * The kernel maps only real files: the module is written to the first private folder that takes it and may be mapped from,
 * and deleted at once; the mapping stays. Works on a read-only system, where `/dev/shm` is left.
 */
function loadPacked(environment: NativeEnvironment): NativeResult {
  const bytes = readAsset(`native/${FILE}`);
  if (bytes === undefined) return { native: undefined, reason: "not packed" };
  const { SLUICE_NATIVE_DIR = "", CACHE_DIRECTORY = "", RUNTIME_DIRECTORY = "" } = environment;
  const reasons: string[] = [];
  for (const parent of [SLUICE_NATIVE_DIR, CACHE_DIRECTORY, RUNTIME_DIRECTORY, "/dev/shm", tmpdir()]) {
    if (parent === "") continue;
    try {
      return { native: openCopy(parent, bytes) };
    } catch (error) {
      reasons.push(messageOf(error));
    }
  }
  return { native: undefined, reason: reasons.join("; ") };
}

function openCopy(parent: string, bytes: Buffer): NativeModule {
  const folder = mkdtempSync(join(parent, "sluice-"));
  try {
    const file = join(folder, FILE);
    writeFileSync(file, bytes, { mode: 0o500 });
    return open(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function open(file: string): NativeModule {
  const loaded: { exports: unknown } = { exports: {} };
  process.dlopen(loaded, file);
  // The module is built from this tree; the contract tests hold it to the interface.
  return loaded.exports as NativeModule;
}

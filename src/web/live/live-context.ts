/** What all pictures of the page share, handed down to the tiles. */
import { signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Clock } from "../browser/clock.ts";
import { askBox } from "../box/client.ts";
import type { LiveServices } from "./live-session.ts";
import { Reachability } from "./reachability.ts";
import { Slots } from "./slots.ts";

/** Tiles that play low-latency HLS at once: two connections each, of the browser's six. */
const HLS_TILES = 2;
const STILL_TURNS = 1;

const LiveContext = createContext<LiveServices | undefined>(undefined);

/** Hands the services to the tiles below. */
export const LiveProvider = LiveContext.Provider;

/** Makes the services of a page. */
export function createLiveServices(clock: Clock): LiveServices {
  return {
    clock,
    reachability: new Reachability(clock),
    hlsSlots: new Slots(HLS_TILES),
    stillTurns: new Slots(STILL_TURNS),
    // The report goes by itself; a box that doesn't take it changes nothing for the viewer.
    experience: (report) => void askBox("/api/viewers", { method: "POST", body: report, keepalive: true }),
    newId: () => Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join(""),
    sounding: signal<string | undefined>(undefined),
  };
}

/** The services of the page. */
export function useLive(): LiveServices {
  const services = useContext(LiveContext);
  if (services === undefined) throw new Error("no live services above this component");
  return services;
}

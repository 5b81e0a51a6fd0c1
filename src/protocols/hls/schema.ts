/** What configuration needs to know of HLS beyond its options. */
import { hlsServerOptions } from "./options.ts";

/** HLS's part of the configuration's schema. */
export const hlsSchema = {
  global: hlsServerOptions,
  listeners: [
    {
      key: "hlsAddress",
      transport: "tcp",
      active: (values: Readonly<Record<string, unknown>>): boolean => values["hls"] === true,
    },
  ],
} as const;

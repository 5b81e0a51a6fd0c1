/** This program's version, the same as package.json's (a test holds them equal). */
export const VERSION = "0.1.0";
/** No clock that is right says less than this: about when this version was made, milliseconds since 1970. */
export const BUILT_AT = Date.UTC(2026, 10, 25);

/** The machine's monotonic clock in milliseconds, the same in every process of this machine (unlike `performance.now`). */
const CALIBRATIONS = 200;
const ORIGIN_MS = calibrate();

/** Milliseconds since the machine's own origin, fractional. */
export function machineNow(): number {
  return ORIGIN_MS + performance.now();
}

/** The difference of two clocks read one after the other is never too small: the least of many tries is the right one. */
function calibrate(): number {
  let least = Infinity;
  for (let tries = 0; tries < CALIBRATIONS; tries += 1) {
    const late = -performance.now();
    least = Math.min(least, Number(process.hrtime.bigint()) / 1e6 + late);
  }
  return least;
}

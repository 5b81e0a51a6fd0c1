/** What this browser remembers of its user's choices: language and theme. Works without storage, for the visit. */

/** A value kept under `key`, or undefined. */
export function readKept(key: string): string | undefined {
  try {
    return localStorage.getItem(`sluice.${key}`) ?? undefined;
  } catch {
    return undefined; // private windows of some browsers refuse
  }
}

/** Keeps a value; undefined forgets it. */
export function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(`sluice.${key}`);
    else localStorage.setItem(`sluice.${key}`, value);
  } catch {
    // As above: then it holds for this visit only.
  }
}

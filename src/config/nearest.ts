/** The word somebody probably meant: the nearest of the known ones by edit distance, upper and lower case alike. */

/** Words longer than this are compared by their beginning. */
const MAX_WORD = 64;

/** The known word nearest to `word`, or undefined where none is near (more than a third of its letters differ). */
export function nearestWord(word: string, known: Iterable<string>): string | undefined {
  const target = word.slice(0, MAX_WORD).toLowerCase();
  let best: { word: string; distance: number } | undefined;
  for (const candidate of known) {
    const other = candidate.slice(0, MAX_WORD).toLowerCase();
    const allowed = Math.max(1, Math.floor(Math.max(target.length, other.length) / 3));
    if (Math.abs(target.length - other.length) > allowed) continue;
    const distance = editDistance(target, other);
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { word: candidate, distance };
  }
  return best?.word;
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const step = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      current.push(swapped ? Math.min(step, (before[j - 2] ?? 0) + 1) : step);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}

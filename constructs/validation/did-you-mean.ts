/** Finds what a mistyped name was probably meant to be. */

/** A guess may differ from what was typed by this share of its letters. */
const tolerance = 0.4;

/** The known name nearest to the unknown one, or undefined if none is near enough. */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((name) => ({ name, distance: editDistance(unknown.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= Math.max(1, Math.floor(name.length * tolerance)))
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** A remedy for an unknown name: the nearest known one if any is near, and the list. A sentence without a full stop. */
export function didYouMean(unknown: string, known: readonly string[]): string {
  const guess = nearest(unknown, known);
  return guess === undefined
    ? `Use one of: ${known.join(', ')}`
    : `Did you mean '${guess}'? Known: ${known.join(', ')}`;
}

/** Number of single-letter insertions, deletions and replacements between two words (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

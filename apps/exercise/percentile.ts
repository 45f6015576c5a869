/**
 * The value that a share of all values does not exceed (nearest rank).
 *
 * @param share above 0, up to 1
 * @returns undefined without values
 */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(Math.ceil(share * sorted.length), 1) - 1];
}

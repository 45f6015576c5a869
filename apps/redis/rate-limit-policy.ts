/** What is limited and how, and what a check of it answers. */

/**
 * How spending is counted.
 *
 * - `fixed`: from the first spending until the window ends. One number a subject; up to twice the limit can be spent
 *   around the end of a window.
 * - `sliding`: never more than the limit in any stretch of the window's length. As many log entries a subject as the
 *   limit.
 */
export type RateLimitAlgorithm = 'fixed' | 'sliding';

/** A limit for each subject: a client, a user, an address with a user name. */
export interface RateLimitPolicy {
  /** Part of the keys and the response headers: 1 to 64 of `a-z`, `0-9` and `-`, beginning with a letter. */
  readonly name: string;
  readonly algorithm: RateLimitAlgorithm;
  /** Units that a subject can spend in a window: 1 to 1,000,000; of a sliding window 1 to 100,000. */
  readonly limit: number;
  /** 1 millisecond to 31 days. */
  readonly windowMilliseconds: number;
}

/** The answer of a check. */
export interface RateLimitResult {
  readonly allowed: boolean;
  /** The policy's limit. */
  readonly limit: number;
  /** What the subject can still spend now; with the source `local`, at this instance. */
  readonly remaining: number;
  /** Until more can be spent: a fixed window ends, or the oldest spending leaves a sliding one. */
  readonly resetMilliseconds: number;
  /** Until a refused cost fits, if nothing else is spent; 0 if it was allowed. */
  readonly retryAfterMilliseconds: number;
  /** Who decided: Redis for all instances together, or this instance on its share because Redis is unavailable. */
  readonly source: 'redis' | 'local';
}

const longestWindowMilliseconds = 31 * 24 * 3_600_000;
const highestLimit = { fixed: 1_000_000, sliding: 100_000 } as const;

/** Everything that is wrong with a policy: the setting, its value and the remedy. */
export function policyViolations({ name, algorithm, limit, windowMilliseconds }: RateLimitPolicy): string[] {
  const violations: string[] = [];
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    violations.push(`name is '${name}': give 1 to 64 of a-z, 0-9 and '-', beginning with a letter`);
  }
  if (!Object.hasOwn(highestLimit, algorithm)) {
    return [...violations, `algorithm is '${algorithm}': give 'fixed' or 'sliding'`];
  }
  return [
    ...violations,
    ...wholeNumberViolations('limit', limit, 1, highestLimit[algorithm]),
    ...wholeNumberViolations('windowMilliseconds', windowMilliseconds, 1, longestWindowMilliseconds),
  ];
}

/** What is wrong with a setting that has to be a whole number in a range. */
export function wholeNumberViolations(setting: string, value: number, min: number, max: number): string[] {
  if (Number.isInteger(value) && value >= min && value <= max) return [];
  return [`${setting} is ${value}: give a whole number from ${min} to ${max}`];
}

/**
 * What a cache keeps under a key: a letter, the version, and for a value or an absence two times and the payload.
 *
 *     v42 1790000000000 12 {"id":"…"}    a value: version 42, expires at that time, took 12 ms to load
 *     n42 1790000000000 3                 known not to exist since version 42
 *     t42                                 a tombstone: everything older than version 42 is out of date
 *
 * The scripts compare versions, hence a text that Lua reads as easily as a person.
 */

/** A value, or the knowledge that there is none. */
export interface CacheEntry {
  /** Undefined for an absence that was loaded just now: the storing script takes over the version that is there. */
  readonly version: number | undefined;
  /** When it expires: milliseconds since 1970 by the clock of the process that stored it. */
  readonly expiresAt: number;
  /** How long it took to load, in milliseconds. */
  readonly loadMilliseconds: number;
  /** Undefined for an absence. */
  readonly payload: string | undefined;
}

const letterOfValue = 'v'.charCodeAt(0);
const letterOfAbsence = 'n'.charCodeAt(0);
const letterOfTombstone = 't'.charCodeAt(0);

/** The part of an entry after its version, which the storing script puts before it. */
export function encodeEntry({ expiresAt, loadMilliseconds, payload = '' }: Omit<CacheEntry, 'version'>): string {
  return ` ${expiresAt} ${Math.ceil(loadMilliseconds)} ${payload}`;
}

/** Whether a text is a tombstone. */
export function isTombstone(text: string): boolean {
  return text.charCodeAt(0) === letterOfTombstone;
}

/** Reads an entry. @throws Error if it is nothing that this code has written */
export function decodeEntry(text: string): CacheEntry {
  const letter = text.charCodeAt(0);
  const first = text.indexOf(' ');
  const second = text.indexOf(' ', first + 1);
  const third = text.indexOf(' ', second + 1);
  const version = digits(text, 1, first);
  const expiresAt = digits(text, first + 1, second);
  const loadMilliseconds = digits(text, second + 1, third);
  const known = letter === letterOfValue || letter === letterOfAbsence;
  if (!known || Number.isNaN(version + expiresAt + loadMilliseconds)) {
    throw new Error(`not a cache entry: ${JSON.stringify(text.slice(0, 40))}`);
  }
  return {
    version,
    expiresAt,
    loadMilliseconds,
    payload: letter === letterOfValue ? text.slice(third + 1) : undefined,
  };
}

/** The number between two positions, NaN if it isn't one. Several times as fast as `Number(text.slice(…))`. */
function digits(text: string, start: number, end: number): number {
  if (start >= end) return NaN;
  let number = 0;
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return NaN;
    number = 10 * number + digit;
  }
  return number;
}

/** A time to live shortened by a random share of at most `jitter` (0 to 1), so that entries don't expire together. */
export function jitteredTtl(ttlMilliseconds: number, jitter: number, random: () => number = Math.random): number {
  return Math.max(1, Math.round(ttlMilliseconds * (1 - jitter * random())));
}

/** −ln of the smallest number above zero that `Math.random` yields. */
const largestDraw = 53 * Math.LN2;

/**
 * Whether to load an entry again before it expires: the likelier, the closer the end and the longer a load takes, so
 * that one of many readers does it in time. XFetch: −δ·β·ln(random) ≥ remaining.
 *
 * Source: Vattani, Chierichetti, Lowenstein, "Optimal Probabilistic Cache Stampede Prevention", VLDB 2015.
 *
 * @param remainingMilliseconds time until it expires
 * @param loadMilliseconds δ, how long a load takes
 * @param beta β: above 1 earlier, below 1 later, 0 never before it expires
 */
export function refreshesEarly(
  remainingMilliseconds: number,
  loadMilliseconds: number,
  beta: number,
  random: () => number = Math.random,
): boolean {
  const scale = loadMilliseconds * beta;
  // Far from the end no draw can be large enough: most hits need neither a random number nor a logarithm.
  if (remainingMilliseconds > scale * largestDraw) return false;
  return scale * -Math.log(1 - random()) >= remainingMilliseconds;
}

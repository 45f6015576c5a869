/** Waiting, bounded and abortable. */
import { setTimeout as delay } from 'node:timers/promises';
import { Unexpected } from './unexpected';

/** A pause between two looks: short enough for what is measured, long enough not to spend the client's rate limit. */
const pauseMilliseconds = 5;

export interface PollOptions<Seen> {
  /** What is waited for, in the words of the row. */
  readonly expected: string;
  readonly look: () => Promise<Seen>;
  readonly done: (seen: Seen) => boolean;
  /** What the row says when the time is over. */
  readonly describe: (seen: Seen) => string;
  readonly timeoutMilliseconds: number;
  readonly signal: AbortSignal;
  /** @default 5 */
  readonly pauseMilliseconds?: number;
}

/**
 * Looks until it is done.
 *
 * @returns what was seen last
 * @throws Unexpected when the time, or that of the whole run, is over
 */
export async function poll<Seen>(options: PollOptions<Seen>): Promise<Seen> {
  const { expected, signal, timeoutMilliseconds } = options;
  const startedAt = performance.now();
  let last: { readonly seen: Seen } | undefined;
  const end = (time: string) => new Unexpected(`${expected} ${time}`, last ? options.describe(last.seen) : 'nothing');
  try {
    for (;;) {
      const seen = await options.look();
      if (options.done(seen)) return seen;
      last = { seen };
      if (performance.now() - startedAt > timeoutMilliseconds) throw end(`within ${timeoutMilliseconds / 1_000} s`);
      await pause(options.pauseMilliseconds ?? pauseMilliseconds, signal);
    }
  } catch (error) {
    // What was waited for says more than that the run's time is over.
    if (signal.aborted && last) throw end("within the run's time");
    throw error;
  }
}

/** @throws the signal's reason when it aborts */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

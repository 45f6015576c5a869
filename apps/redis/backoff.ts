/** Pauses between tries. */
import { setTimeout } from 'node:timers/promises';

/** How long a failed message waits for its next attempt. */
export interface Backoff {
  /** Before the second attempt. Doubled before each further one. @default 1000 */
  readonly initialMilliseconds: number;
  /** @default 60000 */
  readonly maximumMilliseconds: number;
}

/**
 * Pause after a failed attempt: exponential with equal jitter, so between half of it and all of it. Messages that failed
 * together are not tried again together.
 *
 * Source: Brooker, "Exponential Backoff and Jitter" (AWS Architecture Blog, 2015).
 *
 * @param attempt the one that failed, from 1
 * @param random in [0, 1)
 */
export function backoffMilliseconds(
  { initialMilliseconds, maximumMilliseconds }: Backoff,
  attempt: number,
  random = Math.random(),
): number {
  const pause = Math.min(maximumMilliseconds, initialMilliseconds * 2 ** (attempt - 1));
  return Math.round((pause * (1 + random)) / 2);
}

/** Pauses while Redis is unreachable or refuses: short, for a failover may end at any moment. */
export const faultBackoff: Backoff = { initialMilliseconds: 50, maximumMilliseconds: 1_000 };

/** `milliseconds` ± half of it, so that workers don't act in step. */
export function jittered(milliseconds: number, random = Math.random()): number {
  return Math.round(milliseconds * (0.5 + random));
}

/** Waits, or until `signal` aborts. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, signal && { signal }).catch(() => undefined);
}

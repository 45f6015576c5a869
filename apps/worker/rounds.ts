/** Work that is done again and again, for as long as this process leads. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Rounds {
  /** @returns true if the next is to follow at once */
  readonly round: () => Promise<unknown>;
  /** Between two rounds, and after one that failed. */
  readonly pauseMilliseconds: number;
  readonly onError: (error: unknown) => void;
}

/** Until the signal is aborted. Never rejects: a round that fails is told of, and followed by the next. */
export async function inRounds({ round, pauseMilliseconds, onError }: Rounds, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if ((await round()) === true) continue;
    } catch (error) {
      onError(error);
    }
    await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

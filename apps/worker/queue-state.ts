/** Tells whoever looks how the queue is: the leader alone, so that it is told once. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { QueueState } from '../service/order-queue';

/** Milliseconds between two tellings. */
const pauseMilliseconds = 1_000;

export interface QueueStateOptions {
  readonly measure: () => Promise<QueueState>;
  readonly tell: (state: QueueState) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/** Tells until the signal is aborted. Never rejects: nobody depends on hearing every one. */
export async function tellQueueState(
  { measure, tell, onError }: QueueStateOptions,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await tell(await measure());
    } catch (error) {
      onError(error);
    }
    await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

/** Tells whoever looks how the queue is: the leader alone, so that it is told once. */
import type { QueueState } from '../service/order-queue';
import { inRounds } from './rounds';

/** Milliseconds between two tellings. */
const pauseMilliseconds = 1_000;

export interface QueueStateOptions {
  readonly measure: () => Promise<QueueState>;
  readonly tell: (state: QueueState) => Promise<unknown>;
  readonly onError: (error: unknown) => void;
}

/** Tells until the signal is aborted. Never rejects: nobody depends on hearing every one. */
export function tellQueueState({ measure, tell, onError }: QueueStateOptions, signal: AbortSignal): Promise<void> {
  const round = async () => {
    await tell(await measure());
  };
  return inRounds({ round, pauseMilliseconds, onError }, signal);
}

/** Puts orders on the queue again that have had no effect for too long: what a failover or a dead api lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { OrderMessage } from '../database/orders';
import { claimDueMessages } from '../database/outbox';
import type { Queryable } from '../database/pool';

/** Orders in one round. */
const batchSize = 500;

/** Pause after a round that found few, in milliseconds. */
const pauseMilliseconds = 1_000;

export interface OutboxRelayOptions {
  readonly database: Queryable;
  /** Puts orders on the queue. Doing so twice is harmless: each is effected once. */
  readonly publish: (messages: readonly OrderMessage[]) => Promise<unknown>;
  /** Age from which an order without effect is due. */
  readonly replayAfterMilliseconds: number;
  /** Hears how many orders a round put on the queue; never 0. */
  readonly onReplayed: (count: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Relays until the signal is aborted. Never rejects: a round that fails is repeated, its orders stay due. */
export async function relayOutbox(options: OutboxRelayOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const messages = await claimDueMessages(options.database, options.replayAfterMilliseconds, batchSize);
      if (messages.length > 0) {
        await options.publish(messages);
        options.onReplayed(messages.length);
      }
      if (messages.length === batchSize) continue;
    } catch (error) {
      options.onError(error);
    }
    await sleep(pauseMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

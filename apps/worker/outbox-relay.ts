/** Puts orders on the queue again that have had no effect for too long: what a failover or a dead api lost. */
import type { OrderMessage } from '../database/orders';
import { claimDueMessages } from '../database/outbox';
import type { Queryable } from '../database/pool';
import { inRounds } from './rounds';

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
export function relayOutbox(options: OutboxRelayOptions, signal: AbortSignal): Promise<void> {
  const { database, replayAfterMilliseconds, publish, onReplayed, onError } = options;
  const round = async () => {
    const messages = await claimDueMessages(database, replayAfterMilliseconds, batchSize);
    if (messages.length > 0) {
      await publish(messages);
      onReplayed(messages.length);
    }
    return messages.length === batchSize;
  };
  return inRounds({ round, pauseMilliseconds, onError }, signal);
}

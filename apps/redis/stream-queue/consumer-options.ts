/** The settings of a consumer, their defaults and their limits. */
import { randomBytes } from 'node:crypto';
import { longestBlockMilliseconds } from '../client';
import type { Backoff } from '../backoff';
import type { Message } from './message';
import type { StreamQueueObserver } from './observer';

/** A call of a handler. */
export interface HandlerCall {
  /** Aborted when the handler's time is up, or when the consumer stops and its grace is over. */
  readonly signal: AbortSignal;
}

/** Handles a message. To resolve is to be done with it; what it throws is a failed attempt. */
export type MessageHandler<T> = (message: Message<T>, call: HandlerCall) => Promise<void> | void;

/**
 * Handles several messages at once, of any partitions.
 *
 * @returns for each message, in order, undefined if it is done or else why its attempt failed. What the handler throws
 * fails all of them.
 */
export type BatchHandler<T> = (
  messages: readonly Message<T>[],
  call: HandlerCall,
) => Promise<readonly (Error | undefined)[]>;

interface CommonConsumerOptions {
  /** What the consumer is called in the group, for people; a random suffix makes it unique. @default worker */
  readonly name?: string;
  /** Time a call of the handler may take, in milliseconds; then it counts as failed. @default 30000 */
  readonly handlerTimeoutMilliseconds?: number;
  /** Attempts after which a message becomes a dead letter. @default 5 */
  readonly maxAttempts?: number;
  /** @default 1 s, doubled up to 1 min */
  readonly backoff?: Backoff;
  /**
   * Time beyond the handler's timeout until a message counts as lost and is delivered to another consumer, in
   * milliseconds. Covers what lies between delivery and settlement besides the handler.
   * @default 5000
   */
  readonly redeliveryMarginMilliseconds?: number;
  /** Between two searches for lost messages, in milliseconds, ± half of it. @default 10000 */
  readonly redeliveryIntervalMilliseconds?: number;
  /**
   * Between two looks at delayed messages, in milliseconds, ± half of it. Only those matter to it whose worker died:
   * the others are due to the millisecond.
   * @default 5000
   */
  readonly delayedIntervalMilliseconds?: number;
  /** Most dead letters to keep in each partition, approximately; older ones are dropped. @default - all are kept */
  readonly deadLetterLimit?: number;
  /** Longest wait for a new message in one command, in milliseconds; up to 2000. @default 2000 */
  readonly blockMilliseconds?: number;
  /** A partition whose read loop completed no round for this long is not ready, in milliseconds. @default 6000 */
  readonly unreadyAfterMilliseconds?: number;
  /** Time without a sign of life until a consumer with nothing pending is removed from the group. @default 1 h */
  readonly consumerExpiryMilliseconds?: number;
  readonly observer?: StreamQueueObserver;
}

/** Handles messages one by one. */
export interface HandlerOptions<T> extends CommonConsumerOptions {
  readonly handle: MessageHandler<T>;
  /** Messages handled at the same time. @default 100 */
  readonly concurrency?: number;
}

/** Handles messages in batches, for instance to commit their effects in one statement. */
export interface BatchHandlerOptions<T> extends CommonConsumerOptions {
  readonly handleBatch: BatchHandler<T>;
  /** Most messages in one call. While all calls are busy, messages gather for the next. @default 100 */
  readonly batchSize?: number;
  /** Calls made at the same time. @default 2 */
  readonly concurrency?: number;
}

export type StreamConsumerOptions<T> = HandlerOptions<T> | BatchHandlerOptions<T>;

/** All settings of a consumer. */
export interface ConsumerSettings<T> extends Required<Omit<CommonConsumerOptions, 'name' | 'deadLetterLimit'>> {
  /** Unique. */
  readonly consumerName: string;
  readonly handler: BatchHandler<T>;
  readonly concurrency: number;
  readonly batchSize: number;
  /** 0 keeps all. */
  readonly deadLetterLimit: number;
  /** Messages in hand: being handled or waiting for it. */
  readonly capacity: number;
  /** Time since its delivery after which a message counts as lost. */
  readonly minIdleMilliseconds: number;
}

const defaults = {
  name: 'worker',
  handlerTimeoutMilliseconds: 30_000,
  maxAttempts: 5,
  backoff: { initialMilliseconds: 1_000, maximumMilliseconds: 60_000 },
  redeliveryMarginMilliseconds: 5_000,
  redeliveryIntervalMilliseconds: 10_000,
  delayedIntervalMilliseconds: 5_000,
  deadLetterLimit: 0,
  blockMilliseconds: longestBlockMilliseconds,
  unreadyAfterMilliseconds: 3 * longestBlockMilliseconds,
  consumerExpiryMilliseconds: 3_600_000,
  observer: {},
} satisfies CommonConsumerOptions;

/** Range of each number: integers. */
const ranges = {
  concurrency: [1, 10_000],
  batchSize: [1, 1_000],
  handlerTimeoutMilliseconds: [1, 24 * 3_600_000],
  maxAttempts: [1, 1_000],
  redeliveryMarginMilliseconds: [100, 3_600_000],
  redeliveryIntervalMilliseconds: [50, 3_600_000],
  delayedIntervalMilliseconds: [50, 3_600_000],
  deadLetterLimit: [0, Number.MAX_SAFE_INTEGER],
  blockMilliseconds: [10, longestBlockMilliseconds],
  unreadyAfterMilliseconds: [100, 3_600_000],
  consumerExpiryMilliseconds: [1_000, Number.MAX_SAFE_INTEGER],
} as const satisfies Partial<Record<keyof ConsumerSettings<never>, readonly [number, number]>>;

/**
 * Fills in the defaults.
 *
 * @param partitionCount each partition's reader waits with room for one message in its hand
 * @throws Error that lists every setting out of its range
 */
export function resolveConsumerOptions<T>(
  options: StreamConsumerOptions<T>,
  partitionCount: number,
): ConsumerSettings<T> {
  const { handler, concurrency, batchSize } = handlerOf(options);
  const settings = { ...defaults, ...options, handler, concurrency, batchSize };
  const violations = violationsOf(settings);
  if (violations.length > 0) throw new Error(`stream consumer: ${violations.join('; ')}`);
  const capacity = Math.max(concurrency * batchSize, partitionCount + 1);
  // The first calls may be made with one message each while the rest of what is in hand waits for them.
  const waits = 1 + Math.ceil((capacity - concurrency) / (concurrency * batchSize));
  return {
    ...settings,
    consumerName: `${settings.name}-${randomBytes(6).toString('hex')}`,
    capacity,
    minIdleMilliseconds: waits * settings.handlerTimeoutMilliseconds + settings.redeliveryMarginMilliseconds,
  };
}

function handlerOf<T>(options: StreamConsumerOptions<T>) {
  if ('handleBatch' in options) {
    const { handleBatch, concurrency = 2, batchSize = 100 } = options;
    return { handler: handleBatch, concurrency, batchSize };
  }
  const { handle, concurrency = 100 } = options;
  const handler: BatchHandler<T> = async ([message], call) => {
    if (message) await handle(message, call);
    return succeeded;
  };
  return { handler, concurrency, batchSize: 1 };
}

const succeeded = [undefined];

function violationsOf(settings: Readonly<Record<keyof typeof ranges, number>> & { readonly backoff: Backoff }) {
  const violations: string[] = [];
  for (const [name, [least, most]] of Object.entries(ranges)) {
    const value = settings[name as keyof typeof ranges];
    if (!Number.isInteger(value) || value < least || value > most) {
      violations.push(`${name} is ${value}, must be an integer from ${least} to ${most}`);
    }
  }
  const { initialMilliseconds, maximumMilliseconds } = settings.backoff;
  if (!(initialMilliseconds >= 1 && maximumMilliseconds >= initialMilliseconds)) {
    violations.push(
      `backoff is ${initialMilliseconds} up to ${maximumMilliseconds} ms, must start at 1 ms or more and not shrink`,
    );
  }
  if (settings.unreadyAfterMilliseconds <= settings.blockMilliseconds) {
    violations.push(
      `unreadyAfterMilliseconds is ${settings.unreadyAfterMilliseconds}, must exceed blockMilliseconds ` +
        `(${settings.blockMilliseconds}): an idle queue completes a round only that often`,
    );
  }
  return violations;
}

/** Consumes a queue. */
import { pause } from '../backoff';
import { BoundedCommands } from '../bounded-commands';
import type { RedisClient } from '../client';
import { resolveConsumerOptions, type ConsumerSettings, type StreamConsumerOptions } from './consumer-options';
import { DelayedRetries } from './delayed-retries';
import { Executor } from './executor';
import { PartitionConsumer, type Consumption, type PartitionHealth } from './partition-consumer';
import { partitionsOf, type Partition, type StreamQueue } from './queue';
import { Slots } from './slots';

/** Longest wait for the answer to a command, in milliseconds, after which it is sent again. */
const commandMilliseconds = 2_000;

/** Time after the last handler, or the grace, to acknowledge, to hand back and to leave the group, in milliseconds. */
const leaveMilliseconds = 2_000;

/** Whether a consumer consumes, for a readiness probe. */
export interface ConsumerHealth {
  /** Whether every partition's loop makes progress. */
  readonly ready: boolean;
  readonly partitions: readonly PartitionHealth[];
}

/**
 * The consuming side of a queue: reads all partitions, as much as its handlers can take, and settles each message.
 *
 * Each partition has a connection of its own, on which the server tells of a new message at once; an idle queue costs a
 * command every two seconds and partition, and a message waits for nobody's polling. See
 * docs/decisions/0003-queue-partitions.md.
 */
export class StreamConsumer<T> {
  readonly #settings: ConsumerSettings<T>;
  readonly #executor: Executor<T>;
  readonly #delayed: DelayedRetries;
  readonly #slots: Slots;
  readonly #partitions: readonly Partition[];
  readonly #consumers: readonly PartitionConsumer<T>[];
  #loops: Promise<unknown> | undefined;
  #stopping: Promise<number> | undefined;

  /**
   * @param client for commands; not closed by this, so close it after `stop`
   * @throws Error that lists every option out of its range
   */
  constructor(client: RedisClient, queue: StreamQueue<T>, options: StreamConsumerOptions<T>) {
    this.#partitions = partitionsOf(queue);
    const settings = resolveConsumerOptions(options, this.#partitions.length);
    this.#settings = settings;
    this.#slots = new Slots(settings.capacity);
    this.#executor = new Executor(settings, (count) => this.#slots.release(count));
    const commands = new BoundedCommands(client, commandMilliseconds);
    this.#delayed = new DelayedRetries(commands, settings.delayedIntervalMilliseconds, (error) =>
      settings.observer.error?.(error),
    );
    const shared: Consumption<T> = {
      ...{ client, commands, settings, slots: this.#slots, executor: this.#executor, delayed: this.#delayed },
      group: queue.group,
      codec: queue.codec,
      partitionCount: this.#partitions.length,
      busy: new Set(),
    };
    this.#consumers = this.#partitions.map((partition) => new PartitionConsumer(shared, partition));
  }

  /** What the consumer is called in its group. */
  get name(): string {
    return this.#settings.consumerName;
  }

  /** Time since its delivery after which a message counts as lost, in milliseconds. */
  get minIdleMilliseconds(): number {
    return this.#settings.minIdleMilliseconds;
  }

  /** Begins to consume, in the background; groups that are missing are created. */
  start(): void {
    if (this.#loops) return;
    this.#loops = Promise.all(this.#consumers.map((consumer) => consumer.run()));
    this.#delayed.start(this.#partitions);
  }

  /** Follows what is read: a lost, frozen or refusing server makes its partitions unready, an idle queue does not. */
  health(): ConsumerHealth {
    const partitions = this.#consumers.map(({ health }) => health);
    return { ready: this.#loops !== undefined && partitions.every(({ ready }) => ready), partitions };
  }

  /**
   * Stops reading, finishes what was begun and hands back what was not. What isn't finished within the grace is left
   * pending; its signal is aborted, and another consumer gets it after `minIdleMilliseconds`.
   *
   * @param graceMilliseconds for handlers; resolves at most 2 s after they settled or it ended, also while Redis is down
   * @returns the number of messages left pending because their handlers didn't settle
   */
  async stop(graceMilliseconds = 10_000): Promise<number> {
    this.#stopping ??= this.#stop(graceMilliseconds);
    return this.#stopping;
  }

  async #stop(graceMilliseconds: number): Promise<number> {
    const timers = new AbortController();
    for (const consumer of this.#consumers) consumer.stop();
    this.#delayed.stop();
    this.#slots.close();
    const abandoned = await this.#executor.stop(graceMilliseconds);
    const end = pause(leaveMilliseconds, timers.signal);
    const settlements = this.#consumers.map(({ settlement }) => settlement);
    await Promise.race([Promise.all(settlements.map((settlement) => settlement.drain())), end]);
    for (const settlement of settlements) settlement.giveUp();
    await Promise.race([this.#leave(), end]);
    timers.abort();
    return abandoned;
  }

  async #leave(): Promise<void> {
    if (!this.#loops) return;
    await this.#loops;
    // A shard that fails now leaves its messages pending, for redelivery.
    await Promise.allSettled(this.#consumers.map((consumer) => consumer.leave()));
  }
}

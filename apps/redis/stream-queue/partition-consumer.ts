/** Consumes one partition: a loop that reads, and takes over what others lost. */
import { Cluster } from 'ioredis';
import type { RedisClient } from '../client';
import { backoffMilliseconds, faultBackoff, jittered, pause } from './backoff';
import { Dispatch, type Workshop } from './dispatch';
import { firstPage, GroupMember } from './group-member';
import { deliveryOf } from './message';
import { PartitionConnection } from './partition-connection';
import type { Partition } from './queue';
import { Settlement } from './settlement';

/** What the partitions of a consumer share, and how many they are. */
export interface Consumption<T> extends Workshop<T> {
  readonly client: RedisClient;
  readonly group: string;
  readonly partitionCount: number;
  /** Partitions whose last read found messages: they share the slots that are free. */
  readonly busy: Set<Partition>;
}

/** How a partition's read loop is doing. */
export interface PartitionHealth {
  readonly tag: string;
  readonly ready: boolean;
  /** Time since the loop last completed a round, or began to wait for a free handler. */
  readonly sinceProgressMilliseconds: number;
  /** Whether all handlers are busy, which is no fault of the loop. */
  readonly waitingForHandlers: boolean;
  /** What the last round failed with. */
  readonly error?: string;
}

/** One loop on one connection. Whatever fails, the loop goes on. */
export class PartitionConsumer<T> {
  readonly #shared: Consumption<T>;
  readonly #partition: Partition;
  readonly #member: GroupMember;
  readonly #connection: PartitionConnection;
  readonly #settlement: Settlement;
  readonly #dispatch: Dispatch<T>;
  readonly #stopped = new AbortController();
  /** Whether the group exists and no delivery is known to be lost. */
  #joined = false;
  #redeliveryDue: number;
  #forgetDue = 0;
  #progressAt = performance.now();
  #waiting = false;
  #error: Error | undefined;

  constructor(shared: Consumption<T>, partition: Partition) {
    const { client, group, settings } = shared;
    const { consumerName: consumer, blockMilliseconds, observer } = settings;
    const { stream } = partition;
    this.#shared = shared;
    this.#partition = partition;
    this.#member = new GroupMember(client, stream, group, consumer);
    this.#connection = new PartitionConnection(client, {
      ...{ stream, group, consumer, blockMilliseconds },
      onError: (error) => observer.error?.(error),
    });
    this.#settlement = new Settlement(client, partition, {
      ...{ group, observer },
      deadLetterLimit: settings.deadLetterLimit,
      limit: 10 * settings.capacity,
    });
    this.#dispatch = new Dispatch(shared, partition, this.#settlement);
    this.#redeliveryDue = performance.now() + Math.random() * settings.redeliveryIntervalMilliseconds;
  }

  get settlement(): Settlement {
    return this.#settlement;
  }

  get health(): PartitionHealth {
    const { handlerTimeoutMilliseconds, unreadyAfterMilliseconds } = this.#shared.settings;
    const sinceProgressMilliseconds = Math.round(performance.now() - this.#progressAt);
    const patience = unreadyAfterMilliseconds + (this.#waiting ? handlerTimeoutMilliseconds : 0);
    return {
      tag: this.#partition.tag,
      ready: sinceProgressMilliseconds <= patience && !this.#stopped.signal.aborted,
      sinceProgressMilliseconds,
      waitingForHandlers: this.#waiting,
      ...(this.#error ? { error: this.#error.message } : {}),
    };
  }

  /** Consumes until stopped. Never rejects. */
  async run(): Promise<void> {
    this.#progressAt = performance.now();
    for (let failures = 0; !this.#stopped.signal.aborted;) {
      try {
        await this.#round();
        this.#progressAt = performance.now();
        this.#error = undefined;
        failures = 0;
      } catch (error) {
        await this.#recover(error, ++failures);
      }
    }
  }

  /** Reads nothing more. */
  stop(): void {
    this.#stopped.abort();
    this.#connection.drop();
  }

  /** Hands back what was not begun, and leaves the group unless messages are still being handled. */
  async leave(): Promise<void> {
    await this.#member.release(this.#settlement.unsettled, true);
  }

  async #round(): Promise<void> {
    if (!this.#joined) await this.#join();
    await this.#settlement.room();
    if (performance.now() >= this.#redeliveryDue) await this.#redeliver();
    const { slots, busy, settings } = this.#shared;
    const isBusy = busy.has(this.#partition);
    // A reader that waits for a message holds one slot for it; the others are for those who have some to read.
    const held = await this.#slots(isBusy ? this.#share() : 1);
    if (held === 0) return;
    let count = 0;
    try {
      const entries = await this.#connection.read(held, !isBusy);
      count = entries.length;
      this.#dispatch.accept(entries.map((entry) => deliveryOf(entry, 1)));
    } finally {
      slots.release(held - count);
    }
    if (count === 0) {
      busy.delete(this.#partition);
      return;
    }
    busy.add(this.#partition);
    settings.observer.read?.(count);
  }

  async #join(): Promise<void> {
    await this.#member.join();
    // A delivery whose connection broke is pending here, though it never arrived.
    await this.#member.release(this.#settlement.unsettled, false);
    this.#joined = true;
  }

  /** Takes over what was not settled for too long, and tidies up after consumers that are gone. */
  async #redeliver(): Promise<void> {
    const { settings, slots } = this.#shared;
    let page = firstPage;
    do {
      const held = await this.#slots(this.#share());
      if (held === 0) return;
      let count = 0;
      try {
        const { nextPage, deliveries } = await this.#member.redeliver(settings.minIdleMilliseconds, page, held);
        page = nextPage;
        count = deliveries.length;
        this.#dispatch.accept(deliveries);
      } finally {
        slots.release(held - count);
      }
      if (count > 0) settings.observer.redelivered?.(count);
    } while (page !== firstPage);
    this.#redeliveryDue = performance.now() + jittered(settings.redeliveryIntervalMilliseconds);
    if (performance.now() < this.#forgetDue) return;
    await this.#member.forgetGone(settings.consumerExpiryMilliseconds);
    this.#forgetDue = performance.now() + jittered(settings.consumerExpiryMilliseconds);
  }

  /** A fair part of the slots that no idle reader holds. */
  #share(): number {
    const { busy, partitionCount, settings } = this.#shared;
    const busyCount = Math.max(1, busy.size);
    return Math.max(1, Math.floor((settings.capacity - partitionCount + busyCount) / busyCount));
  }

  async #slots(wanted: number): Promise<number> {
    this.#progressAt = performance.now();
    this.#waiting = true;
    const held = await this.#shared.slots.take(wanted);
    this.#waiting = false;
    this.#progressAt = performance.now();
    return held;
  }

  async #recover(error: unknown, failures: number): Promise<void> {
    // A read that was under way when this stopped fails with its connection.
    if (this.#stopped.signal.aborted) return;
    this.#error = error instanceof Error ? error : new Error(String(error));
    this.#shared.settings.observer.error?.(this.#error);
    this.#joined = false;
    this.#connection.drop();
    this.#shared.busy.delete(this.#partition);
    if (this.#shared.client instanceof Cluster) this.#shared.client.refreshSlotsCache();
    await pause(backoffMilliseconds(faultBackoff, failures), this.#stopped.signal);
  }
}

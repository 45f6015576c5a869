/** Consumes one partition: a loop that reads, and takes over what others lost. */
import { Cluster } from 'ioredis';
import { backoffMilliseconds, faultBackoff, jittered, pause } from '../backoff';
import type { BoundedCommands } from '../bounded-commands';
import type { RedisClient } from '../client';
import { Dispatch, type Workshop } from './dispatch';
import { firstPage, GroupMember } from './group-member';
import { deliveryOf, type Delivery } from './message';
import { PartitionConnection } from './partition-connection';
import type { Partition } from './queue';
import { Settlement } from './settlement';

/**
 * How many busy partitions share the free slots; more take turns. Larger parts would leave shards idle, smaller ones
 * cost a round trip for a few messages each.
 */
const readsAtOnce = 4;

/** What the partitions of a consumer share, and how many they are. */
export interface Consumption<T> extends Workshop<T> {
  /** Knows the servers, for connections of its own to read by. */
  readonly client: RedisClient;
  readonly commands: BoundedCommands;
  readonly group: string;
  readonly partitionCount: number;
  /** Partitions whose last read found messages: they share the slots that are free. */
  readonly busy: Set<Partition>;
}

/** How a partition's read loop is doing. */
export interface PartitionHealth {
  readonly tag: string;
  readonly ready: boolean;
  /** Time since the loop last completed a round, less what it waited for a free handler. */
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
  /** Entry id of a message that may be what its workers die of. */
  #suspect: string | undefined;
  #forgetDue = 0;
  #progressAt = performance.now();
  /** Whether a round was ever completed. */
  #proven = false;
  /** Since when all handlers are busy. */
  #waitingSince: number | undefined;
  #error: Error | undefined;

  constructor(shared: Consumption<T>, partition: Partition) {
    const { client, commands, group, settings } = shared;
    const { consumerName: consumer, blockMilliseconds, observer } = settings;
    const { stream } = partition;
    this.#shared = shared;
    this.#partition = partition;
    this.#member = new GroupMember(commands, stream, group, consumer);
    this.#connection = new PartitionConnection(client, {
      ...{ stream, group, consumer, blockMilliseconds },
      onError: (error) => observer.error?.(error),
    });
    this.#settlement = new Settlement(commands, partition, {
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
    const { minIdleMilliseconds, unreadyAfterMilliseconds } = this.#shared.settings;
    const now = performance.now();
    const waited = now - (this.#waitingSince ?? now);
    const sinceProgressMilliseconds = Math.round(now - this.#progressAt - waited);
    const progresses = sinceProgressMilliseconds <= unreadyAfterMilliseconds && waited <= minIdleMilliseconds;
    // The first round of an idle queue waits for a message: until it ends, the group's answer has to do.
    const reached = this.#proven || (this.#joined && this.#error === undefined);
    return {
      tag: this.#partition.tag,
      ready: reached && progresses && !this.#stopped.signal.aborted,
      sinceProgressMilliseconds,
      waitingForHandlers: this.#waitingSince !== undefined,
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
        this.#proven = true;
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
    if (this.#suspect !== undefined && this.#settlement.unsettled.has(this.#suspect)) return;
    const { settings, slots } = this.#shared;
    // Oldest first, and one to begin with: a suspect is claimed alone, for it takes along what is claimed with it.
    for (let page = firstPage, wanted = 1; ; wanted = this.#share()) {
      const held = await this.#slots(wanted);
      if (held === 0) return;
      let claimed: readonly Delivery[] = [];
      try {
        const reply = await this.#member.redeliver(settings.minIdleMilliseconds, page, held);
        page = reply.nextPage;
        claimed = reply.deliveries;
        this.#dispatch.accept(claimed);
      } finally {
        slots.release(held - claimed.length);
      }
      if (claimed.length > 0) settings.observer.redelivered?.(claimed.length);
      this.#suspect = claimed.find((delivery) => this.#isSuspect(delivery))?.entryId;
      if (this.#suspect !== undefined) return;
      if (page === firstPage) break;
    }
    this.#redeliveryDue = performance.now() + jittered(settings.redeliveryIntervalMilliseconds);
    if (performance.now() < this.#forgetDue) return;
    await this.#member.forgetGone(settings.consumerExpiryMilliseconds);
    this.#forgetDue = performance.now() + jittered(settings.consumerExpiryMilliseconds);
  }

  /** Whether a worker died of it or beside it more than once, or will bury it if it does so now. */
  #isSuspect({ deliveries, attempt }: Delivery): boolean {
    const { maxAttempts } = this.#shared.settings;
    return deliveries > 2 ? attempt <= maxAttempts : deliveries === 2 && attempt === maxAttempts;
  }

  /** A fair part of the slots that no idle reader holds. */
  #share(): number {
    const { busy, partitionCount, settings } = this.#shared;
    const available = settings.capacity - partitionCount + busy.size;
    return Math.max(1, Math.floor(available / Math.min(Math.max(1, busy.size), readsAtOnce)));
  }

  /** Waits for room for messages. 0 if this is stopping. */
  async #slots(wanted: number): Promise<number> {
    this.#waitingSince = performance.now();
    const held = await this.#shared.slots.take(wanted);
    this.#progressAt += performance.now() - this.#waitingSince;
    this.#waitingSince = undefined;
    return this.#stopped.signal.aborted ? 0 : held;
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

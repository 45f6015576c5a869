/** The messages that failed for good, for people and programs that decide what becomes of them. */
import { BoundedCommands } from '../bounded-commands';
import type { RedisClient } from '../client';
import replayDeadLetters from '../commands/replayDeadLetters-2.lua';
import { script } from '../script';
import { fieldsOf, type StreamEntry } from './message';
import {
  entryTimeMilliseconds,
  locateMessage,
  messageId,
  partitionsOf,
  type Partition,
  type QueueLayout,
} from './queue';
import type { DeathReason } from './observer';

const replay = script(replayDeadLetters, 2);

/** Most dead letters moved in one command. */
const largestBatch = 100;

/** A message that failed for good. */
export interface DeadLetter {
  /** For `replay` and `discard`. */
  readonly id: string;
  readonly messageId: string;
  /** As it was added: it may be what could not be parsed. */
  readonly payload: string;
  readonly reason: DeathReason;
  /** Text of the last error, at most 1,000 characters. */
  readonly error: string;
  readonly attempts: number;
  /** Milliseconds since 1970 by the server's clock. */
  readonly addedAtMilliseconds: number;
  readonly diedAtMilliseconds: number;
}

export interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  /** Where the next page begins; undefined at the end. */
  readonly cursor: string | undefined;
}

const operation = 'dead letters';

/**
 * Commands: XRANGE, XLEN, XDEL, XADD, EVALSHA, EVAL. All methods throw RedisUnavailableError if Redis can't serve now, or
 * doesn't answer a command within the deadline.
 */
export class DeadLetters {
  readonly #commands: BoundedCommands;
  readonly #queueName: string;
  readonly #partitions: readonly Partition[];

  /** @param deadlineMilliseconds longest wait for the answer to a command; `replayAll` and `list` need several */
  constructor(client: RedisClient, queue: QueueLayout, deadlineMilliseconds = 2_000) {
    this.#commands = new BoundedCommands(client, deadlineMilliseconds);
    this.#queueName = queue.name;
    this.#partitions = partitionsOf(queue);
  }

  /** How many there are. */
  async count(): Promise<number> {
    const counts = await Promise.all(this.#partitions.map((partition) => this.#lengthOf(partition)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /**
   * A page of them, by partition and age. What dies meanwhile may or may not be seen.
   *
   * @param cursor of the page before @default - the first page
   * @param limit most dead letters in the page
   * @throws Error if the cursor isn't one
   */
  async list({ cursor, limit = 100 }: { cursor?: string; limit?: number } = {}): Promise<DeadLetterPage> {
    const letters: DeadLetter[] = [];
    const after = cursor === undefined ? undefined : locateMessage(this.#queueName, this.#partitions, cursor);
    for (const partition of this.#partitions.slice(after ? this.#partitions.indexOf(after.partition) : 0)) {
      const start = partition === after?.partition ? `(${after.entryId}` : '-';
      const range = [partition.deadLetters, start, '+', 'COUNT', limit - letters.length];
      const entries = (await this.#commands.send(operation, 'xrange', range)) as StreamEntry[];
      letters.push(...entries.map((entry) => letterOf(partition.tag, entry)));
      if (letters.length >= limit) return { letters, cursor: letters.at(-1)?.id };
    }
    return { letters, cursor: undefined };
  }

  /** Puts one back in the queue as if never tried. @returns false if it is not there (any more) @throws Error if it isn't an id */
  async replay(id: string): Promise<boolean> {
    const { partition, entryId } = locateMessage(this.#queueName, this.#partitions, id);
    return (await this.#replay(partition, entryId, entryId, 1)) === 1;
  }

  /** Puts back all that are there now. @returns how many */
  async replayAll(): Promise<number> {
    const counts = await Promise.all(this.#partitions.map((partition) => this.#replayPartition(partition)));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Deletes one for good. @returns false if it is not there (any more) @throws Error if it isn't an id */
  async discard(id: string): Promise<boolean> {
    const { partition, entryId } = locateMessage(this.#queueName, this.#partitions, id);
    return (await this.#commands.send(operation, 'xdel', [partition.deadLetters, entryId])) === 1;
  }

  async #replayPartition(partition: Partition): Promise<number> {
    // No more than there are now: what dies again joins the end, and would be replayed for ever.
    const present = await this.#lengthOf(partition);
    for (let replayed = 0; ;) {
      const wanted = Math.min(largestBatch, present - replayed);
      const moved = wanted > 0 ? await this.#replay(partition, '-', '+', wanted) : 0;
      replayed += moved;
      if (moved === 0) return replayed;
    }
  }

  async #replay({ deadLetters, stream }: Partition, first: string, last: string, limit: number): Promise<number> {
    return Number(await this.#commands.run(operation, replay, [deadLetters, stream, first, last, limit]));
  }

  async #lengthOf({ deadLetters }: Partition): Promise<number> {
    return Number(await this.#commands.send(operation, 'xlen', [deadLetters]));
  }
}

function letterOf(tag: string, [id, fields]: StreamEntry): DeadLetter {
  const values = fieldsOf(fields);
  const originalEntryId = values.get('added') ?? id;
  return {
    id: messageId(tag, id),
    messageId: messageId(tag, originalEntryId),
    payload: values.get('payload') ?? '',
    reason: (values.get('reason') ?? 'failed') as DeathReason,
    error: values.get('error') ?? '',
    attempts: Number(values.get('attempts') ?? 0),
    addedAtMilliseconds: entryTimeMilliseconds(originalEntryId),
    diedAtMilliseconds: entryTimeMilliseconds(id),
  };
}

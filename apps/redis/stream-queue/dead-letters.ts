/** The messages that failed for good, for people and programs that decide what becomes of them. */
import type { RedisClient } from '../client';
import replayDeadLetters from '../commands/replayDeadLetters-2.lua';
import { runScript, script } from '../script';
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

/** Commands: XRANGE, XLEN, XDEL, XADD, EVALSHA, EVAL. */
export class DeadLetters {
  readonly #client: RedisClient;
  readonly #queueName: string;
  readonly #partitions: readonly Partition[];

  constructor(client: RedisClient, queue: QueueLayout) {
    this.#client = client;
    this.#queueName = queue.name;
    this.#partitions = partitionsOf(queue);
  }

  /** How many there are. */
  async count(): Promise<number> {
    const counts = await Promise.all(this.#partitions.map(({ deadLetters }) => this.#client.xlen(deadLetters)));
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
      const entries = await this.#client.xrange(partition.deadLetters, start, '+', 'COUNT', limit - letters.length);
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
    return (await this.#client.xdel(partition.deadLetters, entryId)) === 1;
  }

  async #replayPartition(partition: Partition): Promise<number> {
    // No more than there are now: what dies again joins the end, and would be replayed for ever.
    const present = await this.#client.xlen(partition.deadLetters);
    for (let replayed = 0; ;) {
      const wanted = Math.min(largestBatch, present - replayed);
      const moved = wanted > 0 ? await this.#replay(partition, '-', '+', wanted) : 0;
      replayed += moved;
      if (moved === 0) return replayed;
    }
  }

  async #replay({ deadLetters, stream }: Partition, first: string, last: string, limit: number): Promise<number> {
    return Number(await runScript(this.#client, replay, [deadLetters, stream, first, last, limit]));
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

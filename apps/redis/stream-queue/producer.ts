/** Adds messages to a queue. */
import { BoundedCommands } from '../bounded-commands';
import type { RedisClient } from '../client';
import addMessages from '../commands/addMessages-1.lua';
import { hashSlot } from '../keys';
import { script } from '../script';
import { RedisUnavailableError } from '../unavailability';
import type { StreamQueueObserver } from './observer';
import { messageId, partitionsOf, type Partition, type StreamQueue } from './queue';
import { ReplicatedWrite, type Replication } from './replicated-write';

const add = script(addMessages, 1);

/** Most messages that one command adds: bounds how long it keeps a shard busy (about 2 µs a message). */
const largestBatch = 64;

/** Payload characters after which a batch is full. */
const largestBatchCharacters = 256 * 1024;

export interface StreamProducerOptions {
  /**
   * How long an add may take, in milliseconds; a failover fits in. It bounds the wait, and the deed unless it was sent
   * already: an add that failed by it may still happen then. Without any connection an add fails at once.
   * @default 15000
   */
  readonly deadlineMilliseconds?: number;
  /** Messages that may wait for Redis at the same time; more are refused at once. @default 100000 */
  readonly maximumPending?: number;
  /**
   * Replicas that must have a message before its add resolves, and how long to wait for them. A failover then loses it
   * only if it promotes another replica. Costs a round trip between master and replica, about 0.1 ms in a zone, during
   * which the connection does nothing else: give such a producer a client of its own. The time is 1 to 500 ms, for a
   * connection that is silent for a second counts as dead.
   * @default - none: a message that was added within the last moments before a failover may be lost
   */
  readonly replication?: Replication;
  readonly observer?: StreamQueueObserver;
}

export interface AddOptions {
  /** Messages with the same key go to the same partition. @default - the partitions in turn */
  readonly partitionKey?: string;
}

/** Some of the messages of an `addMany` were perhaps not added; the others were. */
export class AddManyError extends Error {
  override readonly name = 'AddManyError';
  /** For each message its id, or what went wrong. */
  readonly results: readonly (string | Error)[];

  constructor(results: readonly (string | Error)[]) {
    const failures = results.filter((result) => result instanceof Error);
    super(`${failures.length} of ${results.length} messages may not have been added: ${failures[0]?.message ?? ''}`);
    this.results = results;
  }
}

interface Addition {
  readonly payload: string;
  readonly resolve: (id: string) => void;
  readonly reject: (error: Error) => void;
}

/**
 * The producing side of a queue.
 *
 * What is added within one turn of the event loop, by anyone in the process, goes to Redis in a command for each batch
 * rather than for each message. A batch is for one partition: its command has one key, so the client follows a moved
 * slot and outlasts a failover with it, which it does not do for a pipeline.
 */
export class StreamProducer<T> {
  readonly #commands: BoundedCommands;
  readonly #replicated: ReplicatedWrite | undefined;
  readonly #queue: StreamQueue<T>;
  readonly #partitions: readonly Partition[];
  readonly #observer: StreamQueueObserver | undefined;
  readonly #maximumPending: number;
  readonly #unkeyed: Addition[] = [];
  readonly #keyed = new Map<Partition, Addition[]>();
  #turn = Math.floor(Math.random() * 1_000);
  #scheduled = false;
  /** Messages that were not added yet, or refused. */
  #pending = 0;

  /** @throws Error if an option is out of its range */
  constructor(client: RedisClient, queue: StreamQueue<T>, options: StreamProducerOptions = {}) {
    validate(options);
    const { deadlineMilliseconds = 15_000, maximumPending = 100_000, replication, observer } = options;
    this.#commands = new BoundedCommands(client, deadlineMilliseconds);
    this.#replicated = replication && new ReplicatedWrite(client, this.#commands, replication);
    this.#queue = queue;
    this.#partitions = partitionsOf(queue);
    this.#maximumPending = maximumPending;
    this.#observer = observer;
  }

  /**
   * Adds a message.
   *
   * @returns its id
   * @throws RedisUnavailableError if Redis can't serve now or didn't confirm it in time (it may have been added
   * nevertheless), other errors of Redis (NOPERM), errors of the codec, ReplicationError
   */
  add(payload: T, { partitionKey }: AddOptions = {}): Promise<string> {
    if (this.#pending >= this.#maximumPending) return Promise.reject(this.#overload());
    return new Promise((resolve, reject) => {
      const addition = { payload: this.#queue.codec.encode(payload), resolve, reject };
      this.#waitingFor(partitionKey).push(addition);
      this.#pending++;
      if (this.#scheduled) return;
      this.#scheduled = true;
      setImmediate(() => this.#flush());
    });
  }

  /** Adds messages, and returns their ids in order. @throws AddManyError once all are settled, if any failed */
  async addMany(payloads: readonly T[], options?: AddOptions): Promise<readonly string[]> {
    const settled = await Promise.allSettled(payloads.map((payload) => this.add(payload, options)));
    const results = settled.map((result) => (result.status === 'fulfilled' ? result.value : toError(result.reason)));
    const ids = results.filter((result) => typeof result === 'string');
    if (ids.length < results.length) throw new AddManyError(results);
    return ids;
  }

  #waitingFor(partitionKey: string | undefined): Addition[] {
    if (partitionKey === undefined) return this.#unkeyed;
    const partition = this.#partitionAt(hashSlot(partitionKey));
    const waiting = this.#keyed.get(partition) ?? [];
    this.#keyed.set(partition, waiting);
    return waiting;
  }

  #partitionAt(index: number): Partition {
    const partition = this.#partitions[index % this.#partitions.length];
    if (!partition) throw new Error(`queue '${this.#queue.name}' has no partitions`);
    return partition;
  }

  #flush(): void {
    this.#scheduled = false;
    for (const batch of batchesOf(this.#unkeyed.splice(0))) void this.#send(this.#partitionAt(this.#turn++), batch);
    for (const [partition, additions] of this.#keyed) {
      for (const batch of batchesOf(additions)) void this.#send(partition, batch);
    }
    this.#keyed.clear();
  }

  async #send({ stream, tag }: Partition, batch: readonly Addition[]): Promise<void> {
    const operation = `adding to '${stream}'`;
    const payloads = batch.map(({ payload }) => payload);
    try {
      const reply = this.#replicated
        ? await this.#replicated.run(operation, add, stream, payloads)
        : await this.#commands.run(operation, add, [stream, ...payloads]);
      const ids = reply as readonly string[];
      this.#observer?.added?.(batch.length);
      batch.forEach(({ resolve }, index) => resolve(messageId(tag, String(ids[index]))));
    } catch (error) {
      for (const { reject } of batch) reject(toError(error));
    } finally {
      this.#pending -= batch.length;
    }
  }

  #overload(): RedisUnavailableError {
    const reason = `${this.#pending} messages wait for it already (maximumPending)`;
    return new RedisUnavailableError(`adding to '${this.#queue.name}'`, reason, { mayBeDone: false });
  }
}

function validate({ deadlineMilliseconds, maximumPending, replication }: StreamProducerOptions): void {
  const ranges: [name: string, value: number | undefined, most: number][] = [
    ['deadlineMilliseconds', deadlineMilliseconds, 3_600_000],
    ['maximumPending', maximumPending, 10_000_000],
    ['replication.replicas', replication?.replicas, 100],
    ['replication.timeoutMilliseconds', replication?.timeoutMilliseconds, 500],
  ];
  const violations = ranges
    .filter(([, value = 1, most]) => !Number.isInteger(value) || value < 1 || value > most)
    .map(([name, value, most]) => `${name} is ${value}, must be an integer from 1 to ${most}`);
  if (violations.length > 0) throw new Error(`stream producer: ${violations.join('; ')}`);
}

function* batchesOf(additions: readonly Addition[]): Generator<readonly Addition[]> {
  for (let start = 0, end = 0, characters = 0; end < additions.length;) {
    characters += additions[end]?.payload.length ?? 0;
    end++;
    if (end === additions.length || end - start === largestBatch || characters >= largestBatchCharacters) {
      yield additions.slice(start, end);
      start = end;
      characters = 0;
    }
  }
}

function toError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

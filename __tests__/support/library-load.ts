/** The application's Redis library under load: a queue, a cache and a lock, as the api and the worker use them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../apps/redis/client';
import { Locks } from '../../apps/redis/lock';
import { LockLostError } from '../../apps/redis/lock-errors';
import { StreamConsumer } from '../../apps/redis/stream-queue/consumer';
import { StreamProducer } from '../../apps/redis/stream-queue/producer';
import { ReplicationError } from '../../apps/redis/stream-queue/replicated-write';
import { snapshotQueue } from '../../apps/redis/stream-queue/snapshot';
import type { RedisSettings } from '../../apps/redis/settings';
import { RedisUnavailableError } from '../../apps/redis/unavailability';
import { startCacheProcess, VersionedSource, type CacheProcess } from './cache-process';
import { eventually } from './eventually';
import { quick, testQueue } from './stream-queue';

/** What came of a load. */
export interface LibraryReport {
  readonly acknowledged: number;
  /** Numbers that a producer was told are in the queue, and that no consumer got. */
  readonly lost: readonly number[];
  /** What producers were told instead, but that Redis was away, or too few replicas have a message: they try again. */
  readonly refused: readonly string[];
  /** Longest time, in milliseconds, that a message took from its first try on. */
  readonly longestMilliseconds: number;
  readonly reads: number;
  /** Reads that weren't answered, or with something else than the source has. */
  readonly wrongReads: readonly string[];
  readonly lockTerms: number;
  /** Most that held the lock at the same time. */
  readonly mostHolders: number;
  /** Writes whose fencing token was not greater than, or equal to, all before. */
  readonly fenceBreaches: number;
}

const lanes = 5;
const rows = 20;

/** Keeps queue, cache and lock busy from `start` to `finish`. */
export class LibraryLoad {
  readonly #platform: { settings(user: 'app' | 'worker'): RedisSettings };
  readonly #queue = testQueue(3);
  readonly #clients: RedisClient[] = [];
  readonly #consumers: StreamConsumer<{ readonly number: number }>[] = [];
  readonly #locks: Locks[] = [];
  readonly #source = new VersionedSource();
  readonly #stop = new AbortController();
  readonly #handled = new Set<number>();
  readonly #acknowledged = new Set<number>();
  readonly #refused: string[] = [];
  readonly #wrongReads: string[] = [];
  readonly #lock = { holders: 0, most: 0, terms: 0, minted: 0n, last: 0n, breaches: 0 };
  #reads = 0;
  #longestMilliseconds = 0;
  #cache: CacheProcess | undefined;
  #work: Promise<unknown> = Promise.resolve();

  constructor(platform: { settings(user: 'app' | 'worker'): RedisSettings }) {
    this.#platform = platform;
  }

  /** Resolves when everything flows. */
  async start(): Promise<void> {
    for (let row = 0; row < rows; row++) this.#source.write(String(row), `row ${row}`);
    // A producer that waits for replicas has a connection of its own.
    const producing = await this.#connect('app');
    const consuming = await this.#connect('worker');
    this.#cache = await startCacheProcess(this.#platform, this.#source, { ttlMilliseconds: 500 });
    for (let index = 0; index < 2; index++) {
      const consumer = new StreamConsumer(consuming, this.#queue, {
        ...quick,
        handle: ({ payload }) => void this.#handled.add(payload.number),
      });
      this.#consumers.push(consumer);
      consumer.start();
    }
    const contenders = await Promise.all([0, 1].map(() => this.#connect('app')));
    this.#work = Promise.all([
      ...Array.from({ length: lanes }, (_, lane) => this.#produce(producing, lane)),
      ...Array.from({ length: lanes }, (_, lane) => this.#read(lane)),
      ...contenders.map((client, index) => this.#contend(client, `contender-${index}`)),
    ]);
    await this.flow();
  }

  async #connect(user: 'app' | 'worker'): Promise<RedisClient> {
    const client = connectRedis(this.#platform.settings(user));
    this.#clients.push(client);
    await awaitReady(client, 10_000);
    return client;
  }

  /** Waits until there has been more of everything. */
  async flow(): Promise<void> {
    const [handled, acknowledged] = [this.#handled.size, this.#acknowledged.size];
    const [reads, terms] = [this.#reads, this.#lock.terms];
    const more = () =>
      this.#handled.size > handled + 200 &&
      this.#acknowledged.size > acknowledged + 200 &&
      this.#reads > reads + 200 &&
      this.#lock.terms > terms + 2;
    await eventually(more, 40_000).catch(() => {
      const now = { handled: this.#handled.size, acknowledged: this.#acknowledged.size, reads: this.#reads };
      throw new Error(
        `it doesn't flow: ${JSON.stringify({ ...now, terms: this.#lock.terms, refused: this.#refused })}`,
      );
    });
  }

  async #produce(client: RedisClient, lane: number): Promise<void> {
    const producer = new StreamProducer(client, this.#queue, {
      replication: { replicas: 1, timeoutMilliseconds: 500 },
      deadlineMilliseconds: 30_000,
    });
    for (let number = lane; !this.#stop.signal.aborted; number += lanes) {
      const start = performance.now();
      while (!this.#acknowledged.has(number) && this.#goesOn()) {
        await producer.add({ number }).then(
          () => this.#acknowledged.add(number),
          (error: unknown) => this.#refuse(error),
        );
        await sleep(20);
      }
      this.#longestMilliseconds = Math.max(this.#longestMilliseconds, performance.now() - start);
    }
  }

  #goesOn(): boolean {
    return !this.#stop.signal.aborted;
  }

  #refuse(error: unknown): void {
    if (error instanceof ReplicationError || error instanceof RedisUnavailableError) return;
    this.#refused.push(String(error));
  }

  async #read(lane: number): Promise<void> {
    for (let turn = lane; !this.#stop.signal.aborted; turn++) {
      const id = String(turn % rows);
      try {
        const value = (await this.#cache?.cache.get(id))?.value;
        if (value !== `row ${id}`) this.#wrongReads.push(`${id}: ${value ?? 'nothing'}`);
      } catch (error) {
        this.#wrongReads.push(String(error));
      }
      this.#reads++;
      await sleep(20);
    }
  }

  async #contend(client: RedisClient, instance: string): Promise<void> {
    const state = this.#lock;
    const locks = new Locks(client, { instance, mintFence: () => Promise.resolve(++state.minted) });
    this.#locks.push(locks);
    const options = { ttlMilliseconds: 3_000, waitMilliseconds: 40_000, signal: this.#stop.signal };
    while (!this.#stop.signal.aborted) {
      const work = locks.withLock('load', options, async (signal, lock) => {
        const token = await lock.fencingToken();
        state.most = Math.max(state.most, ++state.holders);
        state.terms++;
        for (let step = 0; step < 5 && !signal.aborted; step++) {
          // What a database does: it refuses a token that is not the newest, so such a write changes nothing.
          if (token === state.minted && token < state.last) state.breaches++;
          state.last = token > state.last ? token : state.last;
          await sleep(20);
        }
        state.holders--;
      });
      await work.catch((error: unknown) => {
        if (!(error instanceof LockLostError) && !this.#stop.signal.aborted) throw error;
      });
    }
  }

  /** Ends the load, waits until the queue is empty, and tells what came of it. */
  async finish(): Promise<LibraryReport> {
    this.#stop.abort();
    await this.#work;
    const [, worker] = this.#clients;
    await eventually(async () => {
      if (!worker) return false;
      const { depth, pending, delayed } = await snapshotQueue(worker, this.#queue);
      return depth + pending + delayed === 0;
    }, 20_000);
    await this.close();
    return {
      acknowledged: this.#acknowledged.size,
      lost: [...this.#acknowledged].filter((number) => !this.#handled.has(number)),
      refused: this.#refused,
      longestMilliseconds: this.#longestMilliseconds,
      reads: this.#reads,
      wrongReads: this.#wrongReads,
      lockTerms: this.#lock.terms,
      mostHolders: this.#lock.most,
      fenceBreaches: this.#lock.breaches,
    };
  }

  /** Ends whatever still goes on. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#work.catch(() => undefined);
    await Promise.all(this.#consumers.splice(0).map((consumer) => consumer.stop(100)));
    await Promise.all(this.#locks.splice(0).map((locks) => locks.close()));
    await this.#cache?.end();
    this.#cache = undefined;
    await Promise.all(this.#clients.splice(0).map(disconnectRedis));
  }
}

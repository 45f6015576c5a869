/** Queues for tests: each test has one of its own, in the key space that the ACL users are granted. */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { orderQueue, spreadTags } from '../../apps/redis/keys';
import { connectRedis, disconnectRedis, type RedisClient } from '../../apps/redis/client';
import { StreamConsumer } from '../../apps/redis/stream-queue/consumer';
import type {
  HandlerOptions,
  MessageHandler,
  StreamConsumerOptions,
} from '../../apps/redis/stream-queue/consumer-options';
import { jsonCodec, partitionsOf, type StreamQueue } from '../../apps/redis/stream-queue/queue';
import { snapshotQueue, type QueueSnapshot } from '../../apps/redis/stream-queue/snapshot';
import { startRedisCluster, type TestCluster } from './redis-cluster';

/** What test messages carry. */
export interface TestPayload {
  readonly number: number;
}

const codec = jsonCodec<TestPayload>((value) => {
  if (typeof value === 'object' && value !== null && 'number' in value && typeof value.number === 'number') {
    return { number: value.number };
  }
  throw new Error('number is missing');
});

export function testQueue(partitions = 3, name = randomBytes(4).toString('hex')): StreamQueue<TestPayload> {
  return { name: `${orderQueue.name}:${name}`, group: orderQueue.group, tags: spreadTags(partitions), codec };
}

/** Waits until a condition holds. @throws Error that names it if it doesn't in time */
export async function until(
  condition: string,
  holds: () => boolean | Promise<boolean>,
  timeoutMilliseconds = 10_000,
): Promise<void> {
  const deadline = performance.now() + timeoutMilliseconds;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMilliseconds} ms: ${condition}`);
    await setTimeout(10);
  }
}

/**
 * Delivers all waiting messages of a queue to a consumer that never settles them, like a worker that died.
 *
 * @param idleMilliseconds for how long it has had them
 * @returns their entry ids, by stream
 */
export async function deliverToGhost(
  client: RedisClient,
  queue: StreamQueue<TestPayload>,
  { consumer = 'ghost', idleMilliseconds = 0, deliveries = 1 } = {},
): Promise<Map<string, string[]>> {
  const delivered = new Map<string, string[]>();
  for (const { stream } of partitionsOf(queue)) {
    await client.xgroup('CREATE', stream, queue.group, '0', 'MKSTREAM').catch(() => undefined);
    await client.xreadgroup('GROUP', queue.group, consumer, 'COUNT', 1_000, 'STREAMS', stream, '>');
    const pending = (await client.xpending(stream, queue.group, '-', '+', 1_000, consumer)) as [string][];
    const ids = pending.map(([id]) => id);
    delivered.set(stream, ids);
    if (ids.length === 0) continue;
    const facts = ['IDLE', idleMilliseconds, 'RETRYCOUNT', deliveries, 'JUSTID'];
    await client.call('XCLAIM', [stream, queue.group, consumer, 0, ...ids, ...facts]);
  }
  return delivered;
}

/** Consumers that are quick about everything, so that tests are. */
export const quick = {
  backoff: { initialMilliseconds: 20, maximumMilliseconds: 40 },
  redeliveryIntervalMilliseconds: 50,
  blockMilliseconds: 200,
};

/** A cluster for the tests of a file, with connections of both users, and consumers that end with their test. */
export class QueueTests {
  #cluster: TestCluster | undefined;
  #app: RedisClient | undefined;
  #worker: RedisClient | undefined;
  readonly #consumers: StreamConsumer<TestPayload>[] = [];

  constructor() {
    beforeAll(async () => {
      this.#cluster = await startRedisCluster();
      this.#app = connectRedis(this.#cluster.settings('app'));
      this.#worker = connectRedis(this.#cluster.settings('worker'));
    });
    afterEach(async () => {
      await Promise.all(this.#consumers.splice(0).map((consumer) => consumer.stop(100)));
    });
    afterAll(async () => {
      await Promise.all([this.app, this.worker].map(disconnectRedis));
      await this.cluster.stop();
    });
  }

  get cluster(): TestCluster {
    return started(this.#cluster);
  }

  /** As the api is connected. */
  get app(): RedisClient {
    return started(this.#app);
  }

  /** As the worker is connected. */
  get worker(): RedisClient {
    return started(this.#worker);
  }

  /** Starts a consumer. */
  start(queue: StreamQueue<TestPayload>, options: StreamConsumerOptions<TestPayload>): StreamConsumer<TestPayload> {
    const consumer = new StreamConsumer(this.worker, queue, options);
    this.#consumers.push(consumer);
    consumer.start();
    return consumer;
  }

  /** Starts a quick consumer. */
  consume(
    queue: StreamQueue<TestPayload>,
    handle: MessageHandler<TestPayload>,
    options: Omit<HandlerOptions<TestPayload>, 'handle'> = {},
  ): StreamConsumer<TestPayload> {
    return this.start(queue, { ...quick, ...options, handle });
  }

  snapshot(queue: StreamQueue<TestPayload>): Promise<QueueSnapshot> {
    return snapshotQueue(this.worker, queue);
  }

  /** Whether every message is done or dead. */
  async empty(queue: StreamQueue<TestPayload>): Promise<boolean> {
    const { depth, pending, delayed } = await this.snapshot(queue);
    return depth + pending + delayed === 0;
  }
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the cluster has not been started');
  return value;
}

/** Payloads 0 to `count` - 1. */
export function numbers(count: number): TestPayload[] {
  return Array.from({ length: count }, (_, number) => ({ number }));
}

/** Queues for tests: each test has one of its own, in the key space that the ACL users are granted. */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { orderQueue, spreadTags } from '../../apps/redis/keys';
import type { RedisClient } from '../../apps/redis/client';
import { jsonCodec, partitionsOf, type StreamQueue } from '../../apps/redis/stream-queue/queue';

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

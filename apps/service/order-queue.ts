/** The order queue as both programs use it. */
import { z } from 'zod';
import type { OrderMessage } from '../database/orders';
import { orderPartitionTags, orderQueue } from '../redis/keys';
import { jsonCodec, type StreamQueue } from '../redis/stream-queue/queue';

const orderMessage = z.object({
  orderId: z.string(),
  userId: z.string(),
  resourceId: z.string(),
  quantity: z.int().positive(),
});

/** Orders on their way from the api to a worker. */
export const orders: StreamQueue<OrderMessage> = {
  ...orderQueue,
  tags: orderPartitionTags,
  codec: jsonCodec((value) => orderMessage.parse(value)),
};

/** Name of the lock that the worker holds which relays the outbox. */
export const relayLockName = 'outbox-relay';

/** Topic of the events on which operators talk to the programs, and what they say. */
export const operationsTopic = 'operations';
export const resignation = 'resign';

/** Name of the cache of resources: both programs invalidate it. */
export const resourceCacheName = 'resources';

/** Topic of the events by which the leader tells how the queue is, each second. */
export const queueStateTopic = 'queue-state';

/** What it tells. The api itself may add to the queue, and read nothing of it. */
export const queueState = z.object({
  depth: z.number(),
  pending: z.number(),
  delayed: z.number(),
  dead: z.number(),
  oldestAgeMilliseconds: z.number(),
  oldestInHandMilliseconds: z.number(),
});

export type QueueState = z.output<typeof queueState>;

/** Metrics of the worker. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { measureBacklog } from '../database/outbox';
import type { Queryable } from '../database/pool';
import type { RedisClient } from '../redis/client';
import type { QueueLayout } from '../redis/stream-queue/queue';
import { snapshotQueue } from '../redis/stream-queue/snapshot';
import type { StreamQueueObserver } from '../redis/stream-queue/observer';
import { durationBuckets } from '../service/metrics';

export interface WorkerMetrics {
  /** To be given to the consumer. */
  readonly queueObserver: StreamQueueObserver;
  readonly replayed: Counter;
  readonly leader: Gauge;
}

/** Registers the metrics of the worker. Those of queue and outbox are measured when they are scraped. */
export function createWorkerMetrics(
  registry: Registry,
  client: RedisClient,
  database: Queryable,
  queue: QueueLayout,
): WorkerMetrics {
  const registers = [registry];
  addQueueGauges(registry, client, queue);
  addOutboxGauges(registry, database);
  return {
    queueObserver: queueObserver(registry),
    replayed: new Counter({ name: 'outbox_replayed_total', help: 'Orders put on the queue again', registers }),
    leader: new Gauge({ name: 'leader', help: '1 while this process leads the outbox relay', registers }),
  };
}

function queueObserver(registry: Registry): StreamQueueObserver {
  const registers = [registry];
  const messages = new Counter({
    name: 'queue_messages_total',
    help: 'Messages by what became of them: completed, failed, retried, dead, redelivered',
    labelNames: ['outcome'],
    registers,
  });
  const seconds = new Histogram({
    name: 'queue_handler_seconds',
    help: 'Duration of a call of the handler',
    buckets: durationBuckets,
    registers,
  });
  const batches = new Histogram({
    name: 'queue_handler_batch_messages',
    help: 'Messages in a call of the handler',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000],
    registers,
  });
  return {
    handled: (count, duration) => {
      batches.observe(count);
      seconds.observe(duration);
    },
    completed: (count) => messages.inc({ outcome: 'completed' }, count),
    failed: () => messages.inc({ outcome: 'failed' }),
    retried: () => messages.inc({ outcome: 'retried' }),
    died: () => messages.inc({ outcome: 'dead' }),
    redelivered: (count) => messages.inc({ outcome: 'redelivered' }, count),
  };
}

function addQueueGauges(registry: Registry, client: RedisClient, queue: QueueLayout): void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const pending = gauge('queue_pending_messages', 'Messages delivered to a worker and not done');
  const delayed = gauge('queue_delayed_messages', 'Failed messages that wait for their next attempt');
  const dead = gauge('queue_dead_letters', 'Messages that failed for good');
  const oldest = gauge('queue_oldest_seconds', 'Age of the oldest message that is not done');
  const oldestPending = gauge('queue_oldest_pending_seconds', 'Age of the oldest message in the hands of a worker');
  new Gauge({
    name: 'queue_depth_messages',
    help: 'Messages added and not done, without delayed ones',
    registers: [registry],
    async collect() {
      const figures = await snapshotQueue(client, queue).catch(() => undefined);
      // Without Redis the last figures stay, and redis_connection_ready tells why.
      if (!figures) return;
      this.set(figures.depth);
      pending.set(figures.pending);
      delayed.set(figures.delayed);
      dead.set(figures.dead);
      oldest.set(figures.oldestAgeMilliseconds / 1_000);
      oldestPending.set(figures.oldestPendingAgeMilliseconds / 1_000);
    },
  });
}

function addOutboxGauges(registry: Registry, database: Queryable): void {
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers: [registry] });
  const dead = gauge('outbox_dead_orders', 'Orders that were given up');
  const oldest = gauge('outbox_oldest_seconds', 'Age of the oldest order without effect');
  new Gauge({
    name: 'outbox_pending_orders',
    help: 'Orders accepted and not effected',
    registers: [registry],
    async collect() {
      const backlog = await measureBacklog(database).catch(() => undefined);
      if (!backlog) return;
      this.set(backlog.pending);
      dead.set(backlog.dead);
      oldest.set(backlog.oldestAgeSeconds);
    },
  });
}

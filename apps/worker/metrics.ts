/** Metrics of the worker. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { measureBacklog } from '../database/outbox';
import type { Queryable } from '../database/pool';
import type { RedisClient } from '../redis/client';
import type { QueueLayout } from '../redis/stream-queue/queue';
import { snapshotQueue } from '../redis/stream-queue/snapshot';
import type { StreamQueueObserver } from '../redis/stream-queue/observer';
import { beginAtZero, durationBuckets } from '../service/metrics';

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

/** Bounds of the buckets of ages, in seconds: from a batch to a night. The queue's objective is one of them. */
const ageBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 28_800];

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
  const ages = new Histogram({
    name: 'queue_message_age_seconds',
    help: 'Time from adding a message until it was handled with success, waits for further attempts included',
    buckets: ageBuckets,
    registers,
  });
  beginAtZero(messages, 'outcome', ['completed', 'failed', 'retried', 'dead', 'redelivered']);
  return {
    succeeded: (age) => ages.observe(age),
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
  addMeasuredGauges(registry, () => snapshotQueue(client, queue), [
    ['queue_depth_messages', 'Messages added and not done, without delayed ones', ({ depth }) => depth],
    ['queue_pending_messages', 'Messages delivered to a worker and not done', ({ pending }) => pending],
    ['queue_delayed_messages', 'Failed messages that wait for their next attempt', ({ delayed }) => delayed],
    ['queue_dead_letters', 'Messages that failed for good', ({ dead }) => dead],
    [
      'queue_oldest_seconds',
      'Age of the oldest message that is not done',
      ({ oldestAgeMilliseconds }) => oldestAgeMilliseconds / 1_000,
    ],
    [
      'queue_oldest_pending_seconds',
      'Time since the oldest message in the hands of a worker was given to it',
      ({ oldestInHandMilliseconds }) => oldestInHandMilliseconds / 1_000,
    ],
  ]);
}

function addOutboxGauges(registry: Registry, database: Queryable): void {
  addMeasuredGauges(registry, () => measureBacklog(database), [
    ['outbox_pending_orders', 'Orders accepted and not effected', ({ pending }) => pending],
    ['outbox_dead_orders', 'Orders that were given up', ({ dead }) => dead],
    ['outbox_oldest_seconds', 'Age of the oldest order without effect', ({ oldestAgeSeconds }) => oldestAgeSeconds],
  ]);
}

/**
 * Gauges that show the figures of one measurement a scrape; all of a scrape are collected at once. What can't be measured
 * is left out: nobody is to take old figures, or zeros, for those of now.
 */
function addMeasuredGauges<Figures>(
  registry: Registry,
  measure: () => Promise<Figures>,
  gauges: readonly (readonly [name: string, help: string, figure: (figures: Figures) => number])[],
): void {
  let measurement: Promise<Figures | undefined> | undefined;
  const measureOnce = () => {
    measurement ??= measure()
      .catch(() => undefined)
      .finally(() => (measurement = undefined));
    return measurement;
  };
  for (const [name, help, figure] of gauges) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const figures = await measureOnce();
        if (figures === undefined) this.remove();
        else this.set(figure(figures));
      },
    });
  }
}

/** Alerts about the api and the worker, over the series of their own. */
import type { AlertRule } from './alert';
import { quantile } from './expressions';
import { jobs, ofPlatform, waitOf, windowOf, type WatchedPlatform } from './watched-platform';

/** Redis itself. Where CloudWatch watches it, only the application's own connections tell. */
const redisCauses = ['RedisClusterDown', 'RedisNotOneMaster'] as const;

/** Without Redis none of them can be well. */
const application = { component: 'application', explainedBy: [...redisCauses, 'RedisUnreachable'] } as const;

export function applicationRules(platform: WatchedPlatform): readonly AlertRule[] {
  return [
    ...programRules(platform),
    ...queueRules(platform),
    ...leftoverRules(platform),
    ...coordinationRules(platform),
  ];
}

function programRules(platform: WatchedPlatform): AlertRule[] {
  const down = (job: string) => `(sum(up{${ofPlatform(platform)},job="${job}"}) or vector(0)) == 0`;
  const program = { component: 'application', severity: 'critical', forSeconds: waitOf(60, platform.pace) } as const;
  return [
    {
      ...program,
      alert: 'ApiDown',
      expr: down(jobs.api),
      summary: 'No process of the api answers',
      description: 'Nothing of the application can be used.',
    },
    {
      ...program,
      alert: 'WorkerDown',
      expr: down(jobs.worker),
      summary: 'No process of the worker answers',
      description:
        'Orders are accepted and not effected: the queue grows until Redis is full. Nobody measures it either.',
    },
    {
      ...program,
      alert: 'RedisUnreachable',
      expr: `max(redis_connection_ready{${ofPlatform(platform)}}) == 0`,
      summary: 'No process of the api or the worker has a connection to Redis',
      description: 'Reads come from the database, orders wait in the outbox, and nobody can log in.',
      explainedBy: redisCauses,
    },
  ];
}

/** Without a worker nobody works on the queue, nor measures it. */
const queue = { ...application, explainedBy: [...application.explainedBy, 'WorkerDown'] } as const;

/** Seconds. The queue's objective is 30; this is ten times as long. */
const slowSeconds = 300;

function queueRules(platform: WatchedPlatform): AlertRule[] {
  const s = ofPlatform(platform);
  const { pace } = platform;
  const window = windowOf(300, pace);
  const slow = slowSeconds / pace.speed;
  return [
    {
      ...queue,
      alert: 'QueueLag',
      severity: 'warning',
      expr: `max(queue_oldest_seconds{${s}}) > ${slow}`,
      forSeconds: waitOf(60, pace),
      summary: 'The oldest order waits for {{ $value | humanizeDuration }}',
      description: 'Workers are fewer or slower than the orders that come.',
    },
    {
      ...queue,
      alert: 'QueuePendingStuck',
      severity: 'warning',
      expr: `max(queue_oldest_pending_seconds{${s}}) > ${slow}`,
      forSeconds: waitOf(60, pace),
      summary: 'A worker has had an order in hand for {{ $value | humanizeDuration }}',
      description: 'Its handler hangs, or it died and nobody takes over. The order is not effected.',
    },
    {
      ...queue,
      alert: 'QueueStalled',
      severity: 'critical',
      expr:
        `sum(rate(queue_messages_added_total{${s}}[${window}])) > 0 unless ` +
        `sum(rate(queue_messages_total{${s},outcome="completed"}[${window}])) > 0`,
      forSeconds: waitOf(300, pace),
      summary: 'Orders come in, and none is completed',
      description: 'The queue grows by {{ $value | humanize }} orders a second until Redis is full.',
    },
    {
      ...queue,
      alert: 'QueueUnmeasured',
      severity: 'warning',
      expr: `absent(queue_depth_messages{${s}})`,
      forSeconds: waitOf(300, pace),
      summary: 'No worker can measure the queue',
      description: 'Until one can, no alert about its lag and its dead letters fires.',
    },
  ];
}

/** What waits for somebody, or is not on the queue at all. */
function leftoverRules(platform: WatchedPlatform): AlertRule[] {
  const s = ofPlatform(platform);
  const { pace } = platform;
  return [
    {
      ...application,
      alert: 'QueueDeadLetters',
      severity: 'warning',
      expr: `max(queue_dead_letters{${s}}) > 0`,
      forSeconds: 0,
      summary: '{{ $value }} orders have failed for good',
      description: 'They wait for somebody to replay or to discard them. Above the limit the oldest are thrown away.',
    },
    {
      ...queue,
      alert: 'OutboxBacklog',
      severity: 'warning',
      expr: `max(outbox_oldest_seconds{${s}}) > ${(2 * slowSeconds) / pace.speed}`,
      forSeconds: waitOf(60, pace),
      summary: 'An order was accepted {{ $value | humanizeDuration }} ago and has no effect yet',
      description: 'It is in the database, so it is not lost; but it is not on the queue, or nobody works on it.',
    },
  ];
}

function coordinationRules(platform: WatchedPlatform): AlertRule[] {
  const s = ofPlatform(platform);
  const { pace } = platform;
  const window = windowOf(300, pace);
  return [
    {
      ...application,
      alert: 'RateLimiterOnFallback',
      severity: 'warning',
      expr: `sum(rate(rate_limit_checks_total{${s},source="local"}[${window}])) > 0`,
      forSeconds: waitOf(60, pace),
      summary: 'Limits of rates are kept by each process alone',
      description: 'Redis does not answer in time, so clients get the share of one process wherever they come.',
    },
    {
      ...application,
      alert: 'CacheErrors',
      severity: 'warning',
      expr:
        `sum(rate(cache_errors_total{${s}}[${window}])) / ` +
        `(sum(rate(cache_gets_total{${s}}[${window}])) > 0) > 0.01`,
      forSeconds: waitOf(120, pace),
      summary: 'Redis fails the cache {{ $value | humanizePercentage }} of its reads',
      description: 'Nobody sees an error: the database answers instead, and has a load that it may not bear for long.',
    },
    {
      ...application,
      alert: 'LockWaitsLong',
      severity: 'warning',
      expr: `${quantile(0.95, 'lock_wait_seconds', s, window)} > 1`,
      forSeconds: waitOf(300, pace),
      summary: 'One of twenty locks is waited for {{ $value | humanizeDuration }} or longer',
      description: 'Requests that need a lock are slow, and fail when they wait too long.',
    },
    {
      ...application,
      alert: 'LocksLost',
      severity: 'warning',
      expr: `sum(increase(lock_failures_total{${s},kind="lost"}[${window}])) > 0`,
      forSeconds: 0,
      summary: 'Locks were lost while work was done under them',
      description: 'Fencing refuses what the former holder writes, so its work was for nothing.',
    },
    {
      ...application,
      explainedBy: [...application.explainedBy, 'WorkerDown'],
      alert: 'NoLeader',
      severity: 'warning',
      expr: `(sum(leader{${s}}) or vector(0)) == 0`,
      forSeconds: waitOf(120, pace),
      summary: 'No worker leads',
      description: 'Orders that missed the queue stay in the outbox, and dead ones are not marked as such.',
    },
  ];
}

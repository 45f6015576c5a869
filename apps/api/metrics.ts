/** Metrics of the api. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { CacheObserver } from '../redis/cache-options';
import type { LockObserver } from '../redis/lock';
import type { RateLimiterObserver } from '../redis/rate-limiter';
import type { StreamQueueObserver } from '../redis/stream-queue/observer';
import { beginAtZero, durationBuckets } from '../service/metrics';

/** Observers that count what the library's components do. */
export interface ApiMetrics {
  readonly cacheObserver: CacheObserver;
  readonly limiterObserver: RateLimiterObserver;
  readonly lockObserver: LockObserver;
  readonly queueObserver: StreamQueueObserver;
}

/** Registers the metrics of the api. */
export function createApiMetrics(registry: Registry): ApiMetrics {
  return {
    cacheObserver: cacheObserver(registry),
    limiterObserver: limiterObserver(registry),
    lockObserver: lockObserver(registry),
    queueObserver: queueObserver(registry),
  };
}

function cacheObserver(registry: Registry): CacheObserver {
  const registers = [registry];
  const gets = new Counter({
    name: 'cache_gets_total',
    help: 'Reads of the cache by how they were answered',
    labelNames: ['result'],
    registers,
  });
  const loads = new Histogram({
    name: 'cache_load_seconds',
    help: 'Duration of loads from the database, by why and with what outcome',
    labelNames: ['reason', 'outcome'],
    buckets: durationBuckets,
    registers,
  });
  const invalidations = new Counter({
    name: 'cache_invalidations_total',
    help: 'Invalidations by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const errors = new Counter({
    name: 'cache_errors_total',
    help: 'Errors of Redis met by the cache, by operation',
    labelNames: ['operation'],
    registers,
  });
  const reads = new Histogram({
    name: 'cache_read_seconds',
    help: 'Time until Redis answered a read of the cache; those it failed are in cache_errors_total',
    buckets: durationBuckets,
    registers,
  });
  beginAtZero(gets, 'result', ['local', 'hit', 'miss', 'shared', 'negative', 'bypass']);
  beginAtZero(errors, 'operation', ['get', 'decode', 'store', 'release', 'refresh', 'invalidate']);
  return {
    onGet: (result, count) => gets.inc({ result }, count),
    onRead: (seconds) => reads.observe(seconds),
    onLoad: (reason, outcome, seconds) => loads.observe({ reason, outcome }, seconds),
    onInvalidation: (outcome) => invalidations.inc({ outcome }),
    onError: (_error, operation) => errors.inc({ operation }),
  };
}

function limiterObserver(registry: Registry): RateLimiterObserver {
  const registers = [registry];
  const checks = new Counter({
    name: 'rate_limit_checks_total',
    help: 'Checks by policy, decision and who decided: Redis, or this process alone',
    labelNames: ['policy', 'decision', 'source'],
    registers,
  });
  const errors = new Counter({
    name: 'rate_limit_errors_total',
    help: 'Checks that Redis failed, by policy',
    labelNames: ['policy'],
    registers,
  });
  return {
    onCheck: (policy, allowed, source) => checks.inc({ policy, decision: allowed ? 'allowed' : 'refused', source }),
    onError: (_error, policy) => errors.inc({ policy }),
  };
}

function lockObserver(registry: Registry): LockObserver {
  const registers = [registry];
  const waits = new Histogram({
    name: 'lock_wait_seconds',
    help: 'Time from asking for a lock to having it',
    buckets: durationBuckets,
    registers,
  });
  const failures = new Counter({
    name: 'lock_failures_total',
    help: 'Locks that were not acquired in time, were lost, or could not be given back',
    labelNames: ['kind'],
    registers,
  });
  beginAtZero(failures, 'kind', ['timeout', 'lost', 'release']);
  return {
    onAcquired: (_name, waitedMilliseconds) => waits.observe(waitedMilliseconds / 1_000),
    onTimeout: () => failures.inc({ kind: 'timeout' }),
    onLost: () => failures.inc({ kind: 'lost' }),
    onReleaseFailed: () => failures.inc({ kind: 'release' }),
  };
}

function queueObserver(registry: Registry): StreamQueueObserver {
  const added = new Counter({
    name: 'queue_messages_added_total',
    help: 'Messages put on the order queue',
    registers: [registry],
  });
  return { added: (count) => added.inc(count) };
}

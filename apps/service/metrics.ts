/** Metrics of both programs, for Prometheus. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { isReady, type RedisClient } from '../redis/client';

/** Bounds of the buckets of durations, in seconds: from a round trip to a failover. */
export const durationBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** A registry with the metrics of the process and of its connection to Redis. */
export function createRegistry(client: RedisClient): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'redis_connection_ready',
    help: '1 while the connection to Redis is ready',
    registers: [registry],
    collect() {
      this.set(isReady(client) ? 1 : 0);
    },
  });
  return registry;
}

/** Counts errors of Redis connections and of the components on them. */
export function redisErrorCounter(registry: Registry): Counter<'component'> {
  return new Counter({
    name: 'redis_errors_total',
    help: 'Errors of Redis, by the component that met them',
    labelNames: ['component'],
    registers: [registry],
  });
}

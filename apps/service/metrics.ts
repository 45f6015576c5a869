/** Metrics of both programs, for Prometheus. */
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { isReady, type RedisClient } from '../redis/client';
import { certificateExpiries } from '../redis/server-certificates';

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
  addCertificateExpiry(registry, client);
  return registry;
}

/** Milliseconds that an answer of the servers holds: a handshake with each of them is too much for every scrape. */
const certificateMilliseconds = 60_000;

function addCertificateExpiry(registry: Registry, client: RedisClient): void {
  let askedAt = -Infinity;
  let expiries: ReadonlyMap<string, number> = new Map();
  new Gauge({
    name: 'tls_certificate_expiry_timestamp_seconds',
    help: 'When the certificate of a server of Redis expires, in seconds since 1970',
    labelNames: ['server'],
    registers: [registry],
    collect() {
      if (performance.now() - askedAt > certificateMilliseconds) {
        askedAt = performance.now();
        // A server that is frozen takes its time, and would take it from every other figure of the scrape.
        void certificateExpiries(client).then((found) => (expiries = found));
      }
      this.reset();
      for (const [server, expiry] of expiries) this.set({ server }, expiry / 1_000);
    },
  });
}

/**
 * Begins a counter at zero for each value of its label. A series that appears with its first event, at one, has not risen in
 * the eyes of Prometheus: nobody would be told of that event.
 */
export function beginAtZero<Label extends string>(
  counter: Counter<Label>,
  label: Label,
  values: readonly string[],
): Counter<Label> {
  for (const value of values) counter.inc({ [label]: value } as Partial<Record<Label, string>>, 0);
  return counter;
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

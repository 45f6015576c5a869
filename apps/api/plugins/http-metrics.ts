/** Duration of requests by route, for Prometheus, and who answered them. */
import type { FastifyInstance } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import { durationBuckets } from '../../service/metrics';

/** Names the instance in every answer and measures every request. */
export function addHttpMetrics(app: FastifyInstance, registry: Registry, instance: string): void {
  const seconds = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Duration of requests, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: durationBuckets,
    registers: [registry],
  });
  app.addHook('onRequest', (_request, reply, done) => {
    reply.header('x-instance', instance);
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    // The template, not the URL: every id would be a time series of its own.
    const route = request.routeOptions.url ?? 'unknown';
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
}

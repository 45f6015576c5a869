/** What the platform asks a program: whether it lives, whether it can serve, and how it is doing. */
import type { FastifyInstance, FastifySchema } from 'fastify';
import type { Registry } from 'prom-client';

export interface ProbesOptions {
  readonly registry: Registry;
  /** Why the program can't serve now; none if it can. Must be quick: it is asked every few seconds. */
  readonly problems: () => Promise<readonly string[]>;
}

/** Adds `/healthz`, `/readyz` and `/metrics`. */
export function addProbes(app: FastifyInstance, { registry, problems }: ProbesOptions): void {
  // Left out of the OpenAPI document: they are for the platform, not for clients.
  const schema: FastifySchema & { readonly hide: boolean } = { hide: true };
  const hidden = { schema, logLevel: 'warn' } as const;
  app.get('/healthz', hidden, () => ({ status: 'alive' }));
  app.get('/readyz', hidden, async (_request, reply) => {
    const reasons = await problems();
    return reply
      .status(reasons.length === 0 ? 200 : 503)
      .send({ status: reasons.length === 0 ? 'ready' : 'unready', reasons });
  });
  app.get('/metrics', hidden, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}

/** The OpenAPI document at `/docs/json`, and its page at `/docs`. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { z } from 'zod';
import { toJsonSchema } from '../zod-routes';

/** Parts of a route's schema that describe what comes in. */
const inputs = ['body', 'querystring', 'params', 'headers'] as const;

/** To be added before the routes. */
export async function addOpenApi(app: FastifyInstance, instance: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Redis platform: api',
        description: `Resources through a cache, sessions, rate limits, orders through a queue, locks. Served by ${instance}.`,
        version: '0.1.0',
      },
      components: {
        securitySchemes: { session: { type: 'http', scheme: 'bearer', description: 'Token of POST /sessions' } },
      },
    },
    transform: ({ schema, url }) => ({ schema: documented(schema), url }),
  });
  await app.register(swaggerUi, { routePrefix: '/docs' });
}

function documented(schema: FastifySchema | undefined): FastifySchema {
  const result: Record<string, unknown> = { ...schema };
  for (const part of inputs) {
    if (result[part] instanceof z.ZodType) result[part] = toJsonSchema(result[part], 'input');
  }
  if (typeof result.response === 'object' && result.response !== null) {
    result.response = Object.fromEntries(
      Object.entries(result.response).map(([status, answer]) => [
        status,
        answer instanceof z.ZodType ? { description: describe(status), ...toJsonSchema(answer, 'output') } : answer,
      ]),
    );
  }
  return result;
}

function describe(status: string): string {
  return Number(status) < 400 ? 'Done' : 'Problem details (RFC 9457)';
}

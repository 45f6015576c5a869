/** Resources: read through the cache, changed in the database. */
import { z } from 'zod';
import { saveResource } from '../../database/resources';
import { problems, ProblemError } from '../schemas/problem';
import { resource, resourceId, resourceInput } from '../schemas/resource';
import type { ApiServices } from '../services';
import type { Api } from '../zod-routes';

export function addResourceRoutes(app: Api, { database, cache, authenticate, limits }: ApiServices): void {
  const params = z.object({ id: resourceId });
  app.get(
    '/resources/:id',
    {
      schema: {
        summary: 'A resource; X-Cache says where it came from',
        tags: ['resources'],
        params,
        response: { 200: resource, ...problems(400, 404, 429, 503) },
      },
      onRequest: limits.default,
    },
    async (request, reply) => {
      const { id } = request.params;
      const { value, result } = await cache.get(id);
      reply.header('x-cache', result);
      if (value === undefined) throw new ProblemError(404, `There is no resource '${id}'.`);
      return value;
    },
  );

  app.put(
    '/resources/:id',
    {
      schema: {
        summary: 'Make or change a resource',
        tags: ['resources'],
        security: [{ session: [] }],
        params,
        body: resourceInput,
        response: { 200: resource, 201: resource, ...problems(400, 401, 429, 503) },
      },
      onRequest: [limits.default, authenticate],
    },
    async (request, reply) => {
      const saved = await saveResource(database, { id: request.params.id, ...request.body });
      // After the commit: a reader that loads before it would store the old value behind the invalidation.
      await cache.invalidate(saved.resource.id, saved.resource.version);
      return reply.status(saved.created ? 201 : 200).send(saved.resource);
    },
  );
}

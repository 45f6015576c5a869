/** Who leads the outbox relay, and how to ask it to stop. */
import { z } from 'zod';
import { operationsTopic, relayLockName, resignation } from '../../service/order-queue';
import { problems } from '../schemas/problem';
import type { ApiServices } from '../services';
import type { Api } from '../zod-routes';

export function addLeaderRoutes(app: Api, { authenticate, locks, events }: ApiServices): void {
  const security = [{ session: [] }];
  app.get(
    '/leader',
    {
      schema: {
        summary: 'The worker that relays the outbox',
        tags: ['leader'],
        security,
        response: {
          200: z.object({ leader: z.string().nullable(), fencingToken: z.int().nullable() }),
          ...problems(401, 503),
        },
      },
      onRequest: authenticate,
    },
    async () => {
      const holder = await locks.holder(relayLockName);
      const fencingToken = holder?.fencingToken === undefined ? null : Number(holder.fencingToken);
      return { leader: holder?.instance ?? null, fencingToken };
    },
  );

  app.post(
    '/leader/resignations',
    {
      schema: {
        summary: 'Ask the leader to let another worker lead',
        tags: ['leader'],
        security,
        response: { 202: z.object({ heardBy: z.int() }), ...problems(401, 503) },
      },
      onRequest: authenticate,
    },
    async (_request, reply) => reply.status(202).send({ heardBy: await events.publish(operationsTopic, resignation) }),
  );
}

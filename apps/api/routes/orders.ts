/** Orders: accepted in the database, effected by a worker. */
import type { FastifyBaseLogger } from 'fastify';
import { z } from 'zod';
import {
  createOrder,
  findOrder,
  IdempotencyConflictError,
  reviveOrder,
  UnknownResourceError,
  type CreatedOrder,
  type FoundOrder,
  type OrderMessage,
  type OrderRequest,
} from '../../database/orders';
import { foundOrder, idempotencyKey, order, orderInput } from '../schemas/order';
import { problems, ProblemError } from '../schemas/problem';
import { storableText } from '../schemas/text';
import type { ApiServices } from '../services';
import type { Api } from '../zod-routes';

const tags = ['orders'];
const security = [{ session: [] }];
const params = z.object({ id: storableText.min(1).max(64) });

export function addOrderRoutes(app: Api, services: ApiServices): void {
  addCreation(app, services);
  addStatus(app, services);
  addReplay(app, services);
}

function addCreation(app: Api, services: ApiServices): void {
  const { authenticate, limits } = services;
  app.post(
    '/orders',
    {
      schema: {
        summary: 'Make an order, once for each Idempotency-Key',
        tags,
        security,
        headers: z.object({ 'idempotency-key': idempotencyKey }),
        body: orderInput,
        response: { 202: order, ...problems(400, 401, 422, 429, 503) },
      },
      onRequest: [limits.default, authenticate],
    },
    async (request, reply) => {
      const { order: made, replayed } = await create(services, {
        userId: request.session.userId,
        idempotencyKey: request.headers['idempotency-key'],
        ...request.body,
      });
      if (replayed) reply.header('idempotency-replayed', 'true');
      else await publish(services, made, request.log);
      // A repeated request gets the answer of the first one, whatever became of the order since.
      return reply
        .status(202)
        .header('location', `/orders/${made.id}`)
        .send({ ...made, status: 'accepted' });
    },
  );
}

function addStatus(app: Api, services: ApiServices): void {
  const { authenticate, limits } = services;
  app.get(
    '/orders/:id',
    {
      schema: {
        summary: 'An order of the user',
        tags,
        security,
        params,
        response: { 200: foundOrder, ...problems(400, 401, 404, 429, 503) },
      },
      onRequest: [limits.default, authenticate],
    },
    (request) => ownOrder(services, request.params.id, request.session.userId),
  );
}

function addReplay(app: Api, services: ApiServices): void {
  const { authenticate, limits } = services;
  app.post(
    '/orders/:id/replay',
    {
      schema: {
        summary: 'Try a dead order again',
        tags,
        security,
        params,
        response: { 202: order, ...problems(400, 401, 404, 409, 429, 503) },
      },
      onRequest: [limits.default, authenticate],
    },
    async (request, reply) => {
      const { id, status } = await ownOrder(services, request.params.id, request.session.userId);
      const message = await reviveOrder(services.database, id);
      if (!message) throw new ProblemError(409, `Order '${id}' is ${status}: only a dead order can be replayed.`);
      await enqueue(services, message, request.log);
      const revived = await ownOrder(services, id, request.session.userId);
      return reply.status(202).send(revived);
    },
  );
}

async function create({ database }: ApiServices, input: OrderRequest): Promise<CreatedOrder> {
  try {
    return await createOrder(database, input);
  } catch (error) {
    if (error instanceof IdempotencyConflictError || error instanceof UnknownResourceError) {
      throw new ProblemError(422, error.message);
    }
    throw error;
  }
}

/** An order of someone else looks like none. */
async function ownOrder({ database }: ApiServices, id: string, userId: string): Promise<FoundOrder> {
  const found = await findOrder(database, id);
  if (found?.userId !== userId) throw new ProblemError(404, `There is no order '${id}'.`);
  return found;
}

function publish(services: ApiServices, made: CreatedOrder['order'], log: FastifyBaseLogger): Promise<void> {
  const { id: orderId, userId, resourceId, quantity } = made;
  return enqueue(services, { orderId, userId, resourceId, quantity }, log);
}

/** Puts an order on the queue. If that fails the outbox has it, and the relay puts it there later. */
export async function enqueue({ producer }: ApiServices, message: OrderMessage, log: FastifyBaseLogger): Promise<void> {
  try {
    await producer.add(message);
  } catch (error) {
    log.warn({ err: error, orderId: message.orderId }, 'left to the outbox relay');
  }
}

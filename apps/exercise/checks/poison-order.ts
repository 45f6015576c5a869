/** An order whose handling fails every time, and what can be done about it. */
import type { Answer } from '../api';
import type { Check, CheckContext } from '../check';
import { expectStatus, orderShape, readBody, readProblem, type Order } from '../contract';
import { Findings } from '../findings';
import { orderRequest, readOrder } from '../orders';
import { poll } from '../poll';
import { createResource, readResource, resourceInput, updateResource } from '../resources';
import { Unexpected } from '../unexpected';

const quantity = 3;

/** All attempts with the pauses between them. */
const deadTimeoutMilliseconds = 60_000;

const effectTimeoutMilliseconds = 30_000;

export const poisonOrderCheck: Check = {
  id: 'orders-poison',
  capability: 'orders',
  proves: 'a poison order ends dead; cured and replayed, effected',
  background: true,
  async run(context) {
    const unavailable = { ...resourceInput, available: false };
    const { resource } = await createResource(context, 'poison', unavailable);
    const { token } = await context.logins.current();
    const request = orderRequest(context, token, 'poison', { resourceId: resource.id, quantity });
    const { id } = readBody(await context.api.send(request), 202, orderShape);
    context.leaves('order', 1);

    const startedAt = performance.now();
    const dead = await become(context, id, 'dead', deadTimeoutMilliseconds);
    const milliseconds = performance.now() - startedAt;
    const soldWhileDead = await sold(context, resource.id);

    await updateResource(context, resource.id, resourceInput);
    expectStatus(await replay(context, id), 202);
    const effected = await become(context, id, 'effected', effectTimeoutMilliseconds);
    const late = await replay(context, id);
    if (late.status === 409) readProblem(late, 409);
    const units = await poll({
      expected: `${quantity} units sold`,
      look: () => sold(context, resource.id),
      done: (seen) => seen >= quantity,
      describe: (seen) => `${seen}`,
      timeoutMilliseconds: 2_000,
      signal: context.signal,
    });
    return new Findings()
      .holds((dead.failureReason ?? '') !== '', 'dead with a reason', `'${dead.failureReason ?? ''}'`)
      .equal('replayed', 'effected', effected.status)
      .equal('units sold', quantity, units)
      .require(soldWhileDead === 0, '0 units sold while dead', `${soldWhileDead}`)
      .require(late.status === 409, 'replay of an effected order: 409', `${late.status}`)
      .note(`dead after ${Math.round(milliseconds)} ms`).finding;
  },
};

/** Waits until an order is settled in one way. @throws Unexpected if it is settled in the other one */
async function become(
  context: CheckContext,
  id: string,
  status: Exclude<Order['status'], 'accepted'>,
  timeoutMilliseconds: number,
): Promise<Order> {
  const describe = (order: Order) => `${order.status}${order.failureReason ? ` (${order.failureReason})` : ''}`;
  const settled = await poll({
    expected: `the order ${status}`,
    look: () => readOrder(context, id),
    done: (order) => order.status !== 'accepted',
    describe,
    timeoutMilliseconds,
    pauseMilliseconds: 50,
    signal: context.signal,
  });
  if (settled.status === status) return settled;
  throw new Unexpected(`the order ${status}`, describe(settled));
}

async function replay({ api, logins }: CheckContext, id: string): Promise<Answer> {
  const { token } = await logins.current();
  return api.send({ method: 'POST', path: `/orders/${id}/replay`, token });
}

/** Units sold according to the process that says most. */
async function sold(context: CheckContext, id: string): Promise<number> {
  const all = await Promise.all(context.api.instances.map((instance) => readResource(context, instance, id)));
  return Math.max(...all.map(({ unitsSold }) => unitsSold));
}

/** Orders through the queue: every one is accepted once and effected once, however often it is sent. */
import { pooled, type Answer } from '../api';
import type { Check, CheckContext } from '../check';
import { describeStatus, orderShape, readBody, readProblem, type Order, type Resource } from '../contract';
import { Findings, formatNumber } from '../findings';
import { isReplay, orderConcurrency, orderRequest, sendOrder, settledOrders, type OrderInput } from '../orders';
import { percentile } from '../percentile';
import { pause, poll } from '../poll';
import { createResource, readResource } from '../resources';
import { CannotTell, Unexpected } from '../unexpected';

/** Orders that are sent twice at the same time. */
const maxDuplicates = 50;

/** Longest time until all are effected: a minute, and more for very many. */
const effectTimeoutMilliseconds = (orders: number) => Math.max(60_000, orders * 10);

/** How long the number of units sold may lag behind the orders: it is read through the cache. */
const soldTimeoutMilliseconds = 2_000;

/** Time for a second effect to come about, if one does. */
const secondEffectMilliseconds = 300;

/** One order of the run, to be sent under its key as often as one likes. */
interface Plan extends OrderInput {
  readonly purpose: string;
}

/** What the check at the end of the run looks at again. */
interface Done {
  readonly resource: Resource;
  readonly units: number;
  readonly repeated: readonly { readonly plan: Plan; readonly id: string }[];
}

/** Both checks: the second one belongs at the end of the run, when late redeliveries would have done their harm. */
export function orderChecks(): { readonly now: readonly Check[]; readonly atEnd: Check } {
  let done: Done | undefined;
  const throughQueue: Check = {
    id: 'orders-effected-once',
    capability: 'orders',
    proves: 'every order is effected, exactly once',
    async run(context) {
      const { resource } = await createResource(context, 'orders');
      const plans = Array.from({ length: context.orders }, (_, index) => ({
        purpose: `order-${index}`,
        resourceId: resource.id,
        quantity: 1 + (index % 5),
      }));
      const duplicates = Math.min(maxDuplicates, plans.length);
      const ids = await accept(context, plans, duplicates);
      context.progress(`orders: ${formatNumber(ids.length)} accepted, ${duplicates} of them sent twice`);
      const orders = await settledOrders(context, ids, effectTimeoutMilliseconds(ids.length));
      const units = orders.reduce((sum, { status, quantity }) => sum + (status === 'effected' ? quantity : 0), 0);
      const sold = await unitsSold(context, resource, units);
      const repeated = plans.slice(0, duplicates).map((plan, index) => ({ plan, id: ids[index] ?? '' }));
      done = { resource, units, repeated };
      return judge(orders, plans.length).equal('units sold', units, sold).finding;
    },
  };
  const atEnd: Check = {
    id: 'orders-once-at-end',
    capability: 'orders',
    proves: 'sent again, an order has no second effect',
    async run(context) {
      if (!done) throw new CannotTell('there are no orders whose effect is known');
      const { repeated, resource, units } = done;
      const { token } = await context.logins.current();
      const answers = await pooled(repeated, orderConcurrency, ({ plan: { purpose, ...input } }) =>
        context.api.send(orderRequest(context, token, purpose, input)),
      );
      const same = answers.filter(
        (answer, index) => readBody(answer, 202, orderShape).id === repeated[index]?.id && isReplay(answer),
      );
      await pause(secondEffectMilliseconds, context.signal);
      return new Findings()
        .equal('replayed', repeated.length, same.length)
        .equal('units sold', units, await unitsSold(context, resource, units)).finding;
    },
  };
  return { now: [throughQueue, refusals], atEnd };
}

const refusals: Check = {
  id: 'orders-refused',
  capability: 'orders',
  proves: 'a key for two orders, bad orders are refused',
  async run(context) {
    const { api } = context;
    const { resource } = await createResource(context, 'refused');
    const { token } = await context.logins.current();
    const send = (purpose: string, input: OrderInput) => api.send(orderRequest(context, token, purpose, input));
    const input = { resourceId: resource.id, quantity: 1 };
    readBody(await send('conflict', input), 202, orderShape);
    context.leaves('order', 1);
    const order = { method: 'POST', path: '/orders', body: input } as const;
    const cases: readonly (readonly [string, number, Answer])[] = [
      ['other body', 422, await send('conflict', { ...input, quantity: 2 })],
      ['unknown resource', 422, await send('unknown', { ...input, resourceId: `${resource.id}-absent` })],
      ['no key', 400, await api.send({ ...order, token })],
      ['quantity 0', 400, await send('quantity', { ...input, quantity: 0 })],
      ['no session', 401, await api.send({ ...order, headers: { 'idempotency-key': 'any' } })],
      ['unknown order', 404, await api.send({ path: `/orders/${absentOrderId}`, token })],
    ];
    const findings = new Findings();
    for (const [name, status, answer] of cases) {
      if (answer.status === status) readProblem(answer, status);
      const seen = answer.status === status ? String(status) : describeStatus(answer);
      findings.require(answer.status === status, `${name} ${status}`, `${name} ${seen}`);
    }
    const refused = cases.filter(([, status, answer]) => answer.status === status).length;
    return findings.equal('refused', cases.length, refused).finding;
  },
};

/** Of the form of an order's id, and of no order. */
const absentOrderId = '00000000-0000-4000-8000-000000000000';

/** Sends every order, the first ones twice at the same time. Returns their ids in the order of the plans. */
async function accept(context: CheckContext, plans: readonly Plan[], duplicates: number): Promise<string[]> {
  const { token } = await context.logins.current();
  const sendings = plans.flatMap((plan, index) => (index < duplicates ? [plan, plan] : [plan]));
  const ids = new Map<string, string>();
  let replays = 0;
  let repetitions = 0;
  await pooled(sendings, orderConcurrency, async ({ purpose, ...input }) => {
    const { answer, repetitions: own } = await sendOrder(context, orderRequest(context, token, purpose, input));
    repetitions += own;
    const { id } = readBody(answer, 202, orderShape);
    const first = ids.get(purpose) ?? id;
    if (first !== id) throw new Unexpected('one order for one Idempotency-Key', 'two of them');
    if (answer.headers.location?.endsWith(`/orders/${id}`) !== true) {
      throw new Unexpected('202 with Location: /orders/{id}', answer.headers.location ?? 'none');
    }
    if (!ids.has(purpose)) context.leaves('order', 1);
    ids.set(purpose, id);
    if (isReplay(answer)) replays++;
  });
  const distinct = new Set(ids.values()).size;
  if (distinct !== plans.length) throw new Unexpected(`${plans.length} orders`, `${distinct} different ids`);
  if (repetitions > 0) context.progress(`orders: sent again ${repetitions} times, as the api was overloaded`);
  // One that was refused may have been accepted all the same: its repetition is a replay as well.
  if (replays < duplicates || replays > duplicates + repetitions) {
    throw new Unexpected(`Idempotency-Replayed ${duplicates} times`, `${replays} times`);
  }
  return plans.flatMap(({ purpose }) => ids.get(purpose) ?? []);
}

function judge(orders: readonly Order[], count: number): Findings {
  const effected = orders.filter(({ status }) => status === 'effected');
  const dead = orders.find(({ status }) => status === 'dead');
  const findings = new Findings().equal('effected', count, effected.length);
  if (dead) findings.note(`first reason: ${dead.failureReason ?? 'none'}`);
  const times = effected.map(({ createdAt, effectedAt }) => ({
    created: Date.parse(createdAt),
    effected: Date.parse(effectedAt ?? ''),
  }));
  findings.require(
    times.every(({ created, effected: done }) => done >= created),
    'effectedAt from createdAt on',
    'missing or earlier',
  );
  const waits = times.map(({ created, effected: done }) => done - created);
  const seconds =
    (Math.max(...times.map((time) => time.effected)) - Math.min(...times.map((time) => time.created))) / 1_000;
  const workers = new Set(effected.flatMap(({ worker }) => worker ?? []));
  return findings
    .note(`${formatNumber(Math.round(effected.length / seconds))} orders/s`)
    .note(`p50 ${percentile(waits, 0.5) ?? 0} ms, p95 ${percentile(waits, 0.95) ?? 0} ms`)
    .note(`by ${[...workers].sort().join(', ')}`);
}

/**
 * Units sold according to every process: as many as expected or, if one says more, that number.
 *
 * @throws Unexpected if they stay fewer
 */
async function unitsSold(
  context: CheckContext,
  { id, unitsSold: before }: Resource,
  expected: number,
): Promise<number> {
  const sold = await poll({
    expected: `units sold ${formatNumber(expected)}`,
    look: async () => {
      const all = await Promise.all(context.api.instances.map((instance) => readResource(context, instance, id)));
      return all.map((resource) => resource.unitsSold - before);
    },
    done: (units) => units.every((unit) => unit >= expected),
    describe: (units) => `units sold ${units.map(formatNumber).join(', ')}`,
    timeoutMilliseconds: soldTimeoutMilliseconds,
    pauseMilliseconds: 20,
    signal: context.signal,
  });
  return Math.max(...sold);
}

/** Orders sent to a deployed api by a client that repeats what wasn't answered, as clients of an idempotent api do. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

export interface OrderLoadOptions {
  readonly apiUrls: readonly string[];
  readonly username: string;
  readonly password: string;
  readonly orders: number;
}

export interface OrderLoad {
  /** Resolves when every order was accepted. */
  readonly accepted: Promise<readonly string[]>;
  /** Status of an order. */
  status(id: string): Promise<string>;
  /** Units of the load's resource that were sold. */
  unitsSold(): Promise<number>;
}

/** Longest time in which one request is repeated, in milliseconds. */
const patienceMilliseconds = 60_000;

/** Orders under way at the same time. */
const concurrency = 20;

/** Makes a resource and starts to order one unit of it so many times. */
export async function startOrderLoad({ apiUrls, username, password, orders }: OrderLoadOptions): Promise<OrderLoad> {
  let turn = 0;
  const send = (method: string, path: string, token: string, body?: unknown, headers: Record<string, string> = {}) =>
    persist(() =>
      fetch(`${apiUrls[turn++ % apiUrls.length] ?? ''}${path}`, {
        method,
        headers: {
          ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(10_000),
      }),
    );
  const { token } = (await send('POST', '/sessions', '', { username, password })) as { token: string };
  const resourceId = `load-${randomUUID()}`;
  await send('PUT', `/resources/${resourceId}`, token, { name: 'Load', priceCents: 1 });
  const order = async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const made = await send('POST', '/orders', token, { resourceId, quantity: 1 }, headers);
    return (made as { id: string }).id;
  };
  return {
    accepted: inParallel(orders, order),
    status: async (id) => ((await send('GET', `/orders/${id}`, token)) as { status: string }).status,
    unitsSold: async () => ((await send('GET', `/resources/${resourceId}`, token)) as { unitsSold: number }).unitsSold,
  };
}

/** Repeats a request until it is answered with success. @throws Error for an answer that no repetition would change */
async function persist(request: () => Promise<Response>): Promise<unknown> {
  const end = performance.now() + patienceMilliseconds;
  for (;;) {
    const answer = await request().catch((error: unknown) => error);
    if (answer instanceof Response && answer.ok) return answer.json();
    const isTemporary = !(answer instanceof Response) || answer.status === 503;
    const text = answer instanceof Response ? `${answer.status} ${await answer.text()}` : String(answer);
    if (!isTemporary || performance.now() > end) throw new Error(text);
    await sleep(100);
  }
}

async function inParallel(count: number, task: () => Promise<string>): Promise<string[]> {
  const results: string[] = [];
  let started = 0;
  const work = async () => {
    while (started < count) {
      started++;
      results.push(await task());
    }
  };
  await Promise.all(Array.from({ length: concurrency }, work));
  return results;
}

import {
  logIn,
  newAddress,
  newId,
  problem,
  startApis,
  type ApiAnswer,
  type ApiInstance,
  type TestApis,
} from '../../support/api';
import { eventually } from '../../support/eventually';
import { breakerUser, refusals, refusing, type RefusalName } from '../../support/server-refusals';

let apis: TestApis;
let one: ApiInstance;
let token: string;
let other: string;

beforeAll(async () => {
  apis = await startApis({ CACHE_LOCAL_TTL_MILLISECONDS: '1' }, { users: () => breakerUser });
  ({ one } = apis);
});

afterAll(() => apis.stop());

const unavailable = problem(503, 'Service Unavailable');

/** Longest time until a route answers: the deadlines of a session and a lock, and a machine that does other things as well. */
const inTimeMilliseconds = 4_000;

/** The wait for a lock, which lasts while a master may be on its way to its replicas. */
const lockMilliseconds: Partial<Record<RefusalName, number>> = { NOREPLICAS: 13_000, CLUSTERDOWN: 13_000 };

async function timed(answer: Promise<ApiAnswer>): Promise<readonly [ApiAnswer, milliseconds: number]> {
  const begin = performance.now();
  return [await answer, performance.now() - begin];
}

/** Every route that needs Redis, with what it may answer while Redis refuses writes. */
function requests(): Record<string, { readonly send: () => Promise<ApiAnswer>; readonly statuses: readonly number[] }> {
  const credentials = { username: 'user-2', password: apis.servers.password };
  const order = { resourceId: 'resource-1', quantity: 1 };
  return {
    'GET /resources/:id': { send: () => one.send('GET', '/resources/resource-1'), statuses: [200] },
    'GET /limits/:policy': { send: () => one.send('GET', '/limits/fixed', { token }), statuses: [200, 503] },
    'GET /sessions/me': { send: () => one.send('GET', '/sessions/me', { token }), statuses: [200, 503] },
    'POST /sessions': {
      send: () => one.send('POST', '/sessions', { body: credentials, address: newAddress() }),
      statuses: [503],
    },
    'DELETE /sessions/me': { send: () => one.send('DELETE', '/sessions/me', { token: other }), statuses: [204, 503] },
    'DELETE /sessions': { send: () => one.send('DELETE', '/sessions', { token: other }), statuses: [200, 401, 503] },
    'PUT /resources/:id': {
      send: () => one.send('PUT', `/resources/${newId()}`, { token, body: { name: 'Tea', priceCents: 1 } }),
      statuses: [201, 503],
    },
    'POST /orders': {
      send: () => one.send('POST', '/orders', { token, headers: { 'idempotency-key': newId() }, body: order }),
      statuses: [202, 503],
    },
    'POST /locks/:name/runs': { send: () => one.send('POST', '/locks/any/runs', { token, body: {} }), statuses: [503] },
    'GET /leader': { send: () => one.send('GET', '/leader', { token }), statuses: [200, 503] },
    'POST /leader/resignations': {
      send: () => one.send('POST', '/leader/resignations', { token }),
      statuses: [202, 503],
    },
  };
}

describe.each(Object.keys(refusals) as RefusalName[])('while all masters say %s', (name) => {
  test('no route fails: each serves, or answers 503 with Retry-After, in time', async () => {
    [token, other] = [await logIn(one, apis.servers), await logIn(one, apis.servers, 'user-3')];
    await refusing(apis.servers.cluster, name, async () => {
      for (const [route, { send, statuses }] of Object.entries(requests())) {
        const [answer, milliseconds] = await timed(send());
        expect({
          route,
          status: answer.status,
          body: statuses.includes(answer.status) ? 'expected' : answer.body,
        }).toEqual({
          ...{ route, status: answer.status },
          body: 'expected',
        });
        const longest = route.includes('/locks/') ? (lockMilliseconds[name] ?? inTimeMilliseconds) : inTimeMilliseconds;
        expect(milliseconds).toBeLessThan(longest);
        if (answer.status !== 503) continue;
        expect(answer).toEqual(unavailable);
        expect(answer.headers['retry-after']).toBe('1');
      }
    });
    await eventually(async () => {
      const fresh = await logIn(one, apis.servers).catch(() => '');
      return (await one.send('POST', '/locks/any/runs', { token: fresh, body: {} })).status === 200;
    }, 20_000);
  });
});

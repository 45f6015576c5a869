import { convergeCluster } from '../../../apps/local-platform/redis/cluster';
import { startNode } from '../../../apps/local-platform/redis/node';
import { findResource } from '../../../apps/database/resources';
import { hashSlot, keys } from '../../../apps/redis/keys';
import { relayLockName } from '../../../apps/service/order-queue';
import {
  logIn,
  newAddress,
  newId,
  problem,
  startApis,
  tally,
  type ApiAnswer,
  type ApiInstance,
  type TestApis,
} from '../../support/api';
import { strikeMaster } from '../../support/cluster-faults';
import { eventually } from '../../support/eventually';
import { listKeyOf, sessionKeyOf } from '../../support/session-store';

let apis: TestApis;
let one: ApiInstance;
let other: ApiInstance;
let token: string;

beforeAll(async () => {
  const limits = { RATE_LIMIT_DEFAULT: '8/60', RATE_LIMIT_LOGIN: '4/60', API_INSTANCES: '2' };
  apis = await startApis({ ...limits, CACHE_LOCAL_TTL_MILLISECONDS: '1' });
  ({ one, other } = apis);
  token = await logIn(one, apis.servers);
});

afterAll(() => apis.stop());

const get = (api: ApiInstance, id: string, address = newAddress()) => api.send('GET', `/resources/${id}`, { address });
const me = (api: ApiInstance) => api.send('GET', '/sessions/me', { token });
const statusOf = ({ status }: ApiAnswer) => status;
const unavailable = problem(
  503,
  'Service Unavailable',
  'The service is overloaded or waits for a server to come back; try again.',
);

/** Longest time in which anything is answered: the deadline of sessions, and a machine that does other things as well. */
const inTimeMilliseconds = 3_000;

async function inTime<Answer>(answer: Promise<Answer>): Promise<Answer> {
  const begin = performance.now();
  const settled = await answer;
  expect(performance.now() - begin).toBeLessThan(inTimeMilliseconds);
  return settled;
}

/** Sends a signal to all servers. */
function signal(name: NodeJS.Signals): void {
  const { cluster } = apis.servers;
  for (const pid of cluster.nodes.map((node) => cluster.pid(node.name))) process.kill(pid, name);
}

/** Starts the servers again that were killed, with what they had written. */
async function startAgain(): Promise<void> {
  const { cluster } = apis.servers;
  await Promise.all(cluster.nodes.map((node) => startNode(cluster.directory, node)));
  await convergeCluster(cluster, () => undefined);
}

describe.each([
  ['frozen', 'SIGSTOP', () => signal('SIGCONT')],
  ['killed', 'SIGKILL', startAgain],
] as const)('all of Redis %s', (_what, fault, repair) => {
  let victim: string;
  let isRepaired = false;

  beforeAll(async () => {
    victim = await logIn(one, apis.servers, 'user-2');
    await get(one, 'resource-1');
    signal(fault);
  });

  afterAll(() => (isRepaired ? undefined : repair()));

  test('resources come from the database, and say so', async () => {
    const resource = await findResource(apis.servers.database.application, 'resource-1');
    for (const api of [one, other]) {
      const answer = await inTime(get(api, 'resource-1'));
      expect(answer).toMatchObject({ status: 200, headers: { 'x-cache': 'bypass' } });
      expect(answer.body).toEqual({ ...resource, updatedAt: resource?.updatedAt.toISOString() });
      const missing = await inTime(get(api, newId()));
      expect(missing).toEqual(problem(404, 'Not Found'));
      expect(missing.headers['x-cache']).toBe('bypass');
    }
  });

  test('nobody is let in and nobody is told to log in again', async () => {
    const id = newId();
    const headers = { 'idempotency-key': newId() };
    const credentials = { username: 'user-2', password: apis.servers.password };
    const address = newAddress();
    const answers = await inTime(
      Promise.all([
        me(one),
        me(other),
        one.send('POST', '/sessions', { body: credentials, address }),
        one.send('DELETE', '/sessions/me', { token: victim }),
        one.send('DELETE', '/sessions', { token: victim }),
        one.send('PUT', `/resources/${id}`, { token, body: { name: 'Tea', priceCents: 1 } }),
        one.send('POST', '/orders', { token, headers, body: { resourceId: 'resource-1', quantity: 1 } }),
        one.send('GET', '/limits/fixed', { token }),
        one.send('POST', '/locks/any/runs', { token, body: {} }),
        one.send('GET', '/leader', { token }),
        one.send('POST', '/leader/resignations', { token }),
      ]),
    );
    for (const answer of answers) {
      expect(answer).toEqual(unavailable);
      expect(answer.headers['retry-after']).toBe('1');
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
    expect(await findResource(apis.servers.database.application, id)).toBeUndefined();
    const orders = 'select from orders where idempotency_key = $1';
    expect((await apis.servers.database.owner.query(orders, [headers['idempotency-key']])).rowCount).toBe(0);
    // That credentials are wrong is known without Redis.
    const wrong = { body: { ...credentials, password: 'wrong' }, address: newAddress() };
    expect((await one.send('POST', '/sessions', wrong)).status).toBe(401);
  });

  test('each instance admits its share of a limit', async () => {
    const address = newAddress();
    for (const api of [one, other]) {
      const answers: ApiAnswer[] = [];
      for (let read = 0; read < 6; read++) answers.push(await get(api, 'resource-1', address));
      expect(answers.map(statusOf)).toEqual([200, 200, 200, 200, 429, 429]);
      expect(answers[0]?.headers).toMatchObject({
        'ratelimit-policy': '"default";q=8;w=60',
        ratelimit: '"default";r=3;t=60',
      });
      expect(answers[5]).toEqual(problem(429, 'Too Many Requests'));
      expect(Number(answers[5]?.headers['retry-after'])).toBeGreaterThan(50);
    }
    const wrong = { body: { username: 'user-1', password: 'wrong' }, address };
    const logins = await Promise.all([1, 2, 3].map(() => one.send('POST', '/sessions', wrong)));
    expect(tally(logins, statusOf)).toEqual({ 401: 2, 429: 1 });
  });

  test('load balancers are not told to give up', async () => {
    expect(await inTime(one.send('GET', '/readyz'))).toMatchObject({ status: 200 });
    expect(await inTime(one.send('GET', '/healthz'))).toMatchObject({ status: 200 });
    const { body } = await inTime(one.send('GET', '/metrics'));
    expect(body).toMatch(/^cache_gets_total\{result="bypass"\} [1-9]/m);
    expect(body).toMatch(/^cache_errors_total\{operation="get"\} [1-9]/m);
    expect(body).toMatch(/^rate_limit_checks_total\{policy="default",decision="allowed",source="local"\} [1-9]/m);
    expect(body).toMatch(/^rate_limit_errors_total\{policy="default"\} [1-9]/m);
  });

  test('when it is back, all is as before', async () => {
    await repair();
    isRepaired = true;
    for (const api of [one, other]) {
      await eventually(async () => (await me(api)).status === 200, 20_000);
      await eventually(async () => (await get(api, 'resource-1')).headers['x-cache'] === 'hit', 20_000);
      // A limit of both instances again: what one spends, the other knows.
      const spent = async (by: ApiInstance, address: string) =>
        (await get(by, 'resource-1', address)).headers.ratelimit;
      await eventually(async () => {
        const address = newAddress();
        await spent(one, address);
        return (await spent(other, address))?.startsWith('"default";r=6;') === true;
      }, 20_000);
    }
    const headers = { 'idempotency-key': newId() };
    const order = { token, headers, body: { resourceId: 'resource-1', quantity: 1 } };
    expect((await one.send('POST', '/orders', order)).status).toBe(202);
  });
});

/** Index of the shard that has a key, of three with a third of the slots each. */
const shardOf = (key: string) => Math.floor((hashSlot(key) * 3) / 16_384);

/** Logs in so that a shard has no part in the session: neither its record nor the list of its user's. */
async function logInBeside(shard: number): Promise<string> {
  let id = newId();
  while (shardOf(listKeyOf(id)) === shard) id = newId();
  const text = `insert into users (id, name, password_hash) select $1, $1, password_hash from users where name = 'user-1'`;
  await apis.servers.database.owner.query(text, [id]);
  for (;;) {
    const session = await logIn(one, apis.servers, id);
    if (shardOf(sessionKeyOf(session)) !== shard) return session;
  }
}

test('a frozen master: orders of users elsewhere are accepted and none is lost, and nobody waits for the leader’s', async () => {
  const struck = keys.lock(relayLockName);
  token = await logInBeside(shardOf(struck));
  const shard = await strikeMaster(apis.servers.cluster, 'SIGSTOP', struck);
  try {
    const [leader, ...answers] = await inTime(
      Promise.all([
        one.send('GET', '/leader', { token }),
        ...Array.from({ length: 12 }, () =>
          one.send('POST', '/orders', {
            token,
            address: newAddress(),
            headers: { 'idempotency-key': newId() },
            body: { resourceId: 'resource-1', quantity: 1 },
          }),
        ),
      ]),
    );
    expect(leader).toEqual(unavailable);
    expect(answers.map(statusOf)).toEqual(Array<number>(12).fill(202));
    const ids = answers.map(({ body }) => (body as { id: string }).id);
    const waiting = 'select from order_outbox where order_id = any ($1::text[]) and dead_at is null';
    expect((await apis.servers.database.owner.query(waiting, [ids])).rowCount).toBe(12);
    await shard.promoted();
    await eventually(async () => (await one.send('GET', '/leader', { token })).status === 200, 20_000);
  } finally {
    await shard.repair();
  }
});

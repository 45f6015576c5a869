import { ensurePostgres, stopPostgres } from '../../../apps/local-platform/postgres/server';
import {
  buildApi,
  logIn,
  newAddress,
  newId,
  problem,
  startApis,
  type ApiInstance,
  type TestApis,
} from '../../support/api';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';

let apis: TestApis;
let one: ApiInstance;
let other: ApiInstance;
let token: string;

beforeAll(async () => {
  apis = await startApis();
  ({ one, other } = apis);
  token = await logIn(one, apis.servers);
});

afterAll(() => apis.stop());

/** Every route for clients, with the statuses it can answer with. */
const operations: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  '/resources/{id}': { get: [200, 400, 404, 429, 503], put: [200, 201, 400, 401, 429, 503] },
  '/sessions': { post: [201, 400, 401, 429, 503], delete: [200, 401, 503] },
  '/sessions/me': { get: [200, 401, 503], delete: [204, 503] },
  '/orders': { post: [202, 400, 401, 422, 429, 503] },
  '/orders/{id}': { get: [200, 400, 401, 404, 429, 503] },
  '/orders/{id}/replay': { post: [202, 400, 401, 404, 409, 429, 503] },
  '/limits/{policy}': { get: [200, 400, 401, 429, 503] },
  '/locks/{name}/runs': { post: [200, 400, 401, 503] },
  '/leader': { get: [200, 401, 503] },
  '/leader/resignations': { post: [202, 401, 503] },
};

/** Operations that take a body, and those that need no session. */
const bodies = new Set(['put /resources/{id}', 'post /sessions', 'post /orders', 'post /locks/{name}/runs']);
const open = new Set(['get /resources/{id}', 'post /sessions']);

describe('every answer', () => {
  test.each([
    ['of a route', 'GET', '/resources/resource-1', undefined, 200],
    ['of a probe', 'GET', '/healthz', undefined, 200],
    ['without content', 'DELETE', '/sessions/me', undefined, 204],
    ['to a path that isn’t there', 'GET', '/nowhere', undefined, 404],
    ['to a URL that can’t be read', 'GET', '/resources/%E0%A4', undefined, 400],
    ['to a path that is too long', 'GET', `/resources/${'x'.repeat(1_025)}`, undefined, 414],
    ['to JSON that can’t be read', 'POST', '/sessions', '{', 400],
    ['to a body that is too large', 'POST', '/sessions', JSON.stringify('x'.repeat(16 * 1_024)), 413],
  ] as const)('%s tells who gave it', async (_what, method, path, body, status) => {
    for (const api of [one, other]) {
      const answer = await api.send(method, path, { ...(body !== undefined && { body }) });
      expect(answer.status).toBe(status);
      expect(answer.headers['x-instance']).toBe(api.name);
    }
  });

  test.each([
    ['another path', 'GET', '/nowhere', {}, 404, 'Not Found', 'There is no GET /nowhere.'],
    [
      'another method',
      'DELETE',
      '/resources/resource-1',
      {},
      404,
      'Not Found',
      'There is no DELETE /resources/resource-1.',
    ],
    ['a URL that can’t be read', 'GET', '/resources/%E0%A4', {}, 400, 'Bad Request', /is not a valid url component/],
    ['a path that is too long', 'GET', `/orders/${'x'.repeat(1_025)}`, {}, 414, 'URI Too Long', /max param length/],
    ['JSON that ends too early', 'POST', '/sessions', { body: '{"username":' }, 400, 'Bad Request', /JSON/],
    ['no body where one is said to be', 'POST', '/sessions', { body: '' }, 400, 'Bad Request', /empty/],
    [
      'a body that is too large',
      'POST',
      '/sessions',
      { body: `"${'x'.repeat(16_383)}"` },
      413,
      'Payload Too Large',
      /too large/,
    ],
    [
      'a body of another kind',
      'POST',
      '/sessions',
      { body: 'a', headers: { 'content-type': 'text/xml' } },
      415,
      'Unsupported Media Type',
      /Unsupported/,
    ],
    ['an attack on prototypes', 'POST', '/sessions', { body: '{"__proto__":{}}' }, 400, 'Bad Request', /valid JSON/],
  ] as const)('to %s is a problem', async (_what, method, path, request, status, title, detail) => {
    const answer = await one.send(method, path, request);
    const expected = typeof detail === 'string' ? detail : (expect.stringMatching(detail) as unknown);
    expect(answer).toEqual(problem(status, title, expected));
  });
});

describe('probes', () => {
  const ready = { status: 200, body: { status: 'ready', reasons: [] } };
  const unready = (reason: RegExp) => ({
    status: 503,
    body: { status: 'unready', reasons: [expect.stringMatching(reason) as string] },
  });

  test('say that the api lives and is ready, until it is told to stop', async () => {
    const api = await apis.add('api-drained');
    expect(await api.send('GET', '/readyz')).toMatchObject(ready);
    api.readiness.drain();
    expect(await api.send('GET', '/readyz')).toMatchObject(unready(/^stopping$/));
    expect(await api.send('GET', '/healthz')).toMatchObject({ status: 200, body: { status: 'alive' } });
    // What still comes while load balancers take note is served.
    expect(await api.send('GET', '/resources/resource-1')).toMatchObject({ status: 200 });
    expect(await one.send('GET', '/readyz')).toMatchObject(ready);
  });

  test('aren’t ready before Redis was reached once', async () => {
    const [port = 0] = await freePorts(1);
    const api = await buildApi(apis.servers, 'api-alone', { REDIS_ADDRESSES: `127.0.0.1:${port}` });
    try {
      expect(await api.send('GET', '/readyz')).toMatchObject(
        unready(/^Redis was never reached: the connection is \w+$/),
      );
      expect(await api.send('GET', '/healthz')).toMatchObject({ status: 200 });
    } finally {
      await api.close();
    }
  });

  test('stay ready while Redis is frozen: resources are served without it', async () => {
    const { cluster } = apis.servers;
    const pids = cluster.nodes.map(({ name }) => cluster.pid(name));
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      expect(await one.send('GET', '/resources/resource-3')).toMatchObject({
        status: 200,
        headers: { 'x-cache': 'bypass' },
      });
      expect(await one.send('GET', '/readyz')).toMatchObject(ready);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => (await one.send('GET', '/sessions/me', { token })).status === 200, 20_000);
    await eventually(async () => (await other.send('GET', '/sessions/me', { token })).status === 200, 20_000);
  });

  test('aren’t ready while Postgres is down; what needs it is to be tried again later', async () => {
    const cached = '/resources/resource-4';
    await one.send('GET', cached);
    await stopPostgres(apis.servers.database.settings);
    try {
      await eventually(async () => (await one.send('GET', '/readyz')).status === 503);
      expect(await one.send('GET', '/readyz')).toMatchObject(unready(/^Postgres: .+/));
      expect(await one.send('GET', cached)).toMatchObject({ status: 200 });
      for (const answer of [
        await one.send('GET', `/resources/${newId()}`),
        await one.send('PUT', cached, { token, body: { name: 'Tea', priceCents: 1 } }),
        await one.send('POST', '/sessions', { body: { username: 'user-1', password: 'x' }, address: newAddress() }),
        await one.send('POST', '/locks/down/runs', { token, body: {} }),
      ]) {
        expect(answer).toEqual(problem(503, 'Service Unavailable'));
        expect(answer.headers['retry-after']).toBe('1');
      }
    } finally {
      await ensurePostgres(apis.servers.database.settings);
    }
    await eventually(async () => (await one.send('GET', '/readyz')).status === 200);
    expect(await one.send('GET', `/resources/${newId()}`)).toMatchObject({ status: 404 });
  });
});

describe('metrics', () => {
  /** A line of the exposition format: a name, labels, a number. */
  const sample = /^([a-z_]\w*)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)*)\})? (NaN|[+-]Inf|-?[\d.]+(?:e[+-]?\d+)?)$/i;

  test('can be parsed, tell of all parts, and nothing of users', async () => {
    const [id, address, key] = [newId('secretive'), newAddress(), newId('key')];
    await one.send('GET', `/resources/${id}?from=${id}`, { address });
    await one.send('GET', `/nowhere/${id}`, { address });
    await one.send('PUT', `/resources/${id}`, { token, address, body: { name: 'Discreet', priceCents: 1 } });
    await one.send('POST', '/orders', {
      token,
      body: { resourceId: id, quantity: 1 },
      headers: { 'idempotency-key': key },
    });
    await one.send('GET', `/limits/fixed?subject=${id}`, { token });
    await one.send('POST', `/locks/${id}/runs`, { token, body: {} });
    const { status, headers, body } = await one.send('GET', '/metrics');
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
    const text = body as string;
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(lines.filter((line) => !sample.test(line))).toEqual([]);
    const names = new Set(lines.map((line) => sample.exec(line)?.[1]));
    for (const name of [
      'cache_gets_total',
      'cache_invalidations_total',
      'cache_load_seconds_bucket',
      'http_request_duration_seconds_bucket',
      'lock_wait_seconds_count',
      'nodejs_eventloop_lag_seconds',
      'process_cpu_seconds_total',
      'queue_messages_added_total',
      'rate_limit_checks_total',
      'redis_connection_ready',
    ]) {
      expect(names).toContain(name);
    }
    for (const secret of [id, address, key, 'user-1', 'Discreet', token]) expect(text).not.toContain(secret);
    const routes = [...new Set(lines.flatMap((line) => /route="([^"]*)"/.exec(line)?.[1] ?? []))];
    const templates = Object.keys(operations).map((path) => path.replace(/\{(\w+)\}/g, ':$1'));
    expect(
      routes.filter((route) => ![...templates, '/healthz', '/readyz', '/metrics', 'unknown'].includes(route)),
    ).toEqual([]);
    expect(routes).toEqual(expect.arrayContaining(['/resources/:id', '/orders', 'unknown']));
  });

  test('count what happens', async () => {
    const count = async (line: string) => {
      const { body } = await other.send('GET', '/metrics');
      const found = (body as string).split('\n').find((text) => text.startsWith(`${line} `));
      return Number(found?.slice(line.length + 1) ?? 0);
    };
    const misses = 'cache_gets_total{result="miss"}';
    const requests = 'http_request_duration_seconds_count{method="GET",route="/resources/:id",status="404"}';
    const before = [await count(misses), await count(requests)];
    for (let read = 0; read < 3; read++) await other.send('GET', `/resources/${newId()}`);
    expect([await count(misses), await count(requests)]).toEqual(before.map((value) => value + 3));
    expect(await count('redis_connection_ready')).toBe(1);
  });
});

interface Operation {
  readonly summary?: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: unknown;
  readonly responses: Readonly<Record<string, { readonly description?: string; readonly content?: unknown }>>;
}

describe('the documentation', () => {
  const documented = async () => {
    const { body } = await one.send('GET', '/docs/json');
    return (body as { paths: Record<string, Record<string, Operation>> }).paths;
  };

  test('tells of every route for clients, what it takes and what it answers', async () => {
    const paths = await documented();
    const found = Object.entries(paths).map(([path, methods]) => [
      path,
      Object.fromEntries(
        Object.entries(methods).map(([method, { responses }]) => [method, Object.keys(responses).map(Number)]),
      ),
    ]);
    expect(Object.fromEntries(found)).toEqual(operations);
    for (const [path, methods] of Object.entries(paths)) {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      for (const [method, operation] of Object.entries(methods)) {
        expect(operation.summary).toMatch(/\w/);
        const inPath = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
        expect(inPath.map(({ name }) => name)).toEqual(names);
        expect(operation.requestBody !== undefined).toBe(bodies.has(`${method} ${path}`));
        expect(operation.security).toEqual(open.has(`${method} ${path}`) ? undefined : [{ session: [] }]);
        for (const { description } of Object.values(operation.responses)) expect(description).toMatch(/\w/);
      }
    }
  });

  test('tells of the key that an order needs', async () => {
    const order = (await documented())['/orders']?.post;
    expect(order?.parameters).toContainEqual(
      expect.objectContaining({ name: 'idempotency-key', in: 'header', required: true }),
    );
  });

  test('has a page', async () => {
    const page = await one.send('GET', '/docs/');
    expect(page).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringMatching(/^text\/html/) as string },
    });
  });
});

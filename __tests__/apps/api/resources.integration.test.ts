import {
  logIn,
  newId,
  noSession,
  problem,
  startApis,
  tally,
  wrongPaths,
  type ApiInstance,
  type TestApis,
} from '../../support/api';
import { eventually } from '../../support/eventually';

let apis: TestApis;
let one: ApiInstance;
let other: ApiInstance;
let token: string;

beforeAll(async () => {
  // Longer than the tests: what leaves the local tier does so because of an invalidation.
  apis = await startApis({ CACHE_LOCAL_TTL_MILLISECONDS: '60000' });
  ({ one, other } = apis);
  token = await logIn(one, apis.servers);
  await eventually(async () => (await isLocal(one)) && (await isLocal(other)));
});

afterAll(() => apis.stop());

/** Whether the instance hears of invalidations, without which it keeps nothing. */
async function isLocal(api: ApiInstance): Promise<boolean> {
  return (await api.send('GET', '/resources/resource-20')).headers['x-cache'] === 'local';
}

const get = (api: ApiInstance, id: string) => api.send('GET', `/resources/${id}`);
const put = (api: ApiInstance, id: string, body: unknown) => api.send('PUT', `/resources/${id}`, { token, body });
const cacheOf = async (api: ApiInstance, id: string) => (await get(api, id)).headers['x-cache'];
const versionOf = async (api: ApiInstance, id: string) => ((await get(api, id)).body as { version: number }).version;

describe('reading', () => {
  test('the first read loads, the next are answered by Redis or by the process itself', async () => {
    const resource = {
      id: 'resource-1',
      name: 'Resource 1',
      priceCents: 137,
      available: true,
      unitsSold: 0,
      version: 1,
      updatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
    };
    const reads = [await get(one, 'resource-1'), await get(one, 'resource-1')];
    // A change that nobody tells the cache of: who answers with the old name hasn't asked the database.
    await apis.servers.database.owner.query(`update resources set name = 'Changed' where id = 'resource-1'`);
    reads.push(await get(other, 'resource-1'), await get(other, 'resource-1'));
    expect(reads.map(({ headers }) => headers['x-cache'])).toEqual(['miss', 'local', 'hit', 'local']);
    for (const read of reads) expect(read).toMatchObject({ status: 200, body: resource });
    expect(reads[0]?.body).toEqual(resource);
    expect(reads.map(({ headers }) => headers['x-instance'])).toEqual(['api-1', 'api-1', 'api-2', 'api-2']);
  });

  test('reads of both instances at the same time share one load', async () => {
    const client = await apis.servers.database.owner.connect();
    try {
      await client.query('begin');
      await client.query('lock table resources in access exclusive mode');
      const reads = [one, other].flatMap((api) => Array.from({ length: 10 }, () => get(api, 'resource-2')));
      const isLoading = `select from pg_locks where not granted and relation = 'resources'::regclass`;
      await eventually(async () => (await apis.servers.database.owner.query(isLoading)).rowCount === 1);
      await client.query('commit');
      const answers = await Promise.all(reads);
      expect(tally(answers, ({ status }) => status)).toEqual({ 200: 20 });
      expect(tally(answers, ({ headers }) => headers['x-cache'])).toEqual({ miss: 1, shared: 19 });
    } finally {
      client.release(true);
    }
  });

  test('that there is nothing is known as well, until there is something', async () => {
    const id = newId();
    const nothing = problem(404, 'Not Found', `There is no resource '${id}'.`);
    const reads = [await get(one, id), await get(one, id), await get(other, id)];
    for (const read of reads) expect(read).toEqual(nothing);
    expect(reads.map(({ headers }) => headers['x-cache'])).toEqual(['miss', 'negative', 'negative']);
    expect((await put(one, id, { name: 'There', priceCents: 1 })).status).toBe(201);
    expect(await get(one, id)).toMatchObject({ status: 200, body: { name: 'There' } });
    await eventually(async () => (await get(other, id)).status === 200);
  });

  test.each([
    ['with a space', 'a%20b'],
    ['with a slash', 'a%2Fb'],
    ['with a NUL', 'a%00b'],
    ['outside ASCII', '%C3%A9'],
    ['that is empty', ''],
    ['of 129 characters', 'x'.repeat(129)],
  ])('an id %s is refused', async (_what, id) => {
    const answer = await get(one, id);
    expect(answer).toMatchObject(problem(400, 'Bad Request'));
    expect(answer.body).toMatchObject({
      detail: 'params.id: 1 to 128 letters, digits, dots, hyphens or underscores',
      errors: [{ path: 'params.id', message: '1 to 128 letters, digits, dots, hyphens or underscores' }],
    });
  });

  test('the longest id can be used', async () => {
    const id = newId('x'.repeat(91));
    expect(id).toHaveLength(128);
    expect((await get(one, id)).status).toBe(404);
    expect(await put(one, id, { name: 'Long', priceCents: 1 })).toMatchObject({ status: 201, body: { id } });
    expect(await get(one, id)).toMatchObject({ status: 200, body: { id, name: 'Long' } });
  });
});

describe('writing', () => {
  test('makes a resource, then changes it and raises its version', async () => {
    const id = newId();
    const made = await put(one, id, { name: '  Café  ', priceCents: 0 });
    expect(made).toMatchObject({ status: 201, headers: { 'content-type': 'application/json; charset=utf-8' } });
    const updatedAt = expect.any(String) as string;
    const resource = { id, name: 'Café', priceCents: 0, available: true, unitsSold: 0, version: 1, updatedAt };
    expect(made.body).toEqual(resource);
    const changed = await put(other, id, { name: 'Tea', priceCents: 2_147_483_647, available: false });
    expect(changed.status).toBe(200);
    const change = { name: 'Tea', priceCents: 2_147_483_647, available: false, version: 2 };
    expect(changed.body).toEqual({ ...resource, ...change });
    expect((await get(other, id)).body).toEqual(changed.body);
  });

  test('is heard of by the other instance, whose own copy is dropped', async () => {
    const id = newId();
    await put(one, id, { name: 'First', priceCents: 1 });
    await get(one, id);
    await eventually(async () => (await cacheOf(one, id)) === 'local');
    await eventually(async () => (await cacheOf(other, id)) === 'local');
    await put(other, id, { name: 'Second', priceCents: 2 });
    // Who changed it sees the change at once, the other one as soon as it has heard of it.
    expect(await get(other, id)).toMatchObject({ body: { name: 'Second', version: 2 } });
    await eventually(async () => (await versionOf(one, id)) === 2);
    expect(await cacheOf(one, id)).toBe('local');
    expect(await get(one, id)).toMatchObject({ body: { name: 'Second', version: 2 } });
  });

  test('of many at the same time is done one after the other, and the last one stays', async () => {
    const id = newId();
    const writes = Array.from({ length: 20 }, (_, index) =>
      put(index % 2 === 0 ? one : other, id, { name: `Name ${index}`, priceCents: index }),
    );
    const reads = Array.from({ length: 20 }, (_, index) => get(index % 2 === 0 ? one : other, id));
    const [written] = await Promise.all([Promise.all(writes), Promise.all(reads)]);
    const versions = written.map(({ body }) => (body as { version: number }).version);
    expect(versions.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(tally(written, ({ status }) => status)).toEqual({ 200: 19, 201: 1 });
    const last = written[versions.indexOf(20)]?.body;
    for (const api of [one, other]) {
      await eventually(async () => (await versionOf(api, id)) === 20);
      expect((await get(api, id)).body).toEqual(last);
    }
  });

  test('needs a session', async () => {
    const id = newId();
    const answer = await one.send('PUT', `/resources/${id}`, { body: { name: 'Tea', priceCents: 1 } });
    expect(answer).toEqual(noSession);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect((await get(one, id)).status).toBe(404);
  });

  test.each([
    ['no name', { priceCents: 1 }, ['body.name']],
    ['an empty name', { name: '  ', priceCents: 1 }, ['body.name']],
    ['a name that is too long', { name: 'x'.repeat(201), priceCents: 1 }, ['body.name']],
    ['a name with a NUL, which the database has no place for', { name: 'a\0b', priceCents: 1 }, ['body.name']],
    ['no price', { name: 'Tea' }, ['body.priceCents']],
    ['a negative price', { name: 'Tea', priceCents: -1 }, ['body.priceCents']],
    ['half a cent', { name: 'Tea', priceCents: 0.5 }, ['body.priceCents']],
    ['a price beyond the column', { name: 'Tea', priceCents: 2_147_483_648 }, ['body.priceCents']],
    ['a price in letters', { name: 'Tea', priceCents: '1' }, ['body.priceCents']],
    ['another kind of availability', { name: 'Tea', priceCents: 1, available: 'yes' }, ['body.available']],
    ['two wrong parts', { name: 1, priceCents: null }, ['body.name', 'body.priceCents']],
    ['an unknown part', { name: 'Tea', priceCents: 1, version: 7 }, ['body']],
    ['a list', [], ['body']],
    ['null', 'null', ['body']],
    ['nothing', undefined, ['body']],
  ])('with %s is refused', async (_what, body, paths) => {
    const id = newId();
    const answer = await put(one, id, body);
    expect(answer).toEqual(problem(400, 'Bad Request'));
    expect(wrongPaths(answer)).toEqual(paths);
    expect((answer.body as { detail: string }).detail).toMatch(new RegExp(`^${paths[0] ?? ''}: .+`));
    expect((await get(one, id)).status).toBe(404);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import {
  logIn,
  newAddress,
  newId,
  noSession,
  problem,
  startApis,
  tally,
  wrongPaths,
  type ApiAnswer,
  type ApiInstance,
  type TestApis,
} from '../../support/api';

let apis: TestApis;
let one: ApiInstance;
let other: ApiInstance;
let token: string;

const policies = ['fixed', 'sliding'] as const;
const quota = 60;

beforeAll(async () => {
  apis = await startApis({
    RATE_LIMIT_FIXED: `${quota}/60`,
    RATE_LIMIT_SLIDING: `${quota}/60`,
    RATE_LIMIT_DEFAULT: '3/60',
  });
  ({ one, other } = apis);
  token = await logIn(one, apis.servers);
});

afterAll(() => apis.stop());

const spend = (api: ApiInstance, policy: string, subject: string, as = token) =>
  api.send('GET', `/limits/${policy}?subject=${subject}`, { token: as });
const leftOf = ({ body }: ApiAnswer) => (body as { remaining: number }).remaining;
const statusOf = ({ status }: ApiAnswer) => status;

describe.each(policies)('the policy %s', (policy) => {
  test('admits exactly its quota, however many come to both instances at the same time', async () => {
    const subject = newId();
    const answers = await Promise.all(
      Array.from({ length: 3 * quota }, (_, index) => spend(index % 2 === 0 ? one : other, policy, subject)),
    );
    expect(tally(answers, statusOf)).toEqual({ 200: quota, 429: 2 * quota });
    const admitted = answers.filter(({ status }) => status === 200);
    // Each unit once: none was given to two requests, none was lost.
    expect(admitted.map(leftOf).toSorted((a, b) => a - b)).toEqual(Array.from({ length: quota }, (_, left) => left));
    for (const { body, headers } of admitted) {
      const { allowed, remaining } = body as { allowed: boolean; remaining: number };
      expect(allowed).toBe(true);
      expect(headers['ratelimit-policy']).toBe(`"${policy}";q=${quota};w=60`);
      expect(headers.ratelimit).toMatch(new RegExp(`^"${policy}";r=${remaining};t=(5\\d|60)$`));
      expect(headers['retry-after']).toBeUndefined();
    }
    const detail = `The limit '${policy}' is used up; try again when Retry-After is over.`;
    for (const refused of answers.filter(({ status }) => status === 429)) {
      expect(refused).toEqual(problem(429, 'Too Many Requests', detail));
      expect(refused.headers['ratelimit-policy']).toBe(`"${policy}";q=${quota};w=60`);
      expect(refused.headers.ratelimit).toMatch(new RegExp(`^"${policy}";r=0;t=(5\\d|60)$`));
      expect(refused.headers['retry-after']).toMatch(/^(5\d|60)$/);
    }
  });

  test('counts users and subjects apart', async () => {
    const subject = newId();
    const stranger = await logIn(one, apis.servers, 'user-2');
    expect(leftOf(await spend(one, policy, subject))).toBe(quota - 1);
    expect(leftOf(await spend(other, policy, subject))).toBe(quota - 2);
    expect(leftOf(await spend(one, policy, newId()))).toBe(quota - 1);
    expect(leftOf(await spend(one, policy, subject, stranger))).toBe(quota - 1);
  });

  test('admits who waits as long as it is told', async () => {
    const variables = { RATE_LIMIT_FIXED: '2/1', RATE_LIMIT_SLIDING: '2/1' };
    const quick = await apis.add(`api-${policy}`, variables);
    const subject = newId();
    const answers = [1, 2, 3].map(() => spend(quick, policy, subject));
    const refused = (await Promise.all(answers)).find(({ status }) => status === 429);
    expect(refused?.headers['retry-after']).toBe('1');
    await sleep(1_000);
    expect(await spend(quick, policy, subject)).toMatchObject({ status: 200 });
  });
});

test('the policy for clients counts each route and address, before it asks who comes', async () => {
  const address = newAddress();
  const read = (api: ApiInstance, from: string) => api.send('GET', '/resources/resource-1', { address: from });
  const answers = [await read(one, address), await read(other, address), await read(one, address)];
  expect(answers.map(statusOf)).toEqual([200, 200, 200]);
  expect(answers.map(({ headers }) => headers.ratelimit)).toEqual([2, 1, 0].map((left) => `"default";r=${left};t=60`));
  const refused = await read(other, address);
  const detail = "The limit 'default' is used up; try again when Retry-After is over.";
  expect(refused).toEqual(problem(429, 'Too Many Requests', detail));
  expect(refused.headers).toMatchObject({ 'ratelimit-policy': '"default";q=3;w=60', 'retry-after': '60' });
  expect(refused.headers['x-cache']).toBeUndefined();
  expect((await read(other, newAddress())).status).toBe(200);
  // Another id is the same route, another method isn't.
  expect((await one.send('GET', '/resources/resource-2', { address })).status).toBe(429);
  const orders = Array.from({ length: 4 }, () => one.send('POST', '/orders', { address }));
  expect(tally(await Promise.all(orders), statusOf)).toEqual({ 401: 3, 429: 1 });
});

test('a session is needed, and spends nothing of another’s', async () => {
  expect(await one.send('GET', '/limits/fixed')).toEqual(noSession);
});

test.each([
  ['an unknown policy', '/limits/login', 'params.policy'],
  ['an empty subject', '/limits/fixed?subject=', 'querystring.subject'],
  ['a subject of other characters', '/limits/fixed?subject=a.b', 'querystring.subject'],
  ['a subject that is too long', `/limits/sliding?subject=${'x'.repeat(65)}`, 'querystring.subject'],
  ['two subjects', '/limits/sliding?subject=a&subject=b', 'querystring.subject'],
])('%s is refused', async (_what, path, wrong) => {
  const answer = await one.send('GET', path, { token });
  expect(answer).toEqual(problem(400, 'Bad Request'));
  expect(wrongPaths(answer)).toEqual([wrong]);
  expect(answer.headers.ratelimit).toBeUndefined();
});

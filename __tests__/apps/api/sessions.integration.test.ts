import { createHmac } from 'node:crypto';
import {
  logIn,
  newAddress,
  noSession,
  problem,
  startApis,
  tally,
  wrongPaths,
  type ApiAnswer,
  type ApiInstance,
  type ApiRequest,
  type TestApis,
} from '../../support/api';

let apis: TestApis;
let one: ApiInstance;
let other: ApiInstance;

beforeAll(async () => {
  apis = await startApis({ RATE_LIMIT_LOGIN: '5/60' });
  ({ one, other } = apis);
});

afterAll(() => apis.stop());

interface NewSession {
  readonly token: string;
  readonly user: { readonly id: string; readonly name: string };
  readonly createdAt: string;
  readonly idleExpiresAt: string;
  readonly absoluteExpiresAt: string;
}

const isoTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

function post(api: ApiInstance, body: unknown, request: ApiRequest = {}): Promise<ApiAnswer> {
  return api.send('POST', '/sessions', { address: newAddress(), ...request, body });
}

const credentials = (username = 'user-1') => ({ username, password: apis.servers.password });
const me = (api: ApiInstance, request: ApiRequest) => api.send('GET', '/sessions/me', request);
const userOf = ({ body }: ApiAnswer) => (body as NewSession).user.name;

/** Status of a token's session at both instances. */
async function statuses(token: string): Promise<number[]> {
  return Promise.all([one, other].map(async (api) => (await me(api, { token })).status));
}

describe('login', () => {
  test('begins a session that both instances know by its token and by its cookie', async () => {
    const { status, body, headers } = await post(one, credentials());
    expect(status).toBe(201);
    const user = { id: expect.any(String) as string, name: 'user-1' };
    const times = { createdAt: isoTime, idleExpiresAt: isoTime, absoluteExpiresAt: isoTime };
    expect(body).toEqual({ token: expect.any(String) as string, user, ...times });
    const { token, ...session } = body as NewSession;
    const [created, idle, absolute] = [session.createdAt, session.idleExpiresAt, session.absoluteExpiresAt].map(
      Date.parse,
    );
    expect(Math.abs((created ?? 0) - Date.now())).toBeLessThan(5_000);
    expect((idle ?? 0) - (created ?? 0)).toBe(1_800_000);
    expect((absolute ?? 0) - (created ?? 0)).toBe(43_200_000);
    const cookie = headers['set-cookie']?.split(';')[0] ?? '';
    expect(cookie).toBe(`session=${token}`);
    for (const api of [one, other]) {
      for (const request of [{ token }, { headers: { cookie } }]) {
        const answer = await me(api, request);
        expect(answer.status).toBe(200);
        expect(answer.body).toEqual({ ...session, idleExpiresAt: isoTime });
      }
    }
  });

  test('keeps its cookie from scripts and other sites, until the session ends in any case', async () => {
    const { body, headers } = await post(one, credentials(), { headers: { 'x-forwarded-proto': 'https' } });
    const { token, absoluteExpiresAt } = body as NewSession;
    const expires = new Date(Math.floor(Date.parse(absoluteExpiresAt) / 1_000) * 1_000).toUTCString();
    const attributes = headers['set-cookie']?.split('; ').toSorted();
    // Not Secure: nobody believes a client that speaks for a proxy.
    const expected = [`session=${token}`, 'Path=/', `Expires=${expires}`, 'HttpOnly', 'SameSite=Strict'];
    expect(attributes).toEqual(expected.toSorted());
  });

  test('behind a proxy that ended TLS the cookie is for HTTPS alone', async () => {
    const proxied = await apis.add('api-3', { TRUST_PROXY: 'true' });
    const cookieVia = async (protocol: string) =>
      (await post(proxied, credentials(), { headers: { 'x-forwarded-proto': protocol } })).headers['set-cookie'];
    expect(await cookieVia('https')).toContain('; Secure');
    expect(await cookieVia('http')).not.toContain('Secure');
  });

  test.each([
    ['bearer token', (token: string) => ({ token })],
    ['cookie', (token: string) => ({ headers: { cookie: `theme=dark; session=${token}` } })],
  ])('ends the session whose %s came with it', async (_what, presented) => {
    const former = await logIn(one, apis.servers);
    const bystander = await logIn(one, apis.servers);
    const { status, body } = await post(other, credentials(), presented(former));
    expect(status).toBe(201);
    expect(await statuses(former)).toEqual([401, 401]);
    expect(await statuses((body as NewSession).token)).toEqual([200, 200]);
    expect(await statuses(bystander)).toEqual([200, 200]);
  });

  test('with a token of nothing just begins a session', async () => {
    expect((await post(one, credentials(), { token: 'no-token' })).status).toBe(201);
  });

  test('that fails ends nothing', async () => {
    const token = await logIn(one, apis.servers);
    const answer = await post(one, { ...credentials(), password: 'wrong' }, { token });
    expect(answer.status).toBe(401);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await statuses(token)).toEqual([200, 200]);
  });

  test('doesn’t tell a wrong password from an unknown user', async () => {
    const wrongPassword = await post(one, { ...credentials(), password: 'wrong' });
    const unknownUser = await post(one, { ...credentials(), username: 'nobody' });
    expect(wrongPassword).toEqual(problem(401, 'Unauthorized', 'The user name or the password is wrong.'));
    expect(unknownUser.status).toBe(401);
    expect(unknownUser.body).toEqual(wrongPassword.body);
    expect(Object.keys(unknownUser.headers)).toEqual(Object.keys(wrongPassword.headers));
  });

  test.each([
    ['no password', { username: 'user-1' }, ['body.password']],
    ['an empty user name', { username: '', password: 'secret-text' }, ['body.username']],
    ['a user name with a NUL', { username: 'user\0', password: 'secret-text' }, ['body.username']],
    ['a list for a user name', { username: ['user-1'], password: 'secret-text' }, ['body.username']],
    ['a password that is too long', { username: 'user-1', password: 'secret-text'.repeat(100) }, ['body.password']],
    ['an unknown part', { username: 'user-1', password: 'secret-text', admin: true }, ['body']],
  ])('with %s is refused', async (_what, body, paths) => {
    const answer = await post(one, body);
    expect(answer).toEqual(problem(400, 'Bad Request'));
    expect(wrongPaths(answer)).toEqual(paths);
    expect(JSON.stringify(answer)).not.toContain('secret-text');
  });
});

describe('the limit of logins', () => {
  test('holds for an address and user name over both instances, and tells when to come again', async () => {
    const address = newAddress();
    const wrong = { ...credentials(), password: 'wrong' };
    const attempts = Array.from({ length: 9 }, (_, index) => post(index % 2 === 0 ? one : other, wrong, { address }));
    const answers = await Promise.all(attempts);
    expect(tally(answers, ({ status }) => status)).toEqual({ 401: 5, 429: 4 });
    for (const answer of answers) expect(answer.headers['ratelimit-policy']).toBe('"login";q=5;w=60');
    const admitted = answers.filter(({ status }) => status === 401);
    const left = admitted.map(({ headers }) => /^"login";r=(\d);t=60$/.exec(headers.ratelimit ?? '')?.[1]);
    expect(left.toSorted()).toEqual(['0', '1', '2', '3', '4']);
    const detail = "The limit 'login' is used up; try again when Retry-After is over.";
    for (const refused of answers.filter(({ status }) => status === 429)) {
      expect(refused).toEqual(problem(429, 'Too Many Requests', detail));
      const seconds = Number(refused.headers['retry-after']);
      expect(seconds).toBeGreaterThanOrEqual(50);
      expect(seconds).toBeLessThanOrEqual(60);
      expect(refused.headers.ratelimit).toBe(`"login";r=0;t=${seconds}`);
    }
    // Nor does the right password help now; another user, or the same one elsewhere, isn't concerned.
    expect((await post(one, credentials(), { address })).status).toBe(429);
    expect((await post(one, credentials('user-2'), { address })).status).toBe(201);
    expect((await post(one, credentials())).status).toBe(201);
  });
});

describe('a token', () => {
  let token: string;
  let another: string;

  beforeAll(async () => {
    [token, another] = [await logIn(one, apis.servers, 'user-1'), await logIn(one, apis.servers, 'user-2')];
  });

  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const parts = (token: string) => token.split('.') as [string, string, string];
  const sign = (text: string, key: string) => `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  const changed = (part: string) => `${part.startsWith('A') ? 'B' : 'A'}${part.slice(1)}`;
  const decode = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;

  test.each<[string, (token: string, another: string) => string]>([
    ['with another signature', (token) => token.replace(parts(token)[2], changed(parts(token)[2]))],
    ['without a signature', (token) => parts(token).slice(0, 2).join('.')],
    ['with an empty signature', (token) => `${parts(token).slice(0, 2).join('.')}.`],
    [
      'with the signature of another one',
      (token, another) => `${parts(token).slice(0, 2).join('.')}.${parts(another)[2]}`,
    ],
    [
      'with the user of another one',
      (token, another) => {
        const [header, payload, signature] = parts(token);
        const { sub } = decode(parts(another)[1]);
        return `${header}.${encode({ ...decode(payload), sub })}.${signature}`;
      },
    ],
    [
      'that claims to need no signature',
      (token) => {
        const [header, payload] = parts(token);
        return `${encode({ ...decode(header), alg: 'none' })}.${payload}.`;
      },
    ],
    ['signed with a key of one’s own', (token) => sign(parts(token).slice(0, 2).join('.'), 'x'.repeat(32))],
    ['that is none', () => 'token'],
    ['that is longer than any', (token) => `${token}${'x'.repeat(1_900)}`],
  ])('%s is of no use', async (_what, forge) => {
    const forged = forge(token, another);
    expect(forged).not.toBe(token);
    for (const request of [{ token: forged }, { headers: { cookie: `session=${forged}` } }]) {
      const answer = await me(one, request);
      expect(answer).toEqual(noSession);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
    expect(await statuses(token)).toEqual([200, 200]);
  });

  test('in the header goes before one in a cookie', async () => {
    const cookie = `session=${another}`;
    const answer = await me(one, { token, headers: { cookie } });
    expect(userOf(answer)).toBe('user-1');
    const basic = await me(one, { headers: { authorization: 'Basic dXNlcjpwYXNz', cookie } });
    expect(userOf(basic)).toBe('user-2');
  });

  test('is needed', async () => {
    expect(await me(one, {})).toEqual(noSession);
    expect(await one.send('DELETE', '/sessions')).toEqual(noSession);
  });
});

describe('logout', () => {
  const clearedCookie = 'session=; Max-Age=0; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT';

  test('ends the session at both instances and takes the cookie back', async () => {
    const [token, remaining] = [await logIn(one, apis.servers), await logIn(one, apis.servers)];
    expect(await statuses(token)).toEqual([200, 200]);
    const answer = await other.send('DELETE', '/sessions/me', { headers: { cookie: `session=${token}` } });
    expect(answer).toMatchObject({ status: 204, body: '' });
    expect(answer.headers['set-cookie']).toContain(clearedCookie);
    expect(await statuses(token)).toEqual([401, 401]);
    expect(await statuses(remaining)).toEqual([200, 200]);
  });

  test.each([undefined, 'no-token'])('of the token %s has nothing to do', async (token) => {
    const answer = await one.send('DELETE', '/sessions/me', token === undefined ? {} : { token });
    expect(answer.status).toBe(204);
    expect(answer.headers['set-cookie']).toContain(clearedCookie);
  });

  test('everywhere ends all sessions of the user at both instances, and nobody else’s', async () => {
    const before = await logIn(one, apis.servers, 'user-3');
    await one.send('DELETE', '/sessions', { token: before });
    const tokens = await Promise.all([one, other, one].map((api) => logIn(api, apis.servers, 'user-3')));
    const bystander = await logIn(other, apis.servers, 'user-4');
    const [token = ''] = tokens;
    const answer = await other.send('DELETE', '/sessions', { token });
    expect(answer).toMatchObject({ status: 200, body: { revoked: 3 } });
    expect(answer.headers['set-cookie']).toContain(clearedCookie);
    for (const ended of tokens) expect(await statuses(ended)).toEqual([401, 401]);
    expect(await statuses(bystander)).toEqual([200, 200]);
    expect(await one.send('DELETE', '/sessions', { token })).toEqual(noSession);
  });
});

import { createHmac, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { KeyRing } from '../../../apps/redis/key-ring';
import { SessionTokens } from '../../../apps/redis/session-token';

const key = (id: string) => ({ id, secret: createSecretKey(randomBytes(32)) });
const first = key('first');
const second = key('second');
const pinned = { issuer: 'issuer', audience: 'audience' };
const tokens = new SessionTokens({ keys: new KeyRing([first]), ...pinned });

const identity = { sessionId: randomBytes(32).toString('base64url'), userHash: randomBytes(32).toString('base64url') };
const claims = (expiresInSeconds = 3_600) => ({
  ...identity,
  createdAt: Date.now(),
  expiresAt: Date.now() + 1_000 * expiresInSeconds,
});

/** Signs whatever it is given. */
function forge(header: object, payload: object, secret: KeyObject = first.secret, hash = 'sha256'): string {
  const body = [header, payload].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${body}.${createHmac(hash, secret).update(body).digest('base64url')}`;
}

const seconds = () => Math.floor(Date.now() / 1_000);
const header = { alg: 'HS256', kid: 'first', typ: 'session+jwt' };
const payload = () => ({
  iss: 'issuer',
  aud: 'audience',
  sub: identity.userHash,
  sid: identity.sessionId,
  iat: seconds(),
  exp: seconds() + 3_600,
});
const without = (name: string) => Object.fromEntries(Object.entries(payload()).filter(([claim]) => claim !== name));

test('verifies what it signed, again and again', async () => {
  const token = await tokens.sign(claims());
  expect(await tokens.verify(token)).toEqual(identity);
  expect(await tokens.verify(token)).toEqual(identity);
});

test('the forger of these tests can make a valid token', async () => {
  expect(await tokens.verify(forge(header, payload()))).toEqual(identity);
});

test('a rotated ring accepts the former key and signs with the current one', async () => {
  const rotated = new SessionTokens({ keys: new KeyRing([second, first]), ...pinned });
  expect(await rotated.verify(await tokens.sign(claims()))).toEqual(identity);
  expect(await tokens.verify(await rotated.sign(claims()))).toBe('signature');
});

test.each<[string, string, () => string]>([
  ['no token', 'malformed', () => 'token'],
  ['an empty text', 'malformed', () => ''],
  ['a token that is too long', 'malformed', () => forge(header, { ...payload(), more: 'x'.repeat(2_048) })],
  ['another payload', 'signature', () => forge(header, payload()).replace(/\.[^.]+\./, '.AAAA.')],
  ['the algorithm none', 'signature', () => forge({ ...header, alg: 'none' }, payload())],
  [
    'the algorithm none and no signature',
    'signature',
    () => forge({ ...header, alg: 'none' }, payload()).replace(/[^.]+$/, ''),
  ],
  ['another algorithm', 'signature', () => forge({ ...header, alg: 'HS512' }, payload(), first.secret, 'sha512')],
  ['a public-key algorithm', 'signature', () => forge({ ...header, alg: 'RS256' }, payload())],
  ['no key id', 'signature', () => forge({ alg: 'HS256', typ: 'session+jwt' }, payload())],
  ['an unknown key id', 'signature', () => forge({ ...header, kid: 'second' }, payload(), second.secret)],
  ['the key of another id', 'signature', () => forge(header, payload(), second.secret)],
  ['another type', 'claims', () => forge({ ...header, typ: 'JWT' }, payload())],
  ['another issuer', 'claims', () => forge(header, { ...payload(), iss: 'other' })],
  ['another audience', 'claims', () => forge(header, { ...payload(), aud: 'other' })],
  ['no issuer', 'claims', () => forge(header, without('iss'))],
  ['no audience', 'claims', () => forge(header, without('aud'))],
  ['no end', 'claims', () => forge(header, without('exp'))],
  ['no beginning', 'claims', () => forge(header, without('iat'))],
  ['no session', 'claims', () => forge(header, without('sid'))],
  ['no user', 'claims', () => forge(header, without('sub'))],
  ['a session that is no digest', 'claims', () => forge(header, { ...payload(), sid: '../*' })],
  ['a user that is no digest', 'claims', () => forge(header, { ...payload(), sub: 'x'.repeat(44) })],
  ['an end in the past', 'expired', () => forge(header, { ...payload(), exp: seconds() - 61 })],
])('refuses %s as %s', async (_, problem, token) => {
  expect(await tokens.verify(token())).toBe(problem);
});

test('no character of a token can be changed', async () => {
  const token = await tokens.sign(claims());
  const otherBits = (character: string) => (character === 'A' ? 'Q' : 'A');
  // The last character carries two bits that aren't part of the signature.
  for (let index = 0; index < token.length - 1; index++) {
    if (token[index] === '.') continue;
    const changed = token.slice(0, index) + otherBits(token.charAt(index)) + token.slice(index + 1);
    expect(typeof (await tokens.verify(changed))).toBe('string');
  }
});

describe('with a clock', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  test('a token ends a minute late at most, also when it was verified before', async () => {
    const token = await tokens.sign(claims(10));
    expect(await tokens.verify(token)).toEqual(identity);
    jest.setSystemTime(Date.now() + 69_000);
    expect(await tokens.verify(token)).toEqual(identity);
    jest.setSystemTime(Date.now() + 2_000);
    expect(await tokens.verify(token)).toBe('expired');
    expect(await new SessionTokens({ keys: new KeyRing([first]), ...pinned }).verify(token)).toBe('expired');
  });
});

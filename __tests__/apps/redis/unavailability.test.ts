import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  isPassing,
  isRedisUnavailable,
  isTransition,
  RedisUnavailableError,
  reported,
  serverUnavailability,
} from '../../../apps/redis/unavailability';

/** An error as ioredis makes it of a server's reply. */
function replyError(message: string): Error {
  return Object.assign(new Error(message), { name: 'ReplyError' });
}

describe('a server that can’t serve now', () => {
  test.each(Object.entries(serverUnavailability))('%s is unavailability, and the client will %s', (code, treatment) => {
    const error = replyError(`${code} for some reason`);
    expect(isRedisUnavailable(error)).toBe(true);
    expect(isTransition(error)).toBe(treatment === 'resend');
    expect(isPassing(error)).toBe(treatment !== 'refuse');
    const seen = reported('a test', error);
    expect(seen).toBeInstanceOf(RedisUnavailableError);
    expect(seen).toMatchObject({ isRefusal: treatment === 'refuse', cause: error });
    expect(seen.message).toBe(`Redis is unavailable for a test: ${code} for some reason`);
    expect(isRedisUnavailable(seen)).toBe(true);
    expect(isPassing(seen)).toBe(treatment !== 'refuse');
    expect(reported('another', seen)).toBe(seen);
  });

  test.each([
    'ERR max number of clients reached',
    'ERR max number of clients + cluster connections reached',
    "OOM command not allowed when used memory > 'maxmemory'. script: 0a1b, on @user_script:3.",
  ])('%s', (message) => {
    expect(isRedisUnavailable(replyError(message))).toBe(true);
    expect(isPassing(replyError(message))).toBe(false);
  });
});

test.each([
  'WRONGTYPE Operation against a key holding the wrong kind of value',
  "NOPERM this user has no permissions to run the 'keys' command",
  'NOSCRIPT No matching script. Please use EVAL.',
  'NOGROUP No such consumer group',
  'BUSYGROUP Consumer Group name already exists',
  'BUSYKEY Target key name already exists.',
  'CROSSSLOT Keys in request don’t hash to the same slot',
  'EXECABORT Transaction discarded because of previous errors.',
  'ERR syntax error',
  'OOMPH',
])('%s is a fault of the program, and reported as it is', (message) => {
  const error = replyError(message);
  expect(isRedisUnavailable(error)).toBe(false);
  expect(isTransition(error)).toBe(false);
  expect(isPassing(error)).toBe(false);
  expect(reported('a test', error)).toBe(error);
});

test('an error that only says the same as a server is none of a server', () => {
  expect(isRedisUnavailable(new Error('MISCONF in a text'))).toBe(false);
  expect(isRedisUnavailable('MISCONF')).toBe(false);
  expect(isRedisUnavailable(undefined)).toBe(false);
});

test.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EAI_AGAIN', 'ENOTFOUND'])(
  'a socket’s %s is unavailability that may pass',
  (code) => {
    const error = Object.assign(new Error('connect failed'), { code });
    expect(isRedisUnavailable(error)).toBe(true);
    expect(isPassing(error)).toBe(true);
  },
);

/** What ioredis says that isn't of the availability of servers: misuse, or what callers never get. */
const faultsOfIoredis = [
  /^Redis is already connecting\/connected/,
  /^Connection (is )?in (subscriber|monitoring) mode/,
  /^Invalid (argument|option|node key|role)/,
  /^The "resp3" replyMapping/,
  /^All (the )?keys in (a|the) pipeline/,
  /^Requires (at least one sentinel|the name of master)/,
  /^Pipeline cannot be used/,
  /^Sharded subscriber .* cannot be restarted/,
  /^No sharded subscriber for slot/,
  /^Possible CROSSSLOT error/,
  /^`startupNodes` should contain/,
  /^"sendCommand" is not implemented/,
  /^Unknown RESP type/,
  // Of its compiler.
  /^(Private (method|accessor)|Cannot (read|write) private member)/,
  // A timeout of one question for the layout, which another node is asked then.
  /^timeout$/,
  // Of the documentation.
  /^c$/,
];

/** The texts of all errors that ioredis makes, with X in place of what is filled in. */
function errorsOfIoredis(): string[] {
  const root = path.join(path.dirname(require.resolve('ioredis/package.json')), 'built');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const sources = files
    .filter((file) => !file.startsWith('himport'))
    .map((file) => readFileSync(path.join(root, file), 'utf8'));
  const literal = /new [\w.]*Error[\w.]*\(\s*(?:"([^"]+)"|'([^']+)'|`([^`]+)`|([\w.]+(?:_MSG|defaultMessage)))/g;
  const constants: Readonly<Record<string, string>> = {
    'utils_1.CONNECTION_CLOSED_ERROR_MSG': 'Connection is closed.',
    'ClusterAllFailedError_1.default.defaultMessage': 'Failed to refresh slots cache.',
  };
  const texts = sources.flatMap((source) =>
    [...source.matchAll(literal)].map((match) => {
      const text = match.slice(1).find(Boolean) ?? '';
      return (constants[text] ?? text).replace(/\$\{[^}]*\}/g, 'X');
    }),
  );
  return [...new Set(texts)];
}

test('every error that ioredis makes is known: of availability, or a fault', () => {
  const texts = errorsOfIoredis();
  expect(texts).toEqual(expect.arrayContaining(['Connection is closed.', 'Command timed out']));
  expect(texts.length).toBeGreaterThan(30);
  const isFault = (text: string) => faultsOfIoredis.some((pattern) => pattern.test(text));
  const isOfConnections = (text: string) =>
    isRedisUnavailable(Object.assign(new Error(text), text === 'connect ETIMEDOUT' && { code: 'ETIMEDOUT' }));
  expect(texts.filter((text) => isFault(text) === isOfConnections(text))).toEqual([]);
});

test('what ioredis says with a class of its own is unavailability', () => {
  const root = path.join(path.dirname(require.resolve('ioredis/package.json')), 'built', 'errors');
  const text = readFileSync(path.join(root, 'MaxRetriesPerRequestError.js'), 'utf8');
  const message = /const message = `([^`]+)`/.exec(text)?.[1] ?? '';
  expect(isRedisUnavailable(new Error(message))).toBe(true);
});

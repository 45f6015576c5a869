import {
  aclUsers,
  redisUserNames,
  redisUsers,
  renderAclFile,
  renderAclRule,
  sentinelPlatformUserNames,
  sentinelPlatformUsers,
  sentinelUser,
  type RedisUserName,
} from '../../../constructs/redis/acl';
import { channels, keys, orderPartitionTags, orderQueue } from '../../../apps/redis/keys';

const digest = 'a'.repeat(64);
const digests = (change: Partial<Record<RedisUserName, string[]>> = {}) =>
  ({ ...Object.fromEntries(redisUserNames.map((name) => [name, [digest]])), ...change }) as Record<
    RedisUserName,
    string[]
  >;

test('users.acl switches the default user off and gives each user its digests and rule', () => {
  expect(renderAclFile(redisUsers, digests({ app: [digest, 'b'.repeat(64)] }))).toMatchSnapshot();
});

test('with Sentinels there is one user more, and the others are as they are without', () => {
  const all = Object.fromEntries(sentinelPlatformUserNames.map((name) => [name, [digest]])) as Record<
    (typeof sentinelPlatformUserNames)[number],
    string[]
  >;
  const text = renderAclFile(sentinelPlatformUsers, all);
  expect(text).toBe(
    `${renderAclFile(redisUsers, digests())}user sentinel on #${digest} ${renderAclRule(sentinelUser)}\n`,
  );
  expect(renderAclRule(sentinelUser)).toBe(
    'resetkeys resetchannels &__sentinel__:hello -@all +hello +auth +ping +info +role +subscribe +publish +multi +exec ' +
      '+slaveof +config|rewrite +client|setname +client|kill +script|kill',
  );
  expect(() => renderAclFile(sentinelPlatformUsers, { ...all, sentinel: [] })).toThrow(
    "user 'sentinel' needs one or more",
  );
});

test.each([
  ['no digest', []],
  ['a password instead of a digest', ['secret']],
  ['upper-case digits', ['A'.repeat(64)]],
])('refuses %s', (_, app) => {
  expect(() => renderAclFile(redisUsers, digests({ app }))).toThrow("user 'app' needs one or more SHA-256 digests");
});

test.each(['app', 'worker', 'gateway', 'exporter'] as const)(
  '%s gets nothing that destroys, spies or administers',
  (name) => {
    const dangerous = [
      'flushall',
      'flushdb',
      'keys',
      'config',
      'config|set',
      'debug',
      'shutdown',
      'monitor',
      'script',
      'migrate',
    ];
    expect(aclUsers[name].commands.filter((command) => dangerous.includes(command))).toEqual([]);
  },
);

test.each(redisUserNames)('%s names each command once, and never a category', (name) => {
  const { commands } = aclUsers[name];
  expect(new Set(commands).size).toBe(commands.length);
  expect(commands.filter((command) => command.startsWith('@'))).toEqual([]);
});

test('every command is denied before any is allowed', () => {
  expect(renderAclRule({ commands: ['get'], keys: ['cache:*'], channels: ['c'] })).toBe(
    'resetkeys ~cache:* resetchannels &c -@all +get',
  );
  expect(renderAclRule({ commands: ['type'], readOnlyKeys: ['a*'] })).toBe('resetkeys %R~a* resetchannels -@all +type');
});

/** Patterns with one `*`, as Redis understands them. */
const isGranted = (value: string, patterns: readonly string[] = []) =>
  patterns.some((pattern) => {
    const [start = '', end] = pattern.split('*');
    return end === undefined ? value === pattern : value.startsWith(start) && value.slice(start.length).endsWith(end);
  });

test.each<[string, string]>([
  ['cachedResource', keys.cachedResource('1')],
  ['cacheLease', keys.cacheLease(keys.cachedResource('1'))],
  ['session', keys.session('h')],
  ['userSessions', keys.userSessions('h')],
  ['fixedWindow', keys.fixedWindow('p', 's')],
  ['slidingWindow', keys.slidingWindow('p', 's')],
  ['lock', keys.lock('l')],
  ...orderPartitionTags.map((tag): [string, string] => ['stream', keys.stream(orderQueue.name, tag)]),
])('the api may use the key of %s', (_, key) => {
  expect(isGranted(key, aclUsers.app.keys)).toBe(true);
});

test.each([
  ['delayed', keys.delayed(orderQueue.name, 't')],
  ['dead letters', keys.deadLetters(orderQueue.name, 't')],
])('the api may not use the key of %s, which its commands could read', (_, key) => {
  expect(isGranted(key, aclUsers.app.keys)).toBe(false);
});

test.each([
  ['stream', keys.stream(orderQueue.name, 't')],
  ['delayed', keys.delayed(orderQueue.name, 't')],
  ['dead letters', keys.deadLetters(orderQueue.name, 't')],
  ['lock', keys.lock('l')],
])('the worker may use the key of %s', (_, key) => {
  expect(isGranted(key, aclUsers.worker.keys)).toBe(true);
});

test('the worker has no sessions and no limits', () => {
  expect(isGranted(keys.session('h'), aclUsers.worker.keys)).toBe(false);
  expect(isGranted(keys.fixedWindow('p', 's'), aclUsers.worker.keys)).toBe(false);
});

test.each([channels.cacheInvalidation, channels.events('t'), channels.lockReleased('l')])(
  'both programs may use the channel %s',
  (channel) => {
    expect(isGranted(channel, aclUsers.app.channels)).toBe(true);
    expect(isGranted(channel, aclUsers.worker.channels)).toBe(true);
  },
);

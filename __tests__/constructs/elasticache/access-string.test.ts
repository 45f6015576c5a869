import { accessString, supportedCommands, type ElasticacheKind } from '../../../constructs/elasticache/access-string';
import { aclUsers, redisClientNames, type RedisClientName } from '../../../constructs/redis/acl';

/** What a user loses on a kind of ElastiCache. */
function lost(name: RedisClientName, kind: ElasticacheKind): readonly string[] {
  const supported = supportedCommands(aclUsers[name], kind);
  return aclUsers[name].commands.filter((command) => !supported.includes(command));
}

/** Subcommands of CLUSTER that are not documented as supported. */
const clusterAdministration = [
  'addslots',
  'addslotsrange',
  'bumpepoch',
  'count-failure-reports',
  'delslots',
  'delslotsrange',
  'failover',
  'flushslots',
  'forget',
  'links',
  'replicate',
  'reset',
  'saveconfig',
  'set-config-epoch',
  'setslot',
].map((name) => `cluster|${name}`);

test.each<[RedisClientName, readonly string[]]>([
  ['app', []],
  ['worker', []],
  ['exporter', []],
  ['operator', [...clusterAdministration, 'acl|load', 'bgsave', 'bgrewriteaof', 'shutdown', 'failover']],
])("on nodes, %s loses what is AWS' own", (name, expected) => {
  expect(lost(name, 'elasticache')).toEqual(expected);
});

test.each<[RedisClientName, readonly string[]]>([
  // Only a queue that is told to wait for replicas sends it; the programs' queue isn't.
  ['app', ['wait']],
  ['worker', ['wait']],
  ['exporter', ['slowlog|get', 'slowlog|len', 'latency|latest', 'latency|histogram']],
  [
    'operator',
    [
      ...clusterAdministration,
      'acl|load',
      'acl|log',
      'client|list',
      'client|kill',
      'client|id',
      'client|info',
      'client|pause',
      'client|unpause',
      'slowlog|get',
      'slowlog|len',
      'slowlog|reset',
      'latency|latest',
      'latency|history',
      'latency|histogram',
      'latency|graph',
      'latency|doctor',
      'latency|reset',
      'memory|doctor',
      'memory|stats',
      'memory|usage',
      'lastsave',
      'bgsave',
      'bgrewriteaof',
      'shutdown',
      'failover',
      'wait',
    ],
  ],
])('serverless, %s loses what one virtual node does not tell', (name, expected) => {
  expect(lost(name, 'elasticache-serverless')).toEqual(expected);
});

describe.each<ElasticacheKind>(['elasticache', 'elasticache-serverless'])('%s', (kind) => {
  test.each(redisClientNames)('%s is on, starts from nothing and sets no password', (name) => {
    const words = accessString(aclUsers[name], kind).split(' ');
    expect(words[0]).toBe('on');
    expect(words.filter((word) => /^[<>#!]|^(?:reset|nopass|resetpass|allkeys|allcommands)$/.test(word))).toEqual([]);
    const denied = words.indexOf('-@all');
    expect(words.slice(denied + 1).every((word) => /^\+[a-z]+(?:\|[a-z-]+)?$/.test(word))).toBe(true);
    expect(words.slice(0, denied).some((word) => word.startsWith('+'))).toBe(false);
    expect(new Set(words).size).toBe(words.length);
  });

  test('keys and channels are those of the ACL', () => {
    expect(
      accessString({ name: 'app', commands: ['get'], keys: ['a:*'], readOnlyKeys: ['b:*'], channels: ['c'] }, kind),
    ).toBe('on ~a:* %R~b:* resetchannels &c -@all +get');
  });
});

test.each(['script', 'cluster'])('%s, of which a part is refused, is not granted by accident', (command) => {
  expect(() => supportedCommands({ commands: [command] }, 'elasticache-serverless')).toThrow(
    `ElastiCache refuses a part of '${command}'; grant its subcommands one by one`,
  );
});

import { accessString, supportedCommands, type ElasticacheKind } from '../../../constructs/elasticache/access-string';
import { aclUsers, redisClientNames, type RedisClientName } from '../../../constructs/redis/acl';

/** What is lost, and what is gained instead of it, by a user on a kind of ElastiCache. */
function change(name: RedisClientName, kind: ElasticacheKind) {
  const { commands } = aclUsers[name];
  const supported = supportedCommands(aclUsers[name], kind);
  return {
    removed: commands.filter((command) => !supported.includes(command)),
    added: supported.filter((command) => !commands.includes(command)),
  };
}

/** What is left of `cluster`, beside the subcommands that every client has anyway. */
const clusterQuestions = ['countkeysinslot', 'getkeysinslot', 'keyslot', 'myid', 'replicas'].map(
  (subcommand) => `cluster|${subcommand}`,
);

const nothing = { removed: [], added: [] };

test.each<[RedisClientName, ReturnType<typeof change>]>([
  ['app', nothing],
  ['worker', nothing],
  ['exporter', { removed: ['config|get'], added: [] }],
  [
    'operator',
    {
      removed: ['cluster', 'acl|load', 'config|get', 'bgsave', 'bgrewriteaof', 'shutdown', 'failover'],
      added: clusterQuestions,
    },
  ],
])("on nodes, %s loses what is AWS' own", (name, expected) => {
  expect(change(name, 'elasticache')).toEqual(expected);
});

test.each<[RedisClientName, ReturnType<typeof change>]>([
  // Only a queue that is told to wait for replicas sends it; the programs' queue isn't.
  ['app', { removed: ['wait'], added: [] }],
  ['worker', { removed: ['wait'], added: [] }],
  [
    'exporter',
    {
      removed: [
        'config|get',
        'slowlog|get',
        'slowlog|len',
        'latency|latest',
        'latency|histogram',
        'client|list',
        'memory|usage',
      ],
      added: [],
    },
  ],
  [
    'operator',
    {
      removed: [
        'cluster',
        'acl|load',
        'acl|log',
        'config|get',
        'client|list',
        'client|kill',
        'client|id',
        'client|info',
        'client|pause',
        'client|unpause',
        'slowlog',
        'latency',
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
      added: clusterQuestions,
    },
  ],
])('serverless, %s loses what one virtual node does not tell', (name, expected) => {
  expect(change(name, 'elasticache-serverless')).toEqual(expected);
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

test('a command of which a part is refused is not granted by accident', () => {
  expect(() => supportedCommands({ commands: ['script'] }, 'elasticache-serverless')).toThrow(
    "ElastiCache refuses a part of 'script'; grant its subcommands one by one",
  );
});

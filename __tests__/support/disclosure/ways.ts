/** Ways to learn what is secret, as commands: every one that a user has, and the ones that no user should have. */
import type { Secret } from '../../../constructs/redis/disclosures';
import type { Command } from './prober';

export interface Way {
  readonly command: Command;
  /**
   * What it leads to if it is allowed, whatever it returns here: arguments are such that the server changes nothing.
   * @default - what it returns is looked at
   */
  readonly leadsTo?: readonly Secret[];
  /** Users whose own it is. @default - none */
  readonly owners?: readonly string[];
  /** It changes what the connection is for. */
  readonly isLast?: boolean;
}

const ask = (...lines: readonly string[]): Way[] => lines.map((line) => ({ command: line.split(' ') }));
const lead =
  (...leadsTo: Secret[]) =>
  (...lines: readonly string[]): Way[] =>
    lines.map((line) => ({ command: line.split(' '), leadsTo }));
const last = (ways: readonly Way[]) => ways.map((way): Way => ({ ...way, isLast: true }));

const passwordSettings = [
  '*',
  'masterauth',
  'masteruser',
  'requirepass',
  'tls-key-file-pass',
  'tls-client-key-file-pass',
];

/** Ways at servers and Sentinels alike. @param users of the platform */
const everywhere = (users: readonly string[]): readonly Way[] => [
  ...passwordSettings.flatMap((name) => ask(`CONFIG GET ${name}`)),
  ...ask('CONFIG REWRITE', 'ACL LIST', 'ACL USERS', 'ACL WHOAMI', 'ACL CAT', 'ACL SAVE', 'ACL LOG 128', 'ACL GENPASS'),
  ...users.flatMap((user) => ask(`ACL GETUSER ${user}`, `ACL DRYRUN ${user} PING`)),
  ...lead('passwords', 'contents', 'names', 'messages')('ACL SETUSER default off', 'MODULE LOAD /nothing'),
  ...ask(
    'INFO',
    'INFO everything',
    'ROLE',
    'PING',
    'HELLO',
    'COMMAND',
    'COMMAND DOCS',
    'CLIENT LIST',
    'CLIENT INFO',
    'CLIENT ID',
  ),
  ...ask(
    'CLIENT SETNAME prober',
    'CLIENT GETNAME',
    'SLOWLOG GET -1',
    'SLOWLOG LEN',
    'MODULE LIST',
    'AUTH nobody nothing',
  ),
  ...last(lead('contents', 'names', 'messages')('MONITOR')),
];

const ofServer: readonly Way[] = [
  // A server logs in where it is sent.
  ...lead('passwords')('REPLICAOF localhost none', 'SLAVEOF localhost none', 'CLUSTER MEET localhost none'),
  ...lead('passwords')('CONFIG SET no-such-setting 1', 'DEBUG SLEEP 0'),
  // Only a replica that is connected can be failed over to, and none connects without the password.
  ...ask('FAILOVER TO 127.0.0.1 1 TIMEOUT 1', 'FAILOVER ABORT', 'CLUSTER REPLICATE none', 'CLUSTER FAILOVER WRONG'),
  ...lead('contents', 'names', 'messages')('PSYNC ? none'),
  ...ask('REPLCONF listening-port none'),
  ...ask('KEYS *', 'SCAN 0 COUNT 1000', 'RANDOMKEY', 'DBSIZE', 'LASTSAVE', 'PUBSUB CHANNELS', 'PUBSUB SHARDCHANNELS'),
  ...ask('FUNCTION LIST', 'FUNCTION DUMP', 'SCRIPT EXISTS none', 'EVALSHA none 0', 'TIME', 'WAIT 0 1'),
  ...ask('LATENCY LATEST', 'LATENCY HISTORY command', 'LATENCY HISTOGRAM', 'LATENCY GRAPH command', 'LATENCY DOCTOR'),
  ...ask('MEMORY DOCTOR', 'MEMORY STATS', 'MEMORY MALLOC-STATS', 'READONLY', 'READWRITE', 'ASKING', 'SELECT 0'),
  ...ask('CLUSTER SLOTS', 'CLUSTER SHARDS', 'CLUSTER INFO', 'CLUSTER NODES', 'CLUSTER LINKS', 'CLUSTER MYID'),
  ...ask('CLUSTER REPLICAS none', 'CLUSTER COUNT-FAILURE-REPORTS none', 'CLUSTER COUNTKEYSINSLOT 0'),
  ...lead('names')('CLIENT TRACKING off'),
  ...last([
    ...lead('messages')('PSUBSCRIBE *'),
    ...lead('messages')('SUBSCRIBE cache-invalidation', 'SSUBSCRIBE events:{operations}').map((way) => ({
      ...way,
      owners: ['app', 'worker'],
    })),
  ]),
];

/** Ways to what is in a key. */
const ofKey = (key: string, slot: number): readonly Way[] => [
  ...ask(
    `GET ${key}`,
    `GETRANGE ${key} 0 -1`,
    `GETEX ${key}`,
    `SET ${key} x NX GET`,
    `DUMP ${key}`,
    `OBJECT ENCODING ${key}`,
  ),
  ...ask(
    `ZRANGE ${key} 0 -1`,
    `ZSCORE ${key} x`,
    `ZCARD ${key}`,
    `HGETALL ${key}`,
    `LRANGE ${key} 0 -1`,
    `SMEMBERS ${key}`,
  ),
  ...ask(`XRANGE ${key} - +`, `XREVRANGE ${key} + -`, `XREAD STREAMS ${key} 0`, `XLEN ${key}`, `XPENDING ${key} x`),
  ...ask(`XREADGROUP GROUP x y STREAMS ${key} >`, `XINFO STREAM ${key} FULL COUNT 0`, `XINFO STREAM ${key}`),
  ...ask(`XINFO GROUPS ${key}`, `XINFO CONSUMERS ${key} x`, `XCLAIM ${key} x y 0 0-1`, `XAUTOCLAIM ${key} x y 0 0-0`),
  ...ask(
    `SORT ${key} ALPHA`,
    `SORT_RO ${key} ALPHA`,
    `TYPE ${key}`,
    `PTTL ${key}`,
    `EXISTS ${key}`,
    `MEMORY USAGE ${key}`,
  ),
  ...ask(`DEBUG OBJECT ${key}`, `COPY ${key} cache:copy-{${key}}`, `CLUSTER KEYSLOT ${key}`),
  ...ask(`CLUSTER GETKEYSINSLOT ${slot} 100`),
  ...lead('contents')(`MIGRATE 127.0.0.1 1 no-such-key 0 1`),
  ...['GET', 'DUMP', 'XRANGE', 'ZRANGE'].flatMap((name) => {
    const range = { XRANGE: ", '-', '+'", ZRANGE: ', 0, -1' }[name] ?? '';
    return [
      { command: ['EVAL', `return redis.call('${name}', KEYS[1]${range})`, 1, key] },
      { command: ['EVAL', `return redis.call('${name}', '${key}'${range})`, 0] },
    ];
  }),
];

const ofSentinel: readonly Way[] = [
  ...ask('SENTINEL CONFIG GET *', 'SENTINEL CONFIG GET sentinel-pass', 'SENTINEL MASTERS', 'SENTINEL MASTER main'),
  ...ask('SENTINEL REPLICAS main', 'SENTINEL SLAVES main', 'SENTINEL SENTINELS main', 'SENTINEL INFO-CACHE main'),
  ...ask(
    'SENTINEL GET-MASTER-ADDR-BY-NAME main',
    'SENTINEL CKQUORUM main',
    'SENTINEL MYID',
    'SENTINEL PENDING-SCRIPTS',
  ),
  ...ask('SENTINEL FLUSHCONFIG', 'SENTINEL DEBUG', 'SENTINEL FAILOVER no-such-master', 'SENTINEL RESET no-such-master'),
  ...ask('SENTINEL IS-MASTER-DOWN-BY-ADDR 127.0.0.1 1 0 *'),
  // It logs in to other Sentinels, and to the master that it is to monitor.
  ...lead('passwords')('SENTINEL MONITOR main localhost 1 none', 'SENTINEL SET no-such-master auth-pass x'),
  ...lead('passwords')('SENTINEL CONFIG SET no-such-setting x', 'SENTINEL SIMULATE-FAILURE help'),
];

/** Commands that act, and return no more than that they did; the ways leave them alone. */
export const acts = [
  ...[
    'acl|load',
    'bgrewriteaof',
    'bgsave',
    'shutdown',
    'script|kill',
    'multi',
    'exec',
    'quit',
    'restore',
    'restore-asking',
  ],
  ...[
    'client|kill',
    'client|pause',
    'client|unpause',
    'slowlog|reset',
    'latency|reset',
    'del',
    'unlink',
    'pexpire',
    'expire',
  ],
  ...['cluster|addslots', 'cluster|addslotsrange', 'cluster|bumpepoch', 'cluster|delslots', 'cluster|delslotsrange'],
  ...['cluster|flushslots', 'cluster|forget', 'cluster|reset', 'cluster|saveconfig', 'cluster|set-config-epoch'],
  ...['cluster|setslot', 'incrby', 'zadd', 'zrem', 'zremrangebyscore', 'xadd', 'xack', 'xdel', 'xgroup|create', 'hset'],
  ...[
    'xgroup|createconsumer',
    'xgroup|delconsumer',
    'publish',
    'spublish',
    'unsubscribe',
    'sunsubscribe',
    'punsubscribe',
  ],
];

export interface Site {
  readonly kind: 'redis' | 'sentinel';
  readonly users: readonly string[];
  /** Names of keys that are there, each with its slot. */
  readonly keys: readonly (readonly [key: string, slot: number])[];
}

/** Every way at a server; those that change what a connection is for come last. */
export function waysOf({ kind, users, keys }: Site): readonly Way[] {
  const ways = [
    ...everywhere(users),
    ...(kind === 'sentinel' ? ofSentinel : [...ofServer, ...keys.flatMap(([key, slot]) => ofKey(key, slot))]),
  ];
  return [...ways.filter(({ isLast = false }) => !isLast), ...ways.filter(({ isLast = false }) => isLast)];
}

const containers =
  /^(?:acl|client|cluster|command|config|debug|function|latency|memory|module|object|pubsub|script|sentinel|slowlog|xgroup|xinfo)$/;

/** A command as the ACL names it. */
export function nameOf([verb = '', subcommand]: Command): string {
  const name = String(verb).toLowerCase();
  return containers.test(name) && subcommand !== undefined ? `${name}|${String(subcommand).toLowerCase()}` : name;
}

/** What a reply says to a command that the user, or the server's configuration, does not allow. */
export const isRefusal = (reply: string) =>
  /^-NOPERM|^-ERR (?:DEBUG|MODULE) command not allowed|^-ERR unknown (?:command|subcommand)/.test(reply);

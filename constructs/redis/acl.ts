/**
 * Who may do what on a Redis platform: the ACL users as plain data, least privilege each.
 *
 * The key and channel patterns are those of `apps/redis/keys.ts`; the integration tests try every command of the
 * application as its user, and everything else as refused. A command is granted for what it returns as much as for what it
 * does: what a user may learn beside its own keys and channels is listed in `disclosures.ts`.
 */

/** The users that programs and people log in as. */
export const redisClientNames = ['app', 'worker', 'gateway', 'exporter', 'operator'] as const;

/** Name of a user that programs or people log in as. */
export type RedisClientName = (typeof redisClientNames)[number];

/** All users. `replica` is how a replica logs in to its master, on a platform whose servers are one's own. */
export const redisUserNames = [...redisClientNames, 'replica'] as const;

/** Name of an ACL user. */
export type RedisUserName = (typeof redisUserNames)[number];

/** All users of a platform that Sentinels watch. `sentinel` is how they log in to its servers and to each other. */
export const sentinelPlatformUserNames = [...redisUserNames, 'sentinel'] as const;

/** Name of an ACL user of a platform that Sentinels watch. */
export type SentinelPlatformUserName = (typeof sentinelPlatformUserNames)[number];

/** One ACL user. */
export interface AclUser<Name extends string = SentinelPlatformUserName> {
  readonly name: Name;
  /**
   * Commands and subcommands (`client|setname`), lower case; everything else is refused. Never a command with all its
   * subcommands: later versions of Redis have more of them, and one of `config` or `sentinel` returns passwords.
   */
  readonly commands: readonly string[];
  /** Key patterns the user may read and write. @default - none */
  readonly keys?: readonly string[];
  /** Key patterns the user may only read. @default - none */
  readonly readOnlyKeys?: readonly string[];
  /** Channel patterns the user may publish and subscribe to. @default - none */
  readonly channels?: readonly string[];
}

/** What a client of any topology needs to connect, find the nodes and follow redirections. */
const connectionCommands = [
  'hello',
  'auth',
  'ping',
  'quit',
  'client|setname',
  'info',
  'role',
  'readonly',
  'readwrite',
  'asking',
  'cluster|slots',
  'cluster|shards',
  'cluster|info',
  'cluster|nodes',
] as const;

/** Strings with a TTL and scripts over them: caches, leases and locks. */
const stringCommands = ['get', 'set', 'del', 'unlink', 'exists', 'pttl', 'pexpire', 'eval', 'evalsha', 'time'] as const;

const publishSubscribeCommands = [
  'publish',
  'subscribe',
  'unsubscribe',
  'spublish',
  'ssubscribe',
  'sunsubscribe',
] as const;

/** Subcommands of a command, as they are granted. @param names separated by blanks */
export const subcommands = (command: string, names: string): readonly string[] =>
  names.split(' ').map((name) => `${command}|${name}`);

/**
 * The api: caches, sessions, rate limits, locks; adds to the queue but never reads from it. Of the queue's keys it has the
 * streams alone, whose names end with the hash tag: `zrange` reads the set of delayed messages as well as its own.
 */
const app: AclUser<RedisUserName> = {
  name: 'app',
  commands: [
    ...connectionCommands,
    ...stringCommands,
    ...publishSubscribeCommands,
    'incrby',
    'zadd',
    'zrem',
    'zcard',
    'zrange',
    'zscore',
    'zremrangebyscore',
    'xadd',
    'wait',
  ],
  keys: ['cache:*', 'cache-lease:*', 'session:*', 'user-sessions:*', 'rate:*', 'orders-stream:*}', 'lock:*'],
  channels: ['cache-invalidation', 'lock-released:*', 'events:*'],
};

/** The worker: consumes the queue, invalidates what its effects change, elects a leader. No sessions, no limits. */
const worker: AclUser<RedisUserName> = {
  name: 'worker',
  commands: [
    ...connectionCommands,
    ...stringCommands,
    ...publishSubscribeCommands,
    'xadd',
    'xreadgroup',
    'xack',
    'xdel',
    'xautoclaim',
    'xclaim',
    'xpending',
    'xrange',
    'xlen',
    'xinfo|stream',
    'xinfo|groups',
    'xinfo|consumers',
    'xgroup|create',
    'xgroup|createconsumer',
    'xgroup|delconsumer',
    'zadd',
    'zrem',
    'zcard',
    'zrange',
    'wait',
  ],
  keys: ['cache:*', 'cache-lease:*', 'orders-stream:*', 'lock:*'],
  channels: ['cache-invalidation', 'lock-released:*', 'events:*'],
};

/**
 * The gateway: counts requests of each client in buckets of tokens, next to the limits of the api. Source: the script of
 * Traefik 3.7 (pkg/middlewares/ratelimiter); its client asks for `COMMAND` before every request until it is answered.
 */
const gateway: AclUser<RedisUserName> = {
  name: 'gateway',
  commands: [...connectionCommands, 'command', 'eval', 'evalsha', 'hgetall', 'hset', 'expire'],
  keys: ['rate:*'],
};

/**
 * The metrics exporter: figures of the server, and no key. It has what redis_exporter asks for with the arguments of
 * `exporter-login.ts`; queues are measured by the worker.
 */
const exporter: AclUser<RedisUserName> = {
  name: 'exporter',
  commands: [
    ...connectionCommands,
    ...subcommands('slowlog', 'get len'),
    ...subcommands('latency', 'latest histogram'),
  ],
};

/** Administration of a cluster whose nodes know each other. A node that it doesn't know can not be brought in. */
export const clusterCommands = [
  ...subcommands('cluster', 'addslots addslotsrange bumpepoch count-failure-reports countkeysinslot delslots'),
  ...subcommands('cluster', 'delslotsrange failover flushslots forget getkeysinslot keyslot links myid replicas'),
  ...subcommands('cluster', 'replicate reset saveconfig set-config-epoch setslot'),
];

/**
 * People and automation that run the platform: topology, persistence and diagnosis, but no contents of keys. Not `config|get`,
 * `acl|list`, `acl|getuser` and `cluster|meet`, which return passwords or lead to them, nor `xinfo|stream`, which returns messages.
 */
const operator: AclUser<RedisUserName> = {
  name: 'operator',
  commands: [
    ...connectionCommands,
    ...clusterCommands,
    ...subcommands('acl', 'load users whoami log dryrun'),
    ...subcommands('client', 'list kill id info pause unpause'),
    ...subcommands('slowlog', 'get len reset'),
    ...subcommands('latency', 'latest history histogram graph doctor reset'),
    ...subcommands('memory', 'doctor stats usage'),
    'dbsize',
    'lastsave',
    'bgsave',
    'bgrewriteaof',
    'shutdown',
    'failover',
    'wait',
    'scan',
    'type',
    'pttl',
    'xlen',
    ...subcommands('xinfo', 'groups consumers'),
  ],
  readOnlyKeys: ['*'],
};

/** A replica towards its master. Source: the ACL page of the Redis documentation, "ACL rules for Sentinel and replicas". */
const replica: AclUser<RedisUserName> = { name: 'replica', commands: ['psync', 'replconf', 'ping'] };

/** All users, by name. */
export const aclUsers: Readonly<Record<RedisUserName, AclUser<RedisUserName>>> = {
  app,
  worker,
  gateway,
  exporter,
  operator,
  replica,
};

/** The users of every platform whose servers are one's own. */
export const redisUsers: readonly AclUser<RedisUserName>[] = redisUserNames.map((name) => aclUsers[name]);

/**
 * A Sentinel towards the servers it watches. Source: the ACL page of the Redis documentation, "ACL rules for Sentinel and
 * replicas"; of the channels only the one that Sentinels find each other by.
 */
export const sentinelUser: AclUser = {
  name: 'sentinel',
  commands: [
    'hello',
    'auth',
    'ping',
    'info',
    'role',
    'subscribe',
    'publish',
    'multi',
    'exec',
    'slaveof',
    'config|rewrite',
    'client|setname',
    'client|kill',
    'script|kill',
  ],
  channels: ['__sentinel__:hello'],
};

/** The users of the servers of a platform that Sentinels watch. */
export const sentinelPlatformUsers: readonly AclUser[] = [...redisUsers, sentinelUser];

/** The permissions of a user as an ACL rule, without its passwords, whatever it could do before. */
export function renderAclRule(user: Permissions): string {
  return `resetkeys ${renderPermissions(user)}`;
}

/** What a user may do. */
export type Permissions = Omit<AclUser, 'name'>;

/** Keys, channels, then commands from `-@all` up: what a user may do that could do nothing before. */
export function renderPermissions({ keys = [], readOnlyKeys = [], channels = [], commands }: Permissions): string {
  return [
    ...keys.map((pattern) => `~${pattern}`),
    ...readOnlyKeys.map((pattern) => `%R~${pattern}`),
    'resetchannels',
    ...channels.map((pattern) => `&${pattern}`),
    '-@all',
    ...commands.map((command) => `+${command}`),
  ].join(' ');
}

/**
 * The default user: off, so nobody can log in as it, and with all permissions. It needs them: when Redis loads its
 * append-only file it runs each transaction as this user and drops those it may not run, and what a script wrote with
 * more than one command is a transaction. Without them a restart loses acknowledged data (seen with Redis 7.0.15).
 */
const defaultUser = 'user default off resetpass ~* &* +@all';

/** SHA-256 of each accepted password of each user, 64 lower-case hexadecimal digits; two of them overlap in a rotation. */
export type PasswordDigests<Name extends string> = Readonly<Record<Name, readonly string[]>>;

/**
 * The text of a users.acl: every user with its passwords as digests, and the default user off.
 *
 * @throws Error if a user has no digest, or one that isn't 64 lower-case hexadecimal digits
 */
export function renderAclFile<Name extends string>(
  users: readonly AclUser<Name>[],
  passwordDigests: PasswordDigests<Name>,
): string {
  return renderAclUsers(users, (name) => digestsOf(name, passwordDigests[name]));
}

/**
 * The text of an ACL file, with the default user off.
 *
 * @param passwordsOf what stands for a user's passwords: digests, each after a `#`, or what is replaced by such
 */
export function renderAclUsers<Name extends string>(
  users: readonly AclUser<Name>[],
  passwordsOf: (name: Name) => string,
): string {
  const lines = users.map((user) => `user ${user.name} on ${passwordsOf(user.name)} ${renderAclRule(user)}`);
  return [defaultUser, ...lines].join('\n') + '\n';
}

function digestsOf(name: string, digests: readonly string[]): string {
  if (digests.length === 0 || digests.some((digest) => !/^[0-9a-f]{64}$/.test(digest))) {
    throw new Error(`users.acl: user '${name}' needs one or more SHA-256 digests of 64 hexadecimal digits`);
  }
  return digests.map((digest) => `#${digest}`).join(' ');
}

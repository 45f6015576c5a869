/**
 * Who may do what on a Redis platform: the ACL users as plain data, least privilege each.
 *
 * The key and channel patterns are those of `apps/redis/keys.ts`; the integration tests try every command of the
 * application as its user, and everything else as refused.
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
export interface AclUser {
  readonly name: SentinelPlatformUserName;
  /** Commands and subcommands (`client|setname`), lower case; everything else is refused. */
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

/** The api: caches, sessions, rate limits, locks; adds to the queue but never reads from it. */
const app: AclUser = {
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
  keys: ['cache:*', 'cache-lease:*', 'session:*', 'user-sessions:*', 'rate:*', 'orders-stream:*', 'lock:*'],
  channels: ['cache-invalidation', 'lock-released:*', 'events:*'],
};

/** The worker: consumes the queue, invalidates what its effects change, elects a leader. No sessions, no limits. */
const worker: AclUser = {
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
const gateway: AclUser = {
  name: 'gateway',
  commands: [...connectionCommands, 'command', 'eval', 'evalsha', 'hgetall', 'hset', 'expire'],
  keys: ['rate:*'],
};

/** The metrics exporter: figures of the server and of the queue, no contents. */
const exporter: AclUser = {
  name: 'exporter',
  commands: [
    ...connectionCommands,
    'config|get',
    'slowlog|get',
    'slowlog|len',
    'latency|latest',
    'latency|histogram',
    'client|list',
    'dbsize',
    'memory|usage',
    'type',
    'xlen',
    'xinfo|stream',
    'xinfo|groups',
    'xinfo|consumers',
    'zcard',
  ],
  readOnlyKeys: ['orders-stream:*'],
};

/** People and automation that run the platform: topology, persistence and diagnosis, but no contents of keys. */
const operator: AclUser = {
  name: 'operator',
  commands: [
    ...connectionCommands,
    'cluster',
    'acl|load',
    'acl|list',
    'acl|users',
    'acl|getuser',
    'acl|whoami',
    'acl|log',
    'acl|dryrun',
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
    'xinfo|stream',
    'xinfo|groups',
    'xinfo|consumers',
  ],
  readOnlyKeys: ['*'],
};

/** A replica towards its master. Source: the ACL page of the Redis documentation, "ACL rules for Sentinel and replicas". */
const replica: AclUser = { name: 'replica', commands: ['psync', 'replconf', 'ping'] };

/** All users, by name. */
export const aclUsers: Readonly<Record<RedisUserName, AclUser>> = { app, worker, gateway, exporter, operator, replica };

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

/** The permissions of a user as an ACL rule, without its passwords, whatever it could do before. */
export function renderAclRule(user: AclUser | Omit<AclUser, 'name'>): string {
  return `resetkeys ${renderPermissions(user)}`;
}

/** Keys, channels, then commands from `-@all` up: what a user may do that could do nothing before. */
export function renderPermissions({
  keys = [],
  readOnlyKeys = [],
  channels = [],
  commands,
}: AclUser | Omit<AclUser, 'name'>): string {
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
export type PasswordDigests<Name extends SentinelPlatformUserName> = Readonly<Record<Name, readonly string[]>>;

/**
 * The text of a users.acl: every user with its passwords as digests, and the default user off.
 *
 * @throws Error if a user has no digest, or one that isn't 64 lower-case hexadecimal digits
 */
export function renderAclFile(passwordDigests: PasswordDigests<RedisUserName>): string {
  return renderAclUsers(
    redisUserNames.map((name) => aclUsers[name]),
    (name) => digestsOf(name, passwordDigests),
  );
}

/** The same for a platform that Sentinels watch. @throws Error as `renderAclFile` does */
export function renderSentinelPlatformAclFile(passwordDigests: PasswordDigests<SentinelPlatformUserName>): string {
  return renderAclUsers([...redisUserNames.map((name) => aclUsers[name]), sentinelUser], (name) =>
    digestsOf(name, passwordDigests),
  );
}

/**
 * The text of an ACL file with users of one's choice, and the default user off.
 *
 * @param passwordsOf what stands for a user's passwords: digests, each after a `#`, or what is replaced by such
 */
export function renderAclUsers(
  users: readonly AclUser[],
  passwordsOf: (name: SentinelPlatformUserName) => string,
): string {
  const lines = users.map((user) => `user ${user.name} on ${passwordsOf(user.name)} ${renderAclRule(user)}`);
  return [defaultUser, ...lines].join('\n') + '\n';
}

function digestsOf(name: SentinelPlatformUserName, all: Readonly<Partial<PasswordDigests<SentinelPlatformUserName>>>) {
  const digests = all[name] ?? [];
  if (digests.length === 0 || digests.some((digest) => !/^[0-9a-f]{64}$/.test(digest))) {
    throw new Error(`users.acl: user '${name}' needs one or more SHA-256 digests of 64 hexadecimal digits`);
  }
  return digests.map((digest) => `#${digest}`).join(' ');
}

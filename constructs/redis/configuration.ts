/**
 * What every Redis of this project is told, as plain data: persistence, memory, cluster and client limits.
 *
 * Platforms render it at their own edge: `renderRedisConf` for processes and machines, chart values and
 * parameter groups elsewhere. Nothing in here knows where a node runs; see `local/` for that.
 */

/** One line of redis.conf: the directive's name and its arguments, unquoted. */
export type Directive = readonly [name: string, ...values: string[]];

/** An RDB snapshot is taken after `afterSeconds` if at least `changes` keys changed. */
export interface SnapshotRule {
  readonly afterSeconds: number;
  readonly changes: number;
}

/** How much of the recent past survives the loss of a process. */
export interface Persistence {
  /** How often the append-only file reaches the disk. @default 'everysec': at most one second of writes is lost */
  readonly appendFsync?: 'always' | 'everysec';
  /** RDB snapshots beside the append-only file; backups are made of them. @default 3600 s/1, 300 s/100, 60 s/10,000 */
  readonly snapshots?: readonly SnapshotRule[];
}

/** Settings of Redis Cluster. */
export interface ClusterMode {
  /**
   * Milliseconds without an answer after which a node counts as failing. A failover starts after it, so it bounds
   * how long writes to a shard pause when its master dies.
   * @default 15000, the default of Redis
   */
  readonly nodeTimeoutMilliseconds?: number;
}

/**
 * What a master demands of its replicas before it takes a write. A master that is cut off from them refuses writes, which
 * a failover would lose, as soon as it notices.
 */
export interface WriteQuorum {
  /** Replicas that must be in touch. */
  readonly replicas: number;
  /** Seconds since a replica was last heard of after which it doesn't count. */
  readonly maximumLagSeconds: number;
}

/** What one Redis node is told, wherever it runs. */
export interface RedisConfiguration {
  /** Bytes for data. Must leave room for fork, buffers and fragmentation; see `capacity.ts`. */
  readonly maxmemoryBytes: number;
  /** @default everysec and Redis' own snapshot rules */
  readonly persistence?: Persistence;
  /** Present for Redis Cluster, absent for Sentinel and standalone. @default - no cluster mode */
  readonly cluster?: ClusterMode;
  /** Connections a node accepts. @default 10000 */
  readonly maxClients?: number;
  /** Bytes of the replication stream kept for replicas that were away; a partial resync needs them. @default 16 MiB */
  readonly replicationBacklogBytes?: number;
  /** Where Sentinels decide over failover: without it a master that is cut off goes on for ever. @default - none */
  readonly writeQuorum?: WriteQuorum;
}

const mebibyte = 1024 * 1024;

/** Connections that a node accepts. */
export const defaultMaxClients = 10_000;

const defaultSnapshots: readonly SnapshotRule[] = [
  { afterSeconds: 3600, changes: 1 },
  { afterSeconds: 300, changes: 100 },
  { afterSeconds: 60, changes: 10_000 },
];

/**
 * The directives of a configuration, in a fixed order, so that two renderings can be compared line by line.
 *
 * - `volatile-lru`: only keys with a TTL (cache, sessions, limiters) may be evicted; streams and locks never.
 * - `cluster-require-full-coverage no`: losing one shard must not stop the others.
 * - `cluster-allow-replica-migration no`: replicas stay where the placement put them.
 * - `stop-writes-on-bgsave-error yes`: a node that can't persist must not accept data it would lose.
 */
export function redisDirectives(configuration: RedisConfiguration): Directive[] {
  return [
    ...memoryDirectives(configuration),
    ...persistenceDirectives(configuration.persistence ?? {}),
    ...replicationDirectives(configuration),
    ...(configuration.cluster ? clusterDirectives(configuration.cluster) : []),
    ...observabilityDirectives,
  ];
}

function memoryDirectives({ maxmemoryBytes, maxClients = defaultMaxClients }: RedisConfiguration): Directive[] {
  return [
    ['maxmemory', String(maxmemoryBytes)],
    ['maxmemory-policy', 'volatile-lru'],
    ['maxclients', String(maxClients)],
    ['timeout', '0'],
    ['tcp-keepalive', '60'],
    ['lazyfree-lazy-eviction', 'yes'],
    ['lazyfree-lazy-expire', 'yes'],
    ['lazyfree-lazy-server-del', 'yes'],
    ['replica-lazy-flush', 'yes'],
    ['activerehashing', 'yes'],
  ];
}

function persistenceDirectives({ appendFsync = 'everysec', snapshots = defaultSnapshots }: Persistence): Directive[] {
  return [
    ['appendonly', 'yes'],
    ['appendfsync', appendFsync],
    ['no-appendfsync-on-rewrite', 'no'],
    ['auto-aof-rewrite-percentage', '100'],
    ['auto-aof-rewrite-min-size', String(64 * mebibyte)],
    ['aof-load-truncated', 'yes'],
    ['aof-use-rdb-preamble', 'yes'],
    ...(snapshots.length === 0
      ? [['save', ''] as const]
      : snapshots.map(({ afterSeconds, changes }) => ['save', String(afterSeconds), String(changes)] as const)),
    ['stop-writes-on-bgsave-error', 'yes'],
    ['rdbcompression', 'yes'],
    ['rdbchecksum', 'yes'],
  ];
}

function replicationDirectives(configuration: RedisConfiguration): Directive[] {
  const { replicationBacklogBytes = 16 * mebibyte, writeQuorum } = configuration;
  return [
    ['repl-backlog-size', String(replicationBacklogBytes)],
    ['repl-diskless-sync', 'yes'],
    ['repl-diskless-sync-delay', '0'],
    ['replica-serve-stale-data', 'yes'],
    ['replica-read-only', 'yes'],
    ['client-output-buffer-limit', 'normal', '0', '0', '0'],
    ['client-output-buffer-limit', 'replica', String(256 * mebibyte), String(64 * mebibyte), '60'],
    ['client-output-buffer-limit', 'pubsub', String(32 * mebibyte), String(8 * mebibyte), '60'],
    ...(writeQuorum
      ? ([
          ['min-replicas-to-write', String(writeQuorum.replicas)],
          ['min-replicas-max-lag', String(writeQuorum.maximumLagSeconds)],
        ] as const)
      : []),
  ];
}

function clusterDirectives({ nodeTimeoutMilliseconds = 15_000 }: ClusterMode): Directive[] {
  return [
    ['cluster-enabled', 'yes'],
    ['cluster-node-timeout', String(nodeTimeoutMilliseconds)],
    ['cluster-require-full-coverage', 'no'],
    ['cluster-allow-reads-when-down', 'no'],
    ['cluster-allow-replica-migration', 'no'],
    ['cluster-migration-barrier', '1'],
  ];
}

const observabilityDirectives: readonly Directive[] = [
  ['latency-monitor-threshold', '100'],
  ['slowlog-log-slower-than', '10000'],
  ['slowlog-max-len', '512'],
];

/**
 * The text of a redis.conf: one directive a line, arguments quoted where Redis needs it.
 *
 * @throws Error if a value holds a line break, which would smuggle in another directive
 */
export function renderRedisConf(directives: readonly Directive[]): string {
  return directives.map((directive) => directive.map(quoteArgument).join(' ')).join('\n') + '\n';
}

function quoteArgument(argument: string): string {
  if (/[\r\n\0]/.test(argument)) {
    throw new Error(`redis.conf: the argument ${JSON.stringify(argument)} holds a line break; remove it`);
  }
  return /^[\w./:@%+*~&-]+$/.test(argument) ? argument : `"${argument.replace(/(["\\])/g, '\\$1')}"`;
}

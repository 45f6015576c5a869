/** What a client must know of a Redis platform; made from a `RedisEndpoint` or from a program's environment. */

/** A host name or address and its TCP port. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
}

interface CommonRedisSettings {
  readonly username: string;
  readonly password: string;
  /** PEM text of the authorities that sign the servers' certificates. @default - no TLS */
  readonly caCertificate?: string;
  /**
   * Longest time that a failover pauses writes to a shard, in milliseconds. Commands are retried for that long
   * before they fail.
   * @default 15000
   */
  readonly failoverMilliseconds?: number;
  /**
   * Most commands that a connection keeps without an answer, and most that the client keeps for servers it isn't connected
   * to. Further ones are refused at once.
   * @default 5000
   */
  readonly maximumCommands?: number;
  /** Shown by `CLIENT LIST`. Letters, digits, `-` and `_`. @default - none */
  readonly connectionName?: string;
}

/** A Redis Cluster, found through any of its nodes. */
export interface RedisClusterSettings extends CommonRedisSettings {
  readonly topology: 'cluster';
  readonly seeds: readonly RedisAddress[];
}

/** How Sentinels know a client. */
export interface SentinelLogin {
  /** @default - the user `default`, of Sentinels that have a password and no users */
  readonly username?: string;
  readonly password: string;
}

/** A master that Sentinels watch, found by its name. */
export interface RedisSentinelSettings extends CommonRedisSettings {
  readonly topology: 'sentinel';
  readonly sentinels: readonly RedisAddress[];
  readonly masterName: string;
  /** How to log in to the Sentinels. @default - as to the servers */
  readonly sentinelLogin?: SentinelLogin;
}

/** A single server. */
export interface RedisStandaloneSettings extends CommonRedisSettings {
  readonly topology: 'standalone';
  readonly address: RedisAddress;
}

/** Which Redis platform a client talks to, and as whom. */
export type RedisSettings = RedisClusterSettings | RedisSentinelSettings | RedisStandaloneSettings;

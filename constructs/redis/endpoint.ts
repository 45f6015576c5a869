/**
 * How clients reach a Redis platform: the one value every platform ends in.
 *
 * The application, the backups and the alerts are written against it alone and never ask which platform it is.
 */
import type { RedisUserName } from './acl';

/** A host name or address and its TCP port, as clients reach it. */
export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a password is kept. The password itself is never part of an endpoint. */
export interface PasswordFile {
  readonly kind: 'file';
  /** Path of a file of mode 0600 that holds the password and nothing else. */
  readonly path: string;
}

/** How a client proves who it is. */
export interface RedisCredentials {
  readonly username: RedisUserName;
  readonly password: PasswordFile;
}

/** What all endpoints have. */
interface EndpointBase {
  /** Name of the platform, the label `redis_cluster` of its metrics and alerts. */
  readonly clusterName: string;
  /** Path of the file with the certificates of the authorities that sign the servers' certificates; TLS is always on. */
  readonly caCertificateFile: string;
  /** One entry for every ACL user of the platform. */
  readonly credentials: Readonly<Record<RedisUserName, RedisCredentials>>;
  /**
   * Longest time that writes to one shard pause in a failover, in milliseconds; clients size their retries to it.
   */
  readonly failoverMilliseconds: number;
}

/** A Redis Cluster: any of the seeds tells the rest. */
export interface RedisClusterEndpoint extends EndpointBase {
  readonly topology: 'cluster';
  readonly seeds: readonly NetworkAddress[];
}

/** One master with replicas, watched by Sentinels. */
export interface RedisSentinelEndpoint extends EndpointBase {
  readonly topology: 'sentinel';
  readonly sentinels: readonly NetworkAddress[];
  readonly masterName: string;
}

/** One server without failover. */
export interface RedisStandaloneEndpoint extends EndpointBase {
  readonly topology: 'standalone';
  readonly address: NetworkAddress;
}

/** How clients reach a Redis platform, of whatever kind. */
export type RedisEndpoint = RedisClusterEndpoint | RedisSentinelEndpoint | RedisStandaloneEndpoint;

/**
 * How clients reach a Redis platform: the one value every platform ends in.
 *
 * The application, the backups and the alerts are written against it alone and never ask which platform it is.
 */
import type { RedisClientName } from './acl';

/** A host name or address and its TCP port, as clients reach it. */
export interface NetworkAddress {
  readonly host: string;
  readonly port: number;
}

/** A password in a file. The password itself is never part of an endpoint. */
export interface PasswordFile {
  readonly kind: 'file';
  /** Path of a file of mode 0600 that holds the password and nothing else. */
  readonly path: string;
}

/** A password that AWS keeps. Whoever runs a program makes a file of it. */
export interface SecretsManagerPassword {
  readonly kind: 'secrets-manager';
  /** ARN of the secret, a JSON object. */
  readonly secretArn: string;
  /** ARN as policies name the secret: by its name where that is known before the secret is there, else the ARN itself. */
  readonly arnPattern: string;
  /** Field of the object that holds the password. */
  readonly field: string;
}

/** A value that a Secret of Kubernetes holds: a password, or certificates. */
export interface KubernetesSecretValue {
  readonly kind: 'kubernetes-secret';
  readonly namespace: string;
  /** Name of the Secret. */
  readonly name: string;
  /** Key of the value in it. */
  readonly key: string;
}

/**
 * A token of 15 minutes, signed with the identity of whoever connects, takes the place of a password. The identity
 * needs `elasticache:Connect` on the cache and on the user.
 */
export interface IamToken {
  readonly kind: 'iam';
  /** Ends in the name that the token is made for: `…:replicationgroup:production-redis`. */
  readonly cacheArn: string;
  readonly userArn: string;
}

/** Where a password is kept, or what takes its place. */
export type RedisPassword = PasswordFile | SecretsManagerPassword | KubernetesSecretValue | IamToken;

/** How a client proves who it is. */
export interface RedisCredentials<Password extends RedisPassword = PasswordFile> {
  /** As the servers know the user: its name in the ACL, or on ElastiCache with IAM its id. */
  readonly username: string;
  readonly password: Password;
}

/** What all endpoints have. */
interface EndpointBase<Password extends RedisPassword> {
  /** Name of the platform, the label `redis_cluster` of its metrics and alerts. */
  readonly clusterName: string;
  /**
   * Path of the file with the certificates of the authorities that sign the servers' certificates; TLS is always on.
   * @default - authorities that everyone trusts
   */
  readonly caCertificateFile?: string;
  /**
   * Where these certificates are kept, in PEM, as long as they are in no file: whoever runs a program makes one.
   * @default - authorities that everyone trusts, or those of the file
   */
  readonly caCertificate?: SecretsManagerPassword | KubernetesSecretValue;
  /** One entry for every user that programs and people log in as. */
  readonly credentials: Readonly<Record<RedisClientName, RedisCredentials<Password>>>;
  /**
   * Longest time that writes to one shard pause in a failover, in milliseconds; clients size their retries to it.
   */
  readonly failoverMilliseconds: number;
}

/** A Redis Cluster: any of the seeds tells the rest. */
export interface RedisClusterEndpoint<Password extends RedisPassword = PasswordFile> extends EndpointBase<Password> {
  readonly topology: 'cluster';
  readonly seeds: readonly NetworkAddress[];
  /** TCP ports of nodes that the seeds name. @default - those of the seeds */
  readonly nodePorts?: readonly number[];
}

/** How Sentinels know their clients. */
export interface SentinelCredentials<Password extends RedisPassword = PasswordFile> {
  /** @default - the user `default`, of Sentinels that have a password and no users */
  readonly username?: string;
  readonly password: Password;
}

/** One master with replicas, watched by Sentinels. */
export interface RedisSentinelEndpoint<Password extends RedisPassword = PasswordFile> extends EndpointBase<Password> {
  readonly topology: 'sentinel';
  readonly sentinels: readonly NetworkAddress[];
  readonly masterName: string;
  /** How every client logs in to the Sentinels. @default - with its own credentials, as to the servers */
  readonly sentinelCredentials?: SentinelCredentials<Password>;
}

/** One server without failover. */
export interface RedisStandaloneEndpoint<Password extends RedisPassword = PasswordFile> extends EndpointBase<Password> {
  readonly topology: 'standalone';
  readonly address: NetworkAddress;
}

/** How clients reach a Redis platform, of whatever kind. What programs are told has files for passwords. */
export type RedisEndpoint<Password extends RedisPassword = PasswordFile> =
  RedisClusterEndpoint<Password> | RedisSentinelEndpoint<Password> | RedisStandaloneEndpoint<Password>;

/** Where AWS keeps a password, or what takes its place. */
export type ManagedRedisPassword = SecretsManagerPassword | IamToken;

/** A Redis Cluster that AWS runs. */
export type ManagedRedisEndpoint = RedisClusterEndpoint<ManagedRedisPassword>;

/** Servers of every platform, started as the platform starts them, and how their users log in. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { supportedCommands, type ElasticacheKind } from '../../../constructs/elasticache/access-string';
import {
  bitnamiClusterUsers,
  bitnamiSentinelUsers,
  renderClusterUsers,
  watchedUsers,
} from '../../../constructs/bitnami/users';
import {
  aclUsers,
  redisClientNames,
  redisUsers,
  sentinelPlatformUsers,
  type AclUser,
  type SentinelPlatformUserName,
} from '../../../constructs/redis/acl';
import { clusterUsers } from '../../../constructs/redis/cluster-users';
import { sentinelUsers } from '../../../constructs/redis/sentinel';
import { ComposeServers } from '../compose-servers';
import { eventually } from '../eventually';
import { startMachines } from '../machines';
import { startRedisCluster, type TestClusterOptions } from '../redis-cluster';
import { startStandaloneRedis } from '../redis-sentinel';
import { SentinelPods } from '../sentinel-pods';

/** A server, or a Sentinel, of a platform. */
export interface ProbedServer {
  readonly kind: 'redis' | 'sentinel';
  readonly port: number;
  /** Names of its users. */
  readonly users: readonly string[];
  /** Commands that any of them may send. */
  readonly commands: readonly string[];
}

export interface ProbedPlatform {
  /** A master first. */
  readonly servers: readonly [ProbedServer, ...ProbedServer[]];
  readonly caCertificate: string;
  password(user: string): string;
  stop(): Promise<unknown>;
}

const serverOf = (kind: ProbedServer['kind'], port: number, users: readonly AclUser<string>[]): ProbedServer => ({
  kind,
  port,
  users: users.map(({ name }) => name),
  commands: users.flatMap(({ commands }) => commands),
});

/** A shard alone: one server has all keys. */
async function clusterOf(
  users: readonly AclUser<string>[],
  lines?: TestClusterOptions['users'],
): Promise<ProbedPlatform> {
  const cluster = await startRedisCluster({ shards: 1, replicasPerShard: 1, ...(lines && { users: lines }) });
  return {
    servers: [serverOf('redis', cluster.nodes[0]?.port ?? 0, users)],
    caCertificate: cluster.settings('app').caCertificate ?? '',
    password: (user) => readFileSync(path.join(cluster.directory, 'secrets', `redis-${user}`), 'utf8').trim(),
    stop: () => cluster.stop(),
  };
}

const local = () => clusterOf(clusterUsers);

/** The local servers, with the users of pods. */
const bitnamiCluster = () => clusterOf(bitnamiClusterUsers, renderClusterUsers);

async function bitnamiSentinel(): Promise<ProbedPlatform> {
  const pods = await SentinelPods.start();
  const { password, caCertificate = '' } = pods.settings('app');
  const [redis = 0, sentinel = 0] = pods.ports;
  return {
    servers: [serverOf('redis', redis, watchedUsers), serverOf('sentinel', sentinel, bitnamiSentinelUsers)],
    caCertificate,
    password: () => password,
    stop: () => pods.stop(),
  };
}

async function machines(): Promise<ProbedPlatform> {
  const site = await startMachines();
  const [first] = site.platform.machines;
  return {
    servers: [
      serverOf('redis', first.redisPort, sentinelPlatformUsers),
      serverOf('sentinel', first.sentinelPort, sentinelUsers),
    ],
    caCertificate: site.settings('app').caCertificate ?? '',
    password: (user) => site.settings(user as SentinelPlatformUserName).password,
    stop: () => site.stop(),
  };
}

async function compose(): Promise<ProbedPlatform> {
  const servers = await ComposeServers.start();
  for (const name of servers.names) await eventually(() => servers.answers(name));
  return {
    servers: [serverOf('redis', servers.port('redis'), redisUsers)],
    caCertificate: readFileSync(servers.at('redis/ca.crt'), 'utf8'),
    password: servers.password,
    stop: () => servers.stop(),
  };
}

/** A server of one's own, whose users may do what their access strings at ElastiCache say. */
async function elasticache(kind: ElasticacheKind): Promise<ProbedPlatform> {
  const users = redisClientNames.map((name) => ({
    ...aclUsers[name],
    commands: supportedCommands(aclUsers[name], kind),
  }));
  const server = await startStandaloneRedis({ users });
  const { password, caCertificate = '', address } = server.settings;
  return {
    servers: [serverOf('redis', address.port, users)],
    caCertificate,
    password: () => password,
    stop: () => server.stop(),
  };
}

/** Starts a platform, by name. */
export const platforms: Readonly<Record<string, () => Promise<ProbedPlatform>>> = {
  local,
  'Bitnami, cluster': bitnamiCluster,
  'Bitnami, Sentinel': bitnamiSentinel,
  machines,
  'docker compose': compose,
  ElastiCache: () => elasticache('elasticache'),
  'ElastiCache, serverless': () => elasticache('elasticache-serverless'),
};

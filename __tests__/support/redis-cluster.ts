/** A real Redis Cluster with TLS and ACL for integration tests, made by the code that makes the local platform's. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { caFile, ensureCertificates } from '../../apps/local-platform/certificates';
import { runningPid } from '../../apps/local-platform/daemon';
import { convergeCluster } from '../../apps/local-platform/redis/cluster';
import {
  certificatesDirectory,
  nodeDaemon,
  secretsDirectory,
  type ClusterNode,
  type LocalRedisCluster,
} from '../../apps/local-platform/redis/layout';
import { startNode, stopNode, writeNodeConfiguration } from '../../apps/local-platform/redis/node';
import {
  ensureSecrets,
  readRedisPassword,
  redisSecretNames,
  userFile,
  writeRedisUserFiles,
  writeSecretFile,
} from '../../apps/local-platform/secret-files';
import type { RedisClusterSettings } from '../../apps/redis/settings';
import { renderLocalRedisConf } from '../../constructs/local/redis-configuration';
import type { ClusterUserName } from '../../constructs/redis/cluster-users';
import type { RedisConfiguration } from '../../constructs/redis/configuration';
import { freePorts } from './free-ports';

export interface TestCluster extends LocalRedisCluster {
  readonly nodes: readonly ClusterNode[];
  /** Client settings of an ACL user. */
  settings(user: ClusterUserName): RedisClusterSettings;
  /** Process id of a node, for kill -9 and SIGSTOP. */
  pid(name: string): number;
  /** Starts a node again that was killed. */
  restart(name: string): Promise<void>;
  /** Stops all nodes and removes their files. */
  stop(): Promise<void>;
}

const mebibyte = 1024 * 1024;

const testConfiguration: RedisConfiguration = {
  maxmemoryBytes: 64 * mebibyte,
  cluster: { nodeTimeoutMilliseconds: 2_000 },
};

export interface TestClusterOptions {
  readonly shards?: number;
  readonly replicasPerShard?: number;
  /** Whether the servers are made a cluster. @default true */
  readonly isFormed?: boolean;
  /**
   * Lines of users.acl, in the place of those of the same users.
   *
   * @param digestOf digest of a user's password, after a `#`; a user without one gets one
   * @default - none
   */
  readonly users?: (digestOf: (user: string) => string) => string;
  /** Name that servers tell others for themselves. @default - none */
  readonly hostname?: string;
}

/** Starts a cluster of `shards` masters with `replicasPerShard` replicas each on free ports. */
export async function startRedisCluster(options: TestClusterOptions = {}): Promise<TestCluster> {
  const { shards = 3, replicasPerShard = 1, isFormed = true, users = () => '', hostname = '' } = options;
  const directory = mkdtempSync(path.join(tmpdir(), 'redis-cluster-'));
  const nodes = await layOut(shards, replicasPerShard);
  ensureSecrets(secretsDirectory(directory), redisSecretNames);
  writeRedisUserFiles(secretsDirectory(directory));
  replaceUsers(directory, users);
  await ensureCertificates(
    certificatesDirectory(directory),
    nodes.map(({ name }) => name),
  );
  const cluster = testCluster(directory, nodes);
  const starts = await Promise.allSettled(
    nodes.map(async (node) => {
      const announced = hostname === '' ? '' : `cluster-announce-hostname ${hostname}\n`;
      writeNodeConfiguration(directory, node, renderLocalRedisConf(node, testConfiguration) + announced);
      await startNode(directory, node);
    }),
  );
  try {
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    if (isFormed) await convergeCluster({ directory, nodes }, () => undefined);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  return cluster;
}

function replaceUsers(directory: string, users: NonNullable<TestClusterOptions['users']>): void {
  const secrets = secretsDirectory(directory);
  const digestOf = (user: string) => {
    ensureSecrets(secrets, [`redis-${user}`]);
    const password = readFileSync(path.join(secrets, `redis-${user}`), 'utf8').trim();
    return `#${createHash('sha256').update(password).digest('hex')}`;
  };
  const lines = users(digestOf);
  const userOf = (line: string) => line.split(' ', 2).join(' ');
  const replaced = lines.split('\n').map(userOf);
  const kept = readFileSync(userFile(secrets), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !replaced.includes(userOf(line)));
  writeSecretFile(userFile(secrets), `${kept.join('\n')}\n${lines}`);
}

async function layOut(shards: number, replicasPerShard: number): Promise<ClusterNode[]> {
  const count = shards * (1 + replicasPerShard);
  const ports = await freePorts(2 * count);
  return Array.from({ length: count }, (_, index) => ({
    name: `redis-${index + 1}`,
    port: ports[2 * index] ?? 0,
    busPort: ports[2 * index + 1] ?? 0,
    shard: index % shards,
    startsAsMaster: index < shards,
  }));
}

function testCluster(directory: string, nodes: readonly ClusterNode[]): TestCluster {
  return {
    directory,
    nodes,
    settings: (user) => ({
      topology: 'cluster',
      seeds: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
      username: user,
      password: readRedisPassword(secretsDirectory(directory), user),
      caCertificate: readFileSync(caFile(certificatesDirectory(directory)), 'utf8'),
      failoverMilliseconds: 8_000,
    }),
    pid: (name) => {
      const pid = runningPid(nodeDaemon(directory, name));
      if (pid === undefined) throw new Error(`${name} is not running`);
      return pid;
    },
    restart: async (name) => {
      const node = nodes.find((candidate) => candidate.name === name);
      if (!node) throw new Error(`there is no node ${name}`);
      await startNode(directory, node);
      await convergeCluster({ directory, nodes }, () => undefined);
    },
    stop: async () => {
      await Promise.all(nodes.map((node) => stopNode(directory, node)));
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

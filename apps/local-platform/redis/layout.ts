/** Where the parts of a local Redis Cluster are kept, and which node starts in which role. */
import path from 'node:path';
import type { Daemon } from '../daemon';

/** A node of the cluster, as the stack declares it. */
export interface ClusterNode {
  /** Such as `redis-1`. */
  readonly name: string;
  /** TLS port on loopback. */
  readonly port: number;
  readonly busPort: number;
  /** Shard the node belongs to when the cluster is formed, from 0. Later the cluster itself knows best. */
  readonly shard: number;
  /** Whether the node starts as the shard's master. */
  readonly startsAsMaster: boolean;
}

/** A whole cluster on this machine. */
export interface LocalRedisCluster {
  /** Folder of the platform; `redis/<name>`, `certificates` and `secrets` are below it. */
  readonly directory: string;
  readonly nodes: readonly ClusterNode[];
}

export const secretsDirectory = (directory: string) => path.join(directory, 'secrets');
export const certificatesDirectory = (directory: string) => path.join(directory, 'certificates');

/** The process of a node. */
export function nodeDaemon(directory: string, name: string): Daemon {
  return { name, directory: path.join(directory, 'redis', name) };
}

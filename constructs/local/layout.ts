/** Where everything of a local platform is: folders, and a port for each process. */
import type { LocalEnvironment } from '../../environments/local-environment';

/** Folder of a local platform, relative to the checkout; git ignores it. */
export const localDirectory = '.local';

/** From the folder of a process, `.local/<group>/<name>`, back to `.local`. */
export const fromProcessFolder = '../..';

/** Offsets of the ports within the environment's block of 50. */
const offsets = {
  alertReceiver: 0,
  redis: 1,
  prometheus: 10,
  bus: 11,
  postgres: 20,
  exporter: 21,
  alertmanager: 30,
  api: 31,
  worker: 41,
} as const;

/** A Redis process: where it listens, and how it starts. */
export interface LocalRedisNodePlan {
  readonly name: string;
  readonly port: number;
  readonly busPort: number;
  readonly shard: number;
  readonly startsAsMaster: boolean;
}

/** An exporter beside a Redis process. */
export interface LocalExporterPlan {
  readonly name: string;
  readonly port: number;
  /** Its Redis process. */
  readonly node: LocalRedisNodePlan;
  /** Zone that the process is taken to be in: no two of a shard, and as many masters in each, as on real platforms. */
  readonly zone: string;
}

/** A process of the application. */
export interface LocalProcessPlan {
  readonly name: string;
  readonly port: number;
}

/** The Redis processes: first a master for each shard, then their replicas in the same order. */
export function redisNodes({ platform }: LocalEnvironment): LocalRedisNodePlan[] {
  return Array.from({ length: platform.shards * (1 + platform.replicasPerShard) }, (_, index) => ({
    name: `redis-${index + 1}`,
    port: platform.firstPort + offsets.redis + index,
    busPort: platform.firstPort + offsets.bus + index,
    shard: index % platform.shards,
    startsAsMaster: index < platform.shards,
  }));
}

/** An exporter for each Redis process. */
export function redisExporters(environment: LocalEnvironment): LocalExporterPlan[] {
  const { shards, firstPort } = environment.platform;
  return redisNodes(environment).map((node, index) => ({
    name: `exporter-${index + 1}`,
    port: firstPort + offsets.exporter + index,
    node,
    zone: `zone-${((node.shard + Math.floor(index / shards)) % shards) + 1}`,
  }));
}

/** The processes that watch and tell, with the port of each. */
export const watchers = ({ platform: { firstPort } }: LocalEnvironment) => ({
  prometheus: { name: 'prometheus', port: firstPort + offsets.prometheus },
  alertmanager: { name: 'alertmanager', port: firstPort + offsets.alertmanager },
  alertReceiver: { name: 'alert-receiver', port: firstPort + offsets.alertReceiver },
});

/** Port of Postgres. */
export const postgresPort = ({ platform }: LocalEnvironment) => platform.firstPort + offsets.postgres;

/** The processes of the api or of the worker. */
export function applicationProcesses(program: 'api' | 'worker', environment: LocalEnvironment): LocalProcessPlan[] {
  const { apiProcesses, workerProcesses } = environment.application;
  return Array.from({ length: program === 'api' ? apiProcesses : workerProcesses }, (_, index) => ({
    name: `${program}-${index + 1}`,
    port: environment.platform.firstPort + offsets[program] + index,
  }));
}

/** Containers of a laptop's platform, and where they keep what. */

export type ComposeTopology = 'single-node' | 'master-replica';

/** The same engine as in production, for a laptop. */
export const images = {
  redis: 'docker.io/valkey/valkey:8.1-alpine',
  postgres: 'docker.io/library/postgres:17-bookworm',
  /** Makes keys, certificates and passwords. */
  preparation: 'docker.io/library/alpine:3.22',
} as const;

/** Redis servers by the name of their container, which is in their certificate. The first one is the master. */
export const redisServers: Readonly<Record<ComposeTopology, readonly string[]>> = {
  'single-node': ['redis'],
  'master-replica': ['redis', 'redis-replica'],
};

/** Processes of the api, as two show what holds between them. The first one has a port of the laptop. */
export const apiProcesses = ['api-1', 'api-2'] as const;

export const ports = { redis: 6_379, postgres: 5_432, api: 8_080, worker: 8_081 } as const;

/** Folder in which a container finds its files. */
export const filesFolder = '/etc/redis-platform/files';

/** Numbers of the users in the images that read these files. */
export const users = { redis: 999, postgres: 999, programs: 65_532 } as const;

/** Mebibytes that a Redis server may take in all. */
export const redisMemoryMebibytes = 256;

/** Environments that the table is of. */
import type { TableEnvironment } from './table';

export const environments: readonly TableEnvironment[] = [
  {
    name: 'staging',
    platform: 'bitnami-cluster',
    title: 'Redis Cluster: `staging`, 3 shards, each a master and a replica',
  },
  {
    name: 'kubernetes',
    platform: 'bitnami-cluster',
    title: 'Redis Cluster: `kubernetes`, the same on a cluster without AWS',
  },
  {
    name: 'development',
    platform: 'bitnami-sentinel',
    title: 'Sentinel: `development`, a master, two replicas, three Sentinels',
  },
];

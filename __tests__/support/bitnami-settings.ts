/** Redis on Kubernetes, as tests want it. */
import type { BitnamiClusterSettings, BitnamiSentinelSettings } from '../../environments/bitnami-settings';
import type { BitnamiContext } from '../../environments/bitnami-rules';

const chartSource = { kind: 'mirror', registry: { kind: 'own' }, repository: 'mirror/charts' } as const;

/** What both kinds have. */
const shared = {
  images: {
    redis: {
      kind: 'mirror',
      registry: { kind: 'own' },
      repository: 'mirror/docker.io/library/redis',
      tag: '8.8.1-trixie',
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
    },
    exporter: {
      kind: 'mirror',
      registry: { kind: 'other', host: 'registry.example.com' },
      repository: 'mirror/docker.io/oliver006/redis_exporter',
      tag: 'v1.91.1',
    },
  },
  memoryMebibytes: 4_096,
  cpuMillicores: 500,
  volumeGibibytes: 40,
  appendFsync: 'everysec',
  terminationGracePeriodSeconds: 60,
  destruction: { kind: 'prevented' },
} as const;

const generations = { app: 1, worker: 1, gateway: 1, exporter: 1, operator: 1, replica: 1, keeper: 1 };

/** Settings that break no rule. */
export const bitnamiClusterTestSettings: BitnamiClusterSettings = {
  ...shared,
  kind: 'bitnami-cluster',
  chart: { version: '13.0.5', source: chartSource },
  shards: 3,
  replicasPerShard: 1,
  nodeTimeoutMilliseconds: 5_000,
  passwordGenerations: { ...generations, arranger: 1 },
};

/** Settings that break no rule. */
export const bitnamiSentinelTestSettings: BitnamiSentinelSettings = {
  ...shared,
  kind: 'bitnami-sentinel',
  chart: { version: '23.1.1', source: chartSource },
  nodes: 3,
  failover: {
    quorum: 2,
    downAfterMilliseconds: 5_000,
    failoverTimeoutMilliseconds: 15_000,
    writesWithoutReplicaSeconds: 10,
  },
  passwordGenerations: { ...generations, sentinel: 1 },
};

export const bitnamiTestContext: BitnamiContext = {
  environment: 'test',
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  datasetMebibytes: 4_000,
  redisNodes: { kind: 'dedicated', perZone: 2 },
};

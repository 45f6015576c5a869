/** Redis on Kubernetes, as tests want it. */
import type { BitnamiClusterSettings } from '../../environments/bitnami-settings';
import type { BitnamiContext } from '../../environments/bitnami-rules';

/** Settings that break no rule. */
export const bitnamiClusterTestSettings: BitnamiClusterSettings = {
  kind: 'bitnami-cluster',
  chart: {
    version: '13.0.5',
    source: { kind: 'mirror', registry: { kind: 'own' }, repository: 'mirror/charts' },
  },
  images: {
    redis: {
      kind: 'mirror',
      registry: { kind: 'own' },
      repository: 'mirror/docker.io/library/redis',
      tag: '8.2.1-bookworm',
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
    },
    exporter: {
      kind: 'mirror',
      registry: { kind: 'other', host: 'registry.example.com' },
      repository: 'mirror/docker.io/oliver006/redis_exporter',
      tag: 'v1.77.0',
    },
  },
  shards: 3,
  replicasPerShard: 1,
  nodeTimeoutMilliseconds: 5_000,
  memoryMebibytes: 4_096,
  cpuMillicores: 500,
  volumeGibibytes: 40,
  appendFsync: 'everysec',
  terminationGracePeriodSeconds: 60,
  monitoring: { kind: 'none', reason: 'a test has no Prometheus' },
  passwordGenerations: {
    app: 1,
    worker: 1,
    gateway: 1,
    exporter: 1,
    operator: 1,
    replica: 1,
    keeper: 1,
    arranger: 1,
  },
  destruction: { kind: 'prevented' },
};

export const bitnamiTestContext: BitnamiContext = {
  environment: 'test',
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  datasetMebibytes: 4_000,
  redisNodes: { kind: 'dedicated', instanceType: 'r7g.large', perZone: 2, volumeGibibytes: 30 },
};

/**
 * A Kubernetes cluster that exists, without AWS: the one that `KUBECONFIG` names, be it kind, k3d, your own or EKS.
 *
 * Bitnami's Redis Cluster on its own volumes, Postgres, the api and worker pair; passwords and certificates are made inside
 * the cluster. docs/guides/any-kubernetes-cluster.md says what the cluster must have.
 */
import { defaultPrograms } from './application-defaults';
import { defaultClusterServices } from './cluster-services-defaults';
import type { KubernetesEnvironment } from './kubernetes-environment';

const small = {
  requests: { cpuMillicores: 50, memoryMebibytes: 128 },
  limits: { cpuMillicores: 1_000, memoryMebibytes: 384 },
};

const source = {
  kind: 'upstream',
  reason: 'a cluster to try the platform on; mirror charts and images for one that others depend on',
} as const;

const destruction = { kind: 'allowed', reason: 'everything in it can be made again' } as const;

const generation = 1;

export const kubernetesEnvironment: KubernetesEnvironment = {
  name: 'kubernetes',
  platform: {
    kind: 'bitnami-cluster',
    chart: {
      version: '13.0.5',
      source: { kind: 'other', url: 'oci://registry-1.docker.io/bitnamicharts', reason: source.reason },
    },
    images: {
      redis: {
        kind: 'mirror',
        registry: { kind: 'other', host: 'docker.io' },
        repository: 'library/redis',
        tag: '8.8.1-trixie',
      },
      exporter: {
        kind: 'mirror',
        registry: { kind: 'other', host: 'docker.io' },
        repository: 'oliver006/redis_exporter',
        tag: 'v1.91.1',
      },
    },
    shards: 3,
    replicasPerShard: 1,
    nodeTimeoutMilliseconds: 5_000,
    memoryMebibytes: 1_024,
    cpuMillicores: 100,
    volumeGibibytes: 5,
    appendFsync: 'everysec',
    terminationGracePeriodSeconds: 60,
    passwordGenerations: {
      app: generation,
      worker: generation,
      gateway: generation,
      exporter: generation,
      operator: generation,
      replica: generation,
      keeper: generation,
      arranger: generation,
    },
    destruction,
  },
  capacity: { datasetMebibytes: 512 },
  kubernetes: {
    kind: 'existing',
    zones: ['a', 'b', 'c'],
    redisNodes: { kind: 'any', perZone: 2, reason: 'a cluster to try the platform on has no nodes for Redis alone' },
    // Of kind and k3d.
    storage: { provisioner: 'rancher.io/local-path', parameters: {}, expandable: false },
    addresses: { networkCidr: '0.0.0.0/0', serviceCidr: '10.96.0.0/12', apiPort: 6_443 },
  },
  terraformState: { kind: 'file' },
  clusterServices: {
    source,
    certManager: { kind: 'installed', ...defaultClusterServices.certManager },
    externalSecrets: { kind: 'installed', ...defaultClusterServices.externalSecrets },
  },
  backup: { kind: 'none', reason: 'everything in it can be made again' },
  database: {
    kind: 'single-server',
    reason: 'a cluster to try the platform on: orders wait while its node is away',
    image: 'docker.io/library/postgres:17-bookworm',
    database: 'application',
    memoryMebibytes: 512,
    cpuMillicores: 100,
    volumeGibibytes: 5,
    maximumConnections: 100,
    applicationPasswordGeneration: 1,
    destruction,
  },
  application: {
    ...defaultPrograms,
    image: {
      registry: 'registry.example.com',
      repository: 'redis-platform/application',
      version: { kind: 'immutable-tag', tag: '0.1.0' },
    },
    api: { replicas: 2, resources: small },
    worker: { replicas: 2, resources: small },
    sessionKeys: ['2026-11'],
    exercise: { kind: 'after-deployment', orders: 100, stampede: 200, timeoutSeconds: 300 },
    destruction,
  },
  tags: {},
};

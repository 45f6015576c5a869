/** Staging: Bitnami's Redis Cluster on EKS, over three zones of one region, as large as it has to be to test releases. */
import type { CloudEnvironment } from './cloud-environment';
import { defaultPrograms, defaultResources } from './application-defaults';
import { defaultChartSource, defaultImages } from './bitnami-defaults';
import { defaultClusterServices, defaultGateway } from './cluster-services-defaults';
import { defaultObservability } from './observability-defaults';

/** The account it lives in; AWS' own number for examples, to be replaced by yours. */
const accountId = '111122223333';

const region = 'us-east-1';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

const cidr = '10.50.0.0/16';

/** Name of the api, to be replaced by yours. */
const hostName = 'api.staging.example.com';

export const stagingEnvironment: CloudEnvironment = {
  name: 'staging',
  region,
  accountId,
  platform: {
    kind: 'bitnami-cluster',
    chart: { version: '13.0.5', source: defaultChartSource },
    images: defaultImages,
    shards: 3,
    replicasPerShard: 1,
    nodeTimeoutMilliseconds: 5_000,
    memoryMebibytes: 8_192,
    cpuMillicores: 1_000,
    volumeGibibytes: 60,
    appendFsync: 'everysec',
    terminationGracePeriodSeconds: 60,
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
  },
  capacity: { datasetMebibytes: 5 * 1024 },
  terraformState: { destruction: { kind: 'prevented' } },
  alerting: {
    topicSubscribers: { kind: 'email', addresses: ['redis-platform-alerts@example.com'] },
    receivers: {
      page: [{ kind: 'pagerduty', routingKeySecret: 'pagerduty' }],
      chat: [{ kind: 'slack', channel: '#redis-staging', webhookUrlSecret: 'slack' }],
      deadMansSwitch: [{ kind: 'webhook', urlSecret: 'dead-mans-switch' }],
    },
  },
  network: {
    cidr,
    zones,
    nat: { kind: 'per-zone' },
    interfaceEndpoints: { kind: 'private-nodes', also: [] },
    flowLogs: { retentionDays: 365, aggregationSeconds: 600, traffic: 'all' },
    destruction: { kind: 'prevented' },
  },
  kubernetes: {
    version: '1.35',
    support: 'standard',
    controlPlaneZones: zones,
    serviceCidr: '172.20.0.0/16',
    endpoint: { kind: 'private', privateCidrs: [] },
    access: { administrators: [`arn:aws:iam::${accountId}:role/deployment`], viewers: [] },
    logRetentionDays: 365,
    nodeImage: { kind: 'latest' },
    // They hold all autoscaling maxima with a zone lost, for $357 a month on demand in us-east-1: 4 pods each of gateway,
    // api and worker. More need larger nodes: those of production cost twice as much.
    generalNodes: { instanceType: 'm7g.large', perZone: 2, volumeGibibytes: 50 },
    // One pod of Redis on each: a master and a replica in every zone.
    redisNodes: { kind: 'dedicated', instanceType: 'r7g.large', perZone: 2, volumeGibibytes: 30 },
    addOnVersions: {},
    destruction: { kind: 'prevented' },
  },
  clusterServices: {
    ...defaultClusterServices,
    gateway: {
      ...defaultGateway,
      maximumReplicas: 4,
      // Who is in the network or connected to it; the rest of the world after a decision of its own.
      loadBalancer: { kind: 'internal', clientCidrs: [cidr] },
      hostNames: [hostName],
      certificate: { kind: 'platform' },
    },
  },
  observability: {
    ...defaultObservability,
    // Of the commit that is deployed, to be replaced by yours.
    runbooksUrl: 'https://git.example.com/redis-platform/blob/main/docs/runbooks',
  },
  backup: { kind: 'none', reason: 'the source of truth is Postgres, and its data here are copies' },
  database: {
    engine: {
      kind: 'rds',
      majorVersion: 17,
      instanceClass: 'db.t4g.medium',
      storageGibibytes: 50,
      maximumStorageGibibytes: 200,
      availability: { kind: 'multi-zone' },
    },
    database: 'application',
    backupRetentionDays: 14,
    backupWindow: '05:30-06:30',
    maintenanceWindow: 'sun:07:00-sun:08:00',
    minorUpgrades: { kind: 'automatic' },
    majorUpgrade: { kind: 'refused' },
    changes: 'in-maintenance-window',
    insights: 'standard',
    monitoringSeconds: 60,
    slowStatementMilliseconds: 500,
    logRetentionDays: 365,
    applicationPasswordGeneration: 1,
    destruction: { kind: 'prevented' },
  },
  application: {
    ...defaultPrograms,
    image: {
      registry: `${accountId}.dkr.ecr.${region}.amazonaws.com`,
      repository: 'redis-platform/application',
      version: { kind: 'immutable-tag', tag: '0.1.0' },
    },
    hostName,
    gatewayRateLimit: { kind: 'by-client', requestsPerSecond: 100, burst: 500 },
    api: { replicas: { minimum: 3, maximum: 4 }, cpuUtilizationPercent: 60, resources: defaultResources },
    worker: { replicas: { minimum: 3, maximum: 4 }, queueDepthPerReplica: 500, resources: defaultResources },
    sessionKeys: ['2026-11'],
    exercise: { kind: 'after-deployment', orders: 100, stampede: 200, timeoutSeconds: 300 },
    destruction: { kind: 'prevented' },
  },
  tags: { project: 'redis-platform' },
};

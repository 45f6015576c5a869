/** Production: ElastiCache in cluster mode, over three zones of one region. */
import type { CloudEnvironment } from './cloud-environment';
import { defaultPrograms, defaultResources } from './application-defaults';
import { defaultClusterServices, defaultGateway } from './cluster-services-defaults';
import { defaultObservability } from './observability-defaults';

/** The account it lives in; AWS' own number for examples, to be replaced by yours. */
const accountId = '111122223333';

const region = 'us-east-1';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

const cidr = '10.40.0.0/16';

/** Name of the api, to be replaced by yours. */
const hostName = 'api.production.example.com';

export const productionEnvironment: CloudEnvironment = {
  name: 'production',
  region,
  accountId,
  platform: {
    kind: 'elasticache',
    engine: { kind: 'valkey', version: '8.1' },
    nodes: { kind: 'memory', nodeType: 'cache.r7g.large' },
    // Two replicas: while one zone is lost, each shard still has a second copy.
    size: { kind: 'fixed', shards: 3, replicasPerShard: 2 },
    seed: { kind: 'empty' },
    globalDatastore: { kind: 'none' },
    users: {
      app: { kind: 'password', rotationDays: 30 },
      worker: { kind: 'password', rotationDays: 30 },
      gateway: { kind: 'password', rotationDays: 30 },
      exporter: { kind: 'password', rotationDays: 90 },
      // People: a token of 15 minutes instead of a password.
      operator: { kind: 'iam' },
    },
    snapshotRetentionDays: 7,
    privateName: { kind: 'private-zone', zone: 'production.redis-platform.internal' },
    destruction: { kind: 'prevented' },
    addresses: 'ipv4',
    snapshotWindow: '02:00-03:00',
    maintenanceWindow: 'sun:04:00-sun:05:00',
    minorUpgrades: 'automatic',
    disruptiveChanges: 'in-maintenance-window',
    logRetentionDays: 365,
  },
  capacity: { datasetMebibytes: 20 * 1024 },
  terraformState: { destruction: { kind: 'prevented' } },
  alerting: {
    topicSubscribers: { kind: 'email', addresses: ['redis-platform-alerts@example.com'] },
    receivers: {
      page: [{ kind: 'pagerduty', routingKeySecret: 'pagerduty' }],
      chat: [{ kind: 'slack', channel: '#redis-production', webhookUrlSecret: 'slack' }],
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
    // Sized for all autoscaling maxima with a zone lost. On demand in us-east-1 these six cost $715 a month, twice as much
    // as m7g.large, which hold 4 pods each of gateway, api and worker; `npm run plan:capacity` shows it.
    generalNodes: { instanceType: 'm7g.xlarge', perZone: 2, volumeGibibytes: 50 },
    redisNodes: { kind: 'none' },
    addOnVersions: {},
    destruction: { kind: 'prevented' },
  },
  clusterServices: {
    ...defaultClusterServices,
    gateway: {
      ...defaultGateway,
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
  backup: {
    kind: 'snapshot-export',
    everyHours: 6,
    // Away from the daily snapshot of ElastiCache itself, which is made from two to three.
    dailyHourUtc: 0,
    minute: 20,
    keepDays: { hourly: 7, daily: 35, monthly: 400 },
    keepSnapshotDays: 2,
    recoverDeletedDays: 30,
    timeoutMinutes: 90,
    logRetentionDays: 365,
    objectLock: { kind: 'locked', mode: 'governance', days: 7 },
    replica: { kind: 'other-region', region: 'us-west-2' },
    destruction: { kind: 'prevented' },
  },
  database: {
    engine: {
      kind: 'rds',
      majorVersion: 17,
      instanceClass: 'db.r7g.large',
      storageGibibytes: 100,
      maximumStorageGibibytes: 500,
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
    api: { replicas: { minimum: 3, maximum: 12 }, cpuUtilizationPercent: 60, resources: defaultResources },
    worker: { replicas: { minimum: 3, maximum: 12 }, queueDepthPerReplica: 500, resources: defaultResources },
    sessionKeys: ['2026-11'],
    exercise: { kind: 'after-deployment', orders: 100, stampede: 200, timeoutSeconds: 300 },
    destruction: { kind: 'prevented' },
  },
  tags: { project: 'redis-platform' },
};

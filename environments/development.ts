/** Development: Bitnami's Redis with Sentinels on EKS; small, and everything in it may be destroyed. */
import type { CloudEnvironment } from './cloud-environment';
import { defaultPrograms, defaultResources } from './application-defaults';
import { defaultChartSource, defaultImages } from './bitnami-defaults';
import { defaultClusterServices, defaultGateway } from './cluster-services-defaults';
import { defaultObservability } from './observability-defaults';

/** The account it lives in; AWS' own number for examples, to be replaced by yours. */
const accountId = '111122223333';

const region = 'us-east-1';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];

const cidr = '10.60.0.0/16';

/** Name of the api, to be replaced by yours. */
const hostName = 'api.development.example.com';

export const developmentEnvironment: CloudEnvironment = {
  name: 'development',
  region,
  accountId,
  platform: {
    kind: 'bitnami-sentinel',
    chart: { version: '23.1.1', source: defaultChartSource },
    images: defaultImages,
    nodes: 3,
    failover: {
      quorum: 2,
      downAfterMilliseconds: 5_000,
      failoverTimeoutMilliseconds: 15_000,
      writesWithoutReplicaSeconds: 10,
    },
    memoryMebibytes: 2_048,
    cpuMillicores: 250,
    volumeGibibytes: 20,
    appendFsync: 'everysec',
    terminationGracePeriodSeconds: 60,
    passwordGenerations: {
      app: 1,
      worker: 1,
      gateway: 1,
      exporter: 1,
      operator: 1,
      replica: 1,
      sentinel: 1,
      keeper: 1,
    },
    destruction: { kind: 'allowed', reason: 'everything in it can be made anew' },
  },
  capacity: { datasetMebibytes: 1024 },
  terraformState: { destruction: { kind: 'allowed', reason: 'everything in it can be made anew' } },
  alerting: {
    topicSubscribers: { kind: 'email', addresses: ['redis-platform-alerts@example.com'] },
    receivers: {
      page: [{ kind: 'slack', channel: '#redis-development', webhookUrlSecret: 'slack' }],
      chat: [{ kind: 'slack', channel: '#redis-development', webhookUrlSecret: 'slack' }],
      deadMansSwitch: [{ kind: 'webhook', urlSecret: 'dead-mans-switch' }],
    },
  },
  network: {
    cidr,
    zones,
    nat: { kind: 'single', zone: 'us-east-1a', reason: 'an hour without a way out holds up no customer' },
    interfaceEndpoints: { kind: 'private-nodes', also: [] },
    flowLogs: { retentionDays: 30, aggregationSeconds: 600, traffic: 'all' },
    destruction: { kind: 'allowed', reason: 'everything in it can be made anew' },
  },
  kubernetes: {
    version: '1.35',
    support: 'standard',
    controlPlaneZones: zones,
    serviceCidr: '172.20.0.0/16',
    endpoint: { kind: 'private', privateCidrs: [] },
    access: { administrators: [`arn:aws:iam::${accountId}:role/deployment`], viewers: [] },
    logRetentionDays: 30,
    nodeImage: { kind: 'latest' },
    // They hold all autoscaling maxima with a zone lost, for $357 a month on demand in us-east-1: 4 pods each of gateway,
    // api and worker. More need larger nodes: those of production cost twice as much.
    generalNodes: { instanceType: 'm7g.large', perZone: 2, volumeGibibytes: 50 },
    redisNodes: { kind: 'dedicated', instanceType: 'r7g.medium', perZone: 1, volumeGibibytes: 30 },
    addOnVersions: {},
    destruction: { kind: 'allowed', reason: 'everything in it can be made anew' },
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
    prometheus: { ...defaultObservability.prometheus, replicas: 1, retentionDays: 14, volumeGibibytes: 20 },
    logs: { ...defaultObservability.logs, retentionDays: 7 },
    destruction: { kind: 'allowed', reason: 'everything in it can be made anew' },
  },
  backup: { kind: 'none', reason: 'everything in it can be made anew' },
  database: {
    engine: {
      kind: 'rds',
      majorVersion: 17,
      instanceClass: 'db.t4g.medium',
      storageGibibytes: 20,
      maximumStorageGibibytes: 50,
      availability: { kind: 'single-zone', reason: 'an hour without it holds up no customer' },
    },
    database: 'application',
    backupRetentionDays: 1,
    backupWindow: '05:30-06:30',
    maintenanceWindow: 'sun:07:00-sun:08:00',
    minorUpgrades: { kind: 'automatic' },
    majorUpgrade: { kind: 'refused' },
    changes: 'in-maintenance-window',
    insights: 'standard',
    monitoringSeconds: 60,
    slowStatementMilliseconds: 500,
    logRetentionDays: 30,
    applicationPasswordGeneration: 1,
    destruction: { kind: 'allowed', reason: 'everything in it can be made anew' },
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
    api: { replicas: { minimum: 2, maximum: 4 }, cpuUtilizationPercent: 60, resources: defaultResources },
    worker: { replicas: { minimum: 2, maximum: 4 }, queueDepthPerReplica: 500, resources: defaultResources },
    sessionKeys: ['2026-11'],
    exercise: { kind: 'after-deployment', orders: 100, stampede: 200, timeoutSeconds: 300 },
    destruction: { kind: 'allowed', reason: 'everything in it can be made anew' },
  },
  tags: { project: 'redis-platform' },
};

/** Environments with the members of unions that no shipped environment has, each by what is special about it. */
import { furtherServices } from '../../constructs/network/endpoint-services';
import type { EnvironmentInput } from '../../environments/environment';
import { developmentEnvironment } from '../../environments/development';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { auroraEngine } from './database-settings';
import { serverlessTestSettings } from './elasticache-serverless';
import { machinesTestSettings } from './machines-settings';

const production = productionEnvironment;
const { zones } = production.network;
const noBackup = { kind: 'none', reason: 'not what is tested' } as const;
const inAllZones = { machines: zones.map((zone) => ({ zone, generation: 1 })) };
const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/12345678-1234-1234-1234-123456789012';

/** By name; every one is valid. Clusters of ElastiCache have a table of their own. */
export const environmentVariants: Readonly<Record<string, EnvironmentInput>> = {
  'ElastiCache Serverless': {
    ...production,
    platform: serverlessTestSettings,
    capacity: { datasetMebibytes: 5_000 },
    backup: noBackup,
  },
  machines: {
    ...production,
    platform: { ...machinesTestSettings, ...inAllZones },
    capacity: { datasetMebibytes: 5_000 },
    backup: noBackup,
  },
  'Aurora, provisioned': {
    ...production,
    database: { ...production.database, engine: { ...auroraEngine, zones: zones.slice(0, 2) } },
  },
  'Aurora, serverless': {
    ...production,
    database: {
      ...production.database,
      engine: {
        ...auroraEngine,
        zones: zones.slice(0, 2),
        storage: 'io-optimized',
        capacity: { kind: 'serverless', minimumUnits: 0.5, maximumUnits: 128 },
      },
    },
  },
  'public endpoint, internet gateway, viewers, pinned nodes': {
    ...stagingEnvironment,
    kubernetes: {
      ...stagingEnvironment.kubernetes,
      endpoint: { kind: 'public-allow-list', privateCidrs: ['10.0.0.0/16'], publicCidrs: ['198.51.100.7/32'] },
      access: {
        ...stagingEnvironment.kubernetes.access,
        viewers: ['arn:aws:iam::444455556666:role/people/support'],
      },
      nodeImage: { kind: 'release', version: '1.50.0-9a1b2c3d' },
    },
    clusterServices: {
      ...stagingEnvironment.clusterServices,
      gateway: {
        ...stagingEnvironment.clusterServices.gateway,
        loadBalancer: { kind: 'internet', reason: 'the api is for everyone' },
        certificate: { kind: 'acm', certificateArn },
      },
    },
  },
  'one NAT gateway and no interface endpoints': {
    ...developmentEnvironment,
    network: {
      ...developmentEnvironment.network,
      nat: { kind: 'single', zone: 'us-east-1a', reason: 'not what is tested' },
      interfaceEndpoints: { kind: 'none', reason: 'calls to AWS leave by NAT' },
    },
  },
  'every further endpoint': {
    ...production,
    network: { ...production.network, interfaceEndpoints: { kind: 'private-nodes', also: furtherServices } },
  },
  'nobody subscribed, no replica, no lock': {
    ...production,
    alerting: { ...production.alerting, topicSubscribers: noBackup },
    backup:
      production.backup.kind === 'none' ? noBackup : { ...production.backup, objectLock: noBackup, replica: noBackup },
  },
};

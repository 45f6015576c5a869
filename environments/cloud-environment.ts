/** An environment in AWS. */
import { z } from 'zod';
import { admittedBlockViolations } from '../constructs/network/access-list-limits';
import type { Violation } from '../constructs/validation/violations';
import { admittedBlocks } from './admitted-blocks';
import { alertingSettings, alertingViolations } from './alerting-settings';
import { applicationDeploymentSettings, applicationDeploymentViolations } from './application-deployment-settings';
import { backupSettings, backupViolations } from './backup-settings';
import { clusterServicesSettings, clusterServicesViolations } from './cluster-services-settings';
import { bitnamiViolations } from './bitnami-rules';
import { bitnamiClusterSettings, bitnamiSentinelSettings } from './bitnami-settings';
import { commonSettings, datasetMebibytes } from './common-settings';
import { databaseSettings, databaseViolations } from './database-settings';
import { elasticacheServerlessViolations, elasticacheViolations, type ElasticacheContext } from './elasticache-rules';
import { elasticacheServerlessSettings, elasticacheSettings } from './elasticache-settings';
import type { DeepReadonly } from './environment';
import { kubernetesSettings, kubernetesViolations } from './kubernetes-settings';
import { machinesSettings, machinesViolations } from './machines-settings';
import { networkSettings, networkViolations } from './network-settings';
import { nodeCapacityViolations } from './node-capacity-rules';
import { observabilitySettings, observabilityViolations } from './observability-settings';
import { terraformStateSettings } from './terraform-state-settings';

/** Which Redis platform the environment runs on. Each member has its own settings and no other's. */
const platform = z.discriminatedUnion('kind', [
  elasticacheSettings,
  elasticacheServerlessSettings,
  bitnamiClusterSettings,
  bitnamiSentinelSettings,
  machinesSettings,
]);

export const cloudEnvironmentSchema = z.strictObject({
  ...commonSettings,
  /** AWS region, such as `us-east-1`. */
  region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/),
  /** AWS account the environment lives in, 12 digits. Credentials of any other are refused. */
  accountId: z.string().regex(/^\d{12}$/),
  platform,
  capacity: z.strictObject({ datasetMebibytes }),
  terraformState: terraformStateSettings,
  alerting: alertingSettings,
  network: networkSettings,
  kubernetes: kubernetesSettings,
  clusterServices: clusterServicesSettings,
  observability: observabilitySettings,
  backup: backupSettings,
  database: databaseSettings,
  application: applicationDeploymentSettings,
});

export type CloudEnvironment = DeepReadonly<z.output<typeof cloudEnvironmentSchema>>;

/** What is wrong with settings that each are right. */
export function cloudViolations(environment: CloudEnvironment, today: Date): Violation[] {
  const { network, kubernetes, clusterServices, backup, database, application, region, accountId } = environment;
  const { zones, cidr } = network;
  const ofNetwork = networkViolations(network, { region });
  // What is inside a network is checked once there is one.
  if (ofNetwork.length > 0) return ofNetwork;
  const violations = [
    ...kubernetesViolations(kubernetes, {
      account: { region },
      network: { cidr, zones: zones.map((zone) => ({ zone })) },
      today,
    }),
    ...clusterServicesViolations(clusterServices, { account: { accountId, region } }),
    ...admittedBlockViolations(cidr, admittedBlocks(environment)),
    ...alertingViolations(environment.alerting),
    ...observabilityViolations(environment.observability),
    ...redisViolations(environment),
    ...backupViolations(backup, { region }),
    ...snapshotsAreOfElasticache(environment),
    ...databaseViolations(database, { zones }),
    ...applicationDeploymentViolations(application, {
      database,
      zones,
      gatewayHostNames: clusterServices.gateway.hostNames,
    }),
  ];
  // What is placed on nodes follows from all other settings: it is checked once they are right.
  return violations.length > 0 ? violations : nodeCapacityViolations(environment);
}

function redisViolations(environment: CloudEnvironment): Violation[] {
  const { platform: settings, network, capacity } = environment;
  switch (settings.kind) {
    case 'elasticache':
      return elasticacheViolations(settings, elasticacheContext(environment));
    case 'elasticache-serverless':
      return elasticacheServerlessViolations(settings, elasticacheContext(environment));
    case 'bitnami-cluster':
    case 'bitnami-sentinel':
      return bitnamiViolations(settings, {
        environment: environment.name,
        zones: network.zones,
        datasetMebibytes: capacity.datasetMebibytes,
        redisNodes: environment.kubernetes.redisNodes,
      });
    case 'machines':
      return machinesViolations(settings, { zones: network.zones, datasetMebibytes: capacity.datasetMebibytes });
  }
}

function elasticacheContext({ name, region, network, capacity, backup }: CloudEnvironment): ElasticacheContext {
  return {
    account: { environment: name, region },
    zones: network.zones,
    datasetMebibytes: capacity.datasetMebibytes,
    backup: backup.kind,
    addresses: ['ipv4'],
  };
}

/** The schedule asks ElastiCache for snapshots. */
function snapshotsAreOfElasticache({ platform: { kind }, backup }: CloudEnvironment): Violation[] {
  return backup.kind === 'none' || kind === 'elasticache' || kind === 'elasticache-serverless'
    ? []
    : [
        {
          setting: 'backup.kind',
          value: backup.kind,
          expected: `none on ${kind}: ElastiCache alone makes such snapshots`,
          remedy: "Set backup to { kind: 'none', reason }",
        },
      ];
}

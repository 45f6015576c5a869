/** An environment in AWS. */
import { z } from 'zod';
import type { Violation } from '../constructs/validation/violations';
import { alertingSettings } from './alerting-settings';
import { backupSettings, backupViolations } from './backup-settings';
import { commonSettings, datasetMebibytes } from './common-settings';
import { databaseSettings, databaseViolations } from './database-settings';
import { elasticacheServerlessViolations, elasticacheViolations, type ElasticacheContext } from './elasticache-rules';
import { elasticacheServerlessSettings, elasticacheSettings } from './elasticache-settings';
import type { DeepReadonly } from './environment';
import { kubernetesSettings, kubernetesViolations } from './kubernetes-settings';
import { networkSettings, networkViolations } from './network-settings';
import { terraformStateSettings } from './terraform-state-settings';

/** Which Redis platform the environment runs on. Each member has its own settings and no other's. */
const platform = z.discriminatedUnion('kind', [elasticacheSettings, elasticacheServerlessSettings]);

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
  backup: backupSettings,
  database: databaseSettings,
});

export type CloudEnvironment = DeepReadonly<z.output<typeof cloudEnvironmentSchema>>;

/** What is wrong with settings that each are right. */
export function cloudViolations(environment: CloudEnvironment, today: Date): Violation[] {
  const { name, network, kubernetes, backup, database, region } = environment;
  const { zones, cidr } = network;
  const ofNetwork = networkViolations(network, { region });
  // What is inside a network is checked once there is one.
  if (ofNetwork.length > 0) return ofNetwork;
  return [
    ...kubernetesViolations(kubernetes, {
      account: { region },
      network: { cidr, zones: zones.map((zone) => ({ zone })) },
      today,
    }),
    ...redisViolations(environment, {
      account: { environment: name, region },
      zones,
      datasetMebibytes: environment.capacity.datasetMebibytes,
      backup: backup.kind,
      addresses: ['ipv4'],
    }),
    ...backupViolations(backup, { region }),
    ...databaseViolations(database, { zones }),
  ];
}

function redisViolations({ platform: settings }: CloudEnvironment, context: ElasticacheContext): Violation[] {
  return settings.kind === 'elasticache'
    ? elasticacheViolations(settings, context)
    : elasticacheServerlessViolations(settings, context);
}

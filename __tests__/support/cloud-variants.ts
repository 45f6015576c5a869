/** Environments that together have every platform of Redis in AWS and every engine of the database. */
import { developmentEnvironment } from '../../environments/development';
import type { EnvironmentInput } from '../../environments/environment';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { auroraEngine } from './database-settings';
import { serverlessTestSettings } from './elasticache-serverless';
import { machinesTestSettings } from './machines-settings';

const { zones } = productionEnvironment.network;
const smaller = { capacity: { datasetMebibytes: 5_000 } };
const noBackup = { backup: { kind: 'none', reason: 'snapshots of its own are kept' } } as const;

/** By platform and engine. */
export const cloudVariants: Readonly<Record<string, EnvironmentInput>> = {
  'elasticache, rds': productionEnvironment,
  'elasticache, aurora': {
    ...productionEnvironment,
    database: { ...productionEnvironment.database, engine: { ...auroraEngine, zones: zones.slice(0, 2) } },
  },
  'elasticache-serverless, rds': {
    ...productionEnvironment,
    ...smaller,
    ...noBackup,
    platform: serverlessTestSettings,
  },
  'machines, rds': {
    ...productionEnvironment,
    ...smaller,
    ...noBackup,
    platform: { ...machinesTestSettings, machines: zones.map((zone) => ({ zone, generation: 1 })) },
  },
  'bitnami-cluster, rds': stagingEnvironment,
  'bitnami-sentinel, rds': developmentEnvironment,
};

/** Settings of databases for tests. */
import type { NetworkValue } from '../../constructs/network/network';
import type { AuroraEngine, DatabaseSettings, RdsEngine } from '../../environments/database-settings';

export const rdsEngine: RdsEngine = {
  kind: 'rds',
  majorVersion: 18,
  instanceClass: 'db.r7g.large',
  storageGibibytes: 100,
  maximumStorageGibibytes: 500,
  availability: { kind: 'multi-zone' },
};

export const auroraEngine: AuroraEngine = {
  kind: 'aurora',
  majorVersion: 17,
  zones: ['eu-central-1a', 'eu-central-1b'],
  capacity: { kind: 'provisioned', instanceClass: 'db.r8g.xlarge' },
  storage: 'standard',
};

/** Capacity of Aurora that grows and shrinks. */
export const serverless = (minimumUnits: number, maximumUnits: number): AuroraEngine => ({
  ...auroraEngine,
  capacity: { kind: 'serverless', minimumUnits, maximumUnits },
});

/** Settings that break no rule. */
export const rdsSettings: DatabaseSettings = {
  engine: rdsEngine,
  database: 'application',
  backupRetentionDays: 14,
  backupWindow: '02:00-03:00',
  maintenanceWindow: 'sun:04:00-sun:05:00',
  minorUpgrades: { kind: 'automatic' },
  majorUpgrade: { kind: 'refused' },
  changes: 'in-maintenance-window',
  insights: 'standard',
  monitoringSeconds: 60,
  slowStatementMilliseconds: 500,
  logRetentionDays: 365,
  applicationPasswordGeneration: 1,
  destruction: { kind: 'prevented' },
};

const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];

export const testNetwork: NetworkValue = {
  vpcId: 'vpc-1',
  cidr: '10.0.0.0/16',
  zones: zones.map((zone) => ({
    zone,
    privateSubnetId: `subnet-private-${zone}`,
    databaseSubnetId: `subnet-database-${zone}`,
    publicSubnetId: `subnet-public-${zone}`,
  })),
};

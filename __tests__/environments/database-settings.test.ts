import { violationsOf } from '../../constructs/validation/schema-violations';
import {
  databaseSettings,
  databaseViolations,
  serverConnections,
  type DatabaseContext,
  type DatabaseSettings,
} from '../../environments/database-settings';
import { auroraEngine, rdsEngine, rdsSettings, serverless } from '../support/database-settings';

const reason = 'it can be made anew from the events';
const zones = ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'];
const auroraSettings: DatabaseSettings = { ...rdsSettings, engine: auroraEngine };

function schemaViolations(input: unknown): string[] {
  const { error } = databaseSettings.safeParse(input);
  return error === undefined ? [] : violationsOf(error, databaseSettings, input).map(({ setting }) => setting);
}

describe('settings by themselves', () => {
  test.each<[string, unknown]>([
    ['RDS', rdsSettings],
    ['RDS in one zone, with a reason', withRds({ availability: { kind: 'single-zone', reason } })],
    ['Aurora', auroraSettings],
    ['Aurora, serverless', { ...rdsSettings, engine: serverless(0.5, 16) }],
    ['Aurora without a price for I/O', withAurora({ storage: 'io-optimized' })],
    ['minor upgrades by hand, with a reason', { ...rdsSettings, minorUpgrades: { kind: 'manual', reason } }],
    ['a major upgrade, with a reason', { ...rdsSettings, majorUpgrade: { kind: 'allowed', reason } }],
    ['destruction, with a reason', { ...rdsSettings, destruction: { kind: 'allowed', reason } }],
  ])('%s is taken', (_, input) => {
    expect(databaseSettings.parse(input)).toEqual(input);
  });

  test.each<[string, unknown, string]>([
    ['an unknown engine', { ...rdsSettings, engine: { kind: 'mysql' } }, 'engine.kind'],
    ["a setting of the other engine's", withRds({ capacity: auroraEngine.capacity }), 'engine.capacity'],
    ['an unknown setting', { ...rdsSettings, databaseName: 'x' }, 'databaseName'],
    ['a version that RDS has no more', withRds({ majorVersion: 12 }), 'engine.majorVersion'],
    ['a version that Aurora does not have', withAurora({ majorVersion: 18 }), 'engine.majorVersion'],
    ['an unknown class', withRds({ instanceClass: 'db.t2.micro' }), 'engine.instanceClass'],
    ['less storage than gp3 has', withRds({ storageGibibytes: 19 }), 'engine.storageGibibytes'],
    ['more storage than RDS has', withRds({ maximumStorageGibibytes: 65_537 }), 'engine.maximumStorageGibibytes'],
    ['one zone without a reason', withRds({ availability: { kind: 'single-zone' } }), 'engine.availability.reason'],
    ['Aurora in one zone', withAurora({ zones: ['eu-central-1a'] }), 'engine.zones'],
    ['a zone that is a region', withAurora({ zones: ['eu-central-1', 'eu-central-1a'] }), 'engine.zones.0'],
    ['a third of a unit', { ...rdsSettings, engine: serverless(0.7, 4) }, 'engine.capacity.minimumUnits'],
    ['more units than there are', { ...rdsSettings, engine: serverless(1, 257) }, 'engine.capacity.maximumUnits'],
    ['unknown storage', withAurora({ storage: 'fast' }), 'engine.storage'],
    ['a database name that Postgres would fold', { ...rdsSettings, database: 'Application' }, 'database'],
    ["a database of RDS' own", { ...rdsSettings, database: 'rdsadmin' }, 'database'],
    ['no backups', { ...rdsSettings, backupRetentionDays: 0 }, 'backupRetentionDays'],
    ['more backups than RDS keeps', { ...rdsSettings, backupRetentionDays: 36 }, 'backupRetentionDays'],
    ['a backup window with a day', { ...rdsSettings, backupWindow: 'sun:02:00-sun:03:00' }, 'backupWindow'],
    ['a backup window past the day', { ...rdsSettings, backupWindow: '23:30-24:00' }, 'backupWindow'],
    ['a maintenance window of every day', { ...rdsSettings, maintenanceWindow: '04:00-05:00' }, 'maintenanceWindow'],
    ['manual upgrades without a reason', { ...rdsSettings, minorUpgrades: { kind: 'manual' } }, 'minorUpgrades.reason'],
    ['a major upgrade without a reason', { ...rdsSettings, majorUpgrade: { kind: 'allowed' } }, 'majorUpgrade.reason'],
    ['changes at some time', { ...rdsSettings, changes: 'later' }, 'changes'],
    ['unknown insights', { ...rdsSettings, insights: 'none' }, 'insights'],
    ['no monitoring', { ...rdsSettings, monitoringSeconds: 0 }, 'monitoringSeconds'],
    ['a log of every statement', { ...rdsSettings, slowStatementMilliseconds: 0 }, 'slowStatementMilliseconds'],
    ['a log kept as long as CloudWatch does not offer', { ...rdsSettings, logRetentionDays: 31 }, 'logRetentionDays'],
    ['no password', { ...rdsSettings, applicationPasswordGeneration: 0 }, 'applicationPasswordGeneration'],
    ['destruction without a reason', { ...rdsSettings, destruction: { kind: 'allowed' } }, 'destruction.reason'],
  ])('%s is refused', (_, input, setting) => {
    expect(schemaViolations(input)).toEqual([setting]);
  });
});

describe('rules over several settings', () => {
  test.each<[string, DatabaseSettings, DatabaseContext]>([
    ['RDS', rdsSettings, { zones }],
    ['Aurora', auroraSettings, { zones }],
    ['windows that touch', { ...rdsSettings, maintenanceWindow: 'sun:03:00-sun:04:00' }, { zones }],
    ['storage that can grow by a tenth', withRds({ maximumStorageGibibytes: 110 }), { zones }],
    ['units that stay', { ...rdsSettings, engine: serverless(8, 8) }, { zones }],
    ['as many connections as there are', rdsSettings, { zones, connections: 1_622 }],
  ])('%s break none', (_, settings, context) => {
    expect(databaseViolations(settings, context)).toEqual([]);
  });

  test.each<[string, DatabaseSettings, Partial<DatabaseContext>, string, unknown, RegExp]>([
    [
      'a backup window that is too short',
      { ...rdsSettings, backupWindow: '02:00-02:29' },
      {},
      'database.backupWindow',
      '02:00-02:29',
      /30 minutes or more/,
    ],
    [
      'a maintenance window that is none',
      { ...rdsSettings, maintenanceWindow: 'sun:04:00-sun:04:00' },
      {},
      'database.maintenanceWindow',
      'sun:04:00-sun:04:00',
      /30 minutes or more/,
    ],
    [
      'windows that overlap',
      { ...rdsSettings, maintenanceWindow: 'tue:02:59-tue:03:59' },
      {},
      'database.maintenanceWindow',
      'tue:02:59-tue:03:59',
      /no minute in common with database\.backupWindow \(02:00-03:00/,
    ],
    [
      'windows that overlap over midnight, at the end of the week',
      { ...rdsSettings, backupWindow: '23:45-00:30', maintenanceWindow: 'mon:00:00-mon:01:00' },
      {},
      'database.maintenanceWindow',
      'mon:00:00-mon:01:00',
      /no minute in common/,
    ],
    [
      'storage that cannot grow by a tenth',
      withRds({ maximumStorageGibibytes: 109 }),
      {},
      'database.engine.maximumStorageGibibytes',
      109,
      /at least 110/,
    ],
    [
      'a class that Aurora does not have',
      withAurora({ capacity: { kind: 'provisioned', instanceClass: 'db.m7g.large' } }),
      {},
      'database.engine.capacity.instanceClass',
      'db.m7g.large',
      /^one of: db\.t4g\.medium, .*db\.r8g\.16xlarge$/,
    ],
    [
      'units the wrong way round',
      { ...rdsSettings, engine: serverless(8, 4) },
      {},
      'database.engine.capacity.maximumUnits',
      4,
      /at least 8/,
    ],
    [
      'a maximum that Aurora does not take',
      { ...rdsSettings, engine: serverless(0.5, 0.5) },
      {},
      'database.engine.capacity.maximumUnits',
      0.5,
      /at least 1: 1/,
    ],
    ['one zone', rdsSettings, { zones: zones.slice(0, 1) }, 'network.zones', zones.slice(0, 1), /2 zones or more/],
    [
      'a zone that the network does not have',
      withAurora({ zones: ['eu-central-1a', 'eu-central-1d'] }),
      {},
      'database.engine.zones',
      'eu-central-1d',
      /zones of the network/,
    ],
    [
      'a zone twice',
      withAurora({ zones: ['eu-central-1a', 'eu-central-1a'] }),
      {},
      'database.engine.zones',
      'eu-central-1a',
      /each once/,
    ],
    [
      'more connections than RDS has',
      rdsSettings,
      { connections: 1_623 },
      'database.engine.instanceClass',
      'db.r7g.large',
      /1623 connections.*this one has 1622/,
    ],
    [
      'more connections than a server of Aurora has',
      auroraSettings,
      { connections: 4_000 },
      'database.engine.capacity.instanceClass',
      'db.r8g.xlarge',
      /has 3244/,
    ],
    [
      'more connections than a small serverless server has',
      { ...rdsSettings, engine: serverless(0.5, 64) },
      { connections: 2_001 },
      'database.engine.capacity.maximumUnits',
      64,
      /has 2000/,
    ],
  ])('%s is told', (_, settings, context, setting, value, expected) => {
    expect(databaseViolations(settings, { zones, ...context })).toEqual([
      { setting, value, expected: expect.stringMatching(expected) as string, remedy: expect.any(String) as string },
    ]);
  });

  test('no server has more connections than RDS allows', () => {
    expect(serverConnections(withRds({ instanceClass: 'db.r8g.16xlarge' }))).toBe(5_000);
  });
});

function withRds(change: object): DatabaseSettings {
  return { ...rdsSettings, engine: { ...rdsEngine, ...change } };
}

function withAurora(change: object): DatabaseSettings {
  return { ...rdsSettings, engine: { ...auroraEngine, ...change } };
}

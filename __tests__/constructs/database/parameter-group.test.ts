import { parameterGroup } from '../../../constructs/database/parameter-group';
import type { DatabaseSettings } from '../../../environments/database-settings';
import { auroraEngine, rdsEngine, rdsSettings } from '../../support/database-settings';
import { testAccount } from '../../support/synthesized-construct';

const groupOf = (settings: DatabaseSettings) => parameterGroup(testAccount, settings);

test.each<[DatabaseSettings['engine'], string]>([
  [rdsEngine, 'postgres18'],
  [{ ...rdsEngine, majorVersion: 15 }, 'postgres15'],
  [auroraEngine, 'aurora-postgresql17'],
])('the family follows from engine and version', (engine, family) => {
  const group = groupOf({ ...rdsSettings, engine });
  expect(group.family).toBe(family);
  expect(group.name).toMatch(new RegExp(`^test-${family}-[0-9a-f]{8}$`));
});

test.each<[string, DatabaseSettings['engine'], string]>([
  ['by default on RDS', rdsEngine, 'pending-reboot'],
  ['by default on RDS 15', { ...rdsEngine, majorVersion: 15 }, 'pending-reboot'],
  ['by default on Aurora 17', auroraEngine, 'pending-reboot'],
  ['at once on Aurora 16, which admits them', { ...auroraEngine, majorVersion: 16 }, 'immediate'],
])('connections without TLS are refused: %s', (_, engine, applyMethod) => {
  expect(groupOf({ ...rdsSettings, engine }).parameter).toContainEqual({
    name: 'rds.force_ssl',
    value: '1',
    applyMethod,
  });
});

test('a group in use keeps its name: how parameters are applied is no part of it', () => {
  expect(groupOf(rdsSettings).name).toBe('test-postgres18-926d71e8');
});

test('parameters are in the order of AWS, so that a plan shows a change only where there is one', () => {
  const names = groupOf(rdsSettings).parameter.map(({ name }) => name);
  expect(names).toEqual([...names].sort());
});

test('a change of content is another group, made before the old one goes', () => {
  const slower = groupOf({ ...rdsSettings, slowStatementMilliseconds: 1_000 });
  expect(slower.name).not.toBe(groupOf(rdsSettings).name);
  expect(slower.lifecycle).toEqual({ createBeforeDestroy: true });
});

test('a change of something else is not', () => {
  expect(groupOf({ ...rdsSettings, backupRetentionDays: 1, engine: { ...rdsEngine, storageGibibytes: 50 } })).toEqual(
    groupOf(rdsSettings),
  );
});

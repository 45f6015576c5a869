/** Every alarm of CloudWatch that any stack makes. */
import { alarmAlerts, alarmDescription } from '../../../../constructs/observability/alarms/announcement';
import { developmentEnvironment } from '../../../../environments/development';
import { productionEnvironment } from '../../../../environments/production';
import { machinesTestSettings } from '../../../support/machines-settings';
import { synthesize } from '../../../support/synthesized';

const backup = { kind: 'none', reason: 'a test of alarms' } as const;

const alarms = [
  productionEnvironment,
  developmentEnvironment,
  {
    ...productionEnvironment,
    platform: {
      ...machinesTestSettings,
      machines: productionEnvironment.network.zones.map((zone) => ({ zone, generation: 1 })),
    },
    capacity: { datasetMebibytes: 5_000 },
    backup,
  },
].flatMap((environment) =>
  Object.values(synthesize(environment).stacks).flatMap(({ resource }) =>
    Object.values(resource.aws_cloudwatch_metric_alarm ?? {}).map((alarm): Readonly<Record<string, unknown>> => ({
      ...alarm,
    })),
  ),
);

test('every alarm says how bad it is, what it is called, and where its runbook is', () => {
  expect(alarms.length).toBeGreaterThan(100);
  const form = /^(?:critical|warning): ([A-Z]\w+): [^\n]+\. Runbook: docs\/runbooks\/[a-z-]+\.md$/;
  const unlike = alarms.filter(({ alarm_description: text }) => !form.test(String(text)));
  expect(unlike).toEqual([]);
});

test('every alarm tells of its end, to the same topic', () => {
  for (const { alarm_actions: actions, ok_actions: ok } of alarms) {
    expect(ok).toHaveLength(1);
    expect(actions).toEqual(expect.arrayContaining(ok as unknown[]));
  }
});

test('there is no name of an alert without an alarm', () => {
  const used = new Set(alarms.map(({ alarm_description: text }) => /^\w+: (\w+):/.exec(String(text))?.[1]));
  // Serverless caches alone.
  const ofServerless = ['RedisAccessRefused'];
  expect([...used, ...ofServerless].sort()).toEqual([...alarmAlerts].sort());
});

test('a description', () => {
  expect(alarmDescription({ severity: 'critical', alert: 'BackupTooOld', says: 'no backup succeeded' })).toBe(
    'critical: BackupTooOld: no backup succeeded. Runbook: docs/runbooks/backup-too-old.md',
  );
});

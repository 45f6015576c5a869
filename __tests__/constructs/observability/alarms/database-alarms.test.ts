import { DatabaseAlarms } from '../../../../constructs/observability/alarms/database-alarms';
import type { DatabaseSettings } from '../../../../environments/database-settings';
import { auroraEngine, rdsEngine, rdsSettings, serverless } from '../../../support/database-settings';
import { resourcesOf, synthesizeConstruct, testAccount, type Arguments } from '../../../support/synthesized-construct';

const topicArn = 'arn:aws:sns:eu-central-1:111122223333:test-alarms';

function synthesize(engine: DatabaseSettings['engine'], instances = ['test-postgres']) {
  return synthesizeConstruct(
    (scope) =>
      new DatabaseAlarms(scope, 'alarms', {
        account: testAccount,
        settings: { ...rdsSettings, engine },
        instances,
        resources: [{ fqn: 'aws_db_instance.server' }],
        topicArn,
      }),
  );
}

const alarmsOf = (engine: DatabaseSettings['engine'], instances?: string[]): Record<string, Arguments> =>
  Object.fromEntries(
    Object.values(resourcesOf(synthesize(engine, instances), 'aws_cloudwatch_metric_alarm')).map((alarm) => [
      String(alarm.alarm_name),
      alarm,
    ]),
  );

const common = ['connections', 'cpu', 'read-latency', 'transaction-ids', 'write-latency'];

test.each<[string, DatabaseSettings['engine'], string[]]>([
  ['RDS', rdsEngine, ['memory', 'storage']],
  ['RDS on a small server', { ...rdsEngine, instanceClass: 'db.t4g.medium' }, ['memory', 'storage', 'cpu-credits']],
  ['Aurora', auroraEngine, ['memory', 'replica-lag']],
  ['Aurora, serverless', serverless(2, 16), ['capacity', 'replica-lag']],
])('%s has alarms for what can go wrong with it', (_, engine, own) => {
  expect(Object.keys(alarmsOf(engine)).sort()).toEqual(
    [...common, ...own].map((name) => `test-postgres-${name}`).sort(),
  );
});

test('each is about a server that exists, and tells when it is over', () => {
  const alarms = Object.entries(alarmsOf(auroraEngine, ['a', 'b']));
  expect(alarms).toHaveLength(14);
  for (const [name, alarm] of alarms) {
    expect(alarm).toMatchObject({
      namespace: 'AWS/RDS',
      dimensions: { DBInstanceIdentifier: name.charAt(0) },
      alarm_actions: [topicArn],
      ok_actions: [topicArn],
      depends_on: ['aws_db_instance.server'],
    });
  }
});

test('a server that tells nothing is down', () => {
  const breaching = Object.entries(alarmsOf(rdsEngine)).filter(([, alarm]) => alarm.treat_missing_data === 'breaching');
  expect(breaching.map(([name]) => name)).toEqual(['test-postgres-cpu']);
});

test('thresholds follow from the size', () => {
  const gibibyte = 1024 ** 3;
  expect(alarmsOf(rdsEngine)).toMatchObject({
    'test-postgres-memory': { threshold: Math.floor(1.6 * gibibyte), comparison_operator: 'LessThanThreshold' },
    'test-postgres-storage': { threshold: 8 * gibibyte, comparison_operator: 'LessThanThreshold' },
    'test-postgres-connections': { threshold: 1_297, comparison_operator: 'GreaterThanThreshold' },
  });
});

test.each<[string, DatabaseSettings['engine'], Record<string, unknown>]>([
  ['RDS', rdsEngine, { 'db-instance': ['test-postgres'] }],
  ['Aurora', auroraEngine, { 'db-instance': ['test-postgres'], 'db-cluster': ['test-postgres'] }],
])('%s tells of its events', (_, engine, sources) => {
  const subscriptions = Object.values(resourcesOf(synthesize(engine), 'aws_db_event_subscription'));
  expect(Object.fromEntries(subscriptions.map(({ source_type: type, source_ids: ids }) => [type, ids]))).toEqual(
    sources,
  );
  for (const { event_categories: categories, sns_topic: topic, depends_on: server } of subscriptions) {
    expect(server).toEqual(['aws_db_instance.server']);
    expect(categories).toEqual(expect.arrayContaining(['deletion', 'failover', 'failure']));
    expect(topic).toBe(topicArn);
  }
});

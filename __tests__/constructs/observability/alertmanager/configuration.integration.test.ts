import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { alertmanagerConfiguration } from '../../../../constructs/observability/alertmanager/configuration';
import type { Receivers, ReceiverTarget } from '../../../../constructs/observability/alertmanager/receivers';
import { alertsOf } from '../../../../constructs/observability/rules/rules';
import { startAlertmanager, type RunningAlertmanager } from '../../../support/alertmanager';
import { eventually } from '../../../support/eventually';
import { freePorts } from '../../../support/free-ports';
import { testPlatform } from '../../../support/promtool';

const secret = (name: string) => `/etc/alertmanager/secrets/receivers/${name}`;

/** One of each kind. Alertmanager 0.25 takes the URL of a webhook from no file yet, so that kind is not among them. */
const targets: readonly ReceiverTarget[] = [
  { kind: 'pagerduty', routingKeyFile: secret('pagerduty') },
  { kind: 'slack', channel: '#redis', webhookUrlFile: secret('slack') },
  {
    kind: 'email',
    to: ['one@example.com', 'two@example.com'],
    from: 'alerts@example.com',
    smarthost: 'mail.example.com:587',
    username: 'alerts',
    passwordFile: secret('email'),
  },
];

const receivers: Receivers = {
  page: targets,
  chat: targets,
  deadMansSwitch: [{ kind: 'webhook', url: 'http://127.0.0.1:9/' }],
};

const rules = alertsOf(testPlatform);
const configuration = alertmanagerConfiguration({ receivers, rules, pace: { speed: 1 } });

const directory = mkdtempSync(path.join(tmpdir(), 'alertmanager-'));
const file = path.join(directory, 'alertmanager.json');
let alertmanager: RunningAlertmanager;

beforeAll(async () => {
  writeFileSync(file, JSON.stringify(configuration));
  const [port = 0] = await freePorts(1);
  // Receivers that nobody is behind, and soon.
  const quick = {
    page: receivers.deadMansSwitch,
    chat: receivers.deadMansSwitch,
    deadMansSwitch: receivers.deadMansSwitch,
  };
  alertmanager = await startAlertmanager(
    alertmanagerConfiguration({ receivers: quick, rules, pace: { speed: 60 } }),
    port,
  );
});

afterAll(() => {
  alertmanager.stop();
  rmSync(directory, { recursive: true });
});

const amtool = (...parts: readonly string[]) => execFileSync('amtool', parts, { encoding: 'utf8', stdio: 'pipe' });

test('Alertmanager takes it', () => {
  expect(amtool('check-config', file)).toContain('SUCCESS');
});

/** @throws if the labels go anywhere else */
function expectRoute(receiver: string, labels: Readonly<Record<string, string>>): void {
  const given = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
  expect(() =>
    amtool('config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${receiver}`, ...given),
  ).not.toThrow();
}

test.each([
  ['page', { alertname: 'RedisDown', severity: 'critical' }],
  ['chat', { alertname: 'RedisMemoryHigh', severity: 'warning' }],
  ['dead-mans-switch', { alertname: 'DeadMansSwitch', severity: 'none' }],
  ['nobody', { alertname: 'InfoInhibitor', severity: 'none' }],
  ['nobody', { alertname: 'CPUThrottlingHigh', severity: 'info' }],
  ['chat', { alertname: 'SomebodyElses' }],
  ['chat', { alertname: 'SomebodyElses', severity: 'major' }],
])('%s is told of %j', (receiver, labels) => {
  expectRoute(receiver, labels);
});

test('a route that is wrong is found', () => {
  expect(() =>
    amtool('config', 'routes', 'test', `--config.file=${file}`, '--verify.receivers=page', 'severity=warning'),
  ).toThrow();
});

test.each([...new Map(rules.map((rule) => [`${rule.alert} ${rule.severity}`, rule])).entries()])(
  '%s reaches somebody',
  (_, { alert, severity }) => {
    expectRoute({ critical: 'page', warning: 'chat', none: 'dead-mans-switch' }[severity], {
      alertname: alert,
      severity,
    });
  },
);

test('everything secret is named by a file', () => {
  const fields = JSON.stringify(configuration.receivers).match(/"\w*(?:key|password|api_url|token)\w*":/g);
  expect([...new Set(fields)].sort()).toEqual(['"api_url_file":', '"auth_password_file":', '"routing_key_file":']);
});

test('the dead man hears of it each minute, a page comes in seconds', () => {
  const [deadMansSwitch, , page] = configuration.route.routes;
  expect(deadMansSwitch).toMatchObject({ group_wait: '1s', group_interval: '60s', repeat_interval: '50s' });
  expect(page).toMatchObject({ group_wait: '10s', repeat_interval: '3600s' });
  expect(configuration.route.group_by).toEqual(['namespace', 'alertname', 'redis_cluster']);
});

const labels = (alertname: string, severity: string, others: Readonly<Record<string, string>> = {}) => ({
  ...{ alertname, severity, namespace: 'redis', redis_cluster: 'test-redis' },
  ...others,
});

/** Raises alerts and tells which of them are silent. */
async function silentAmong(raised: readonly Readonly<Record<string, string>>[]): Promise<readonly string[]> {
  const id = `case-${Math.random()}`;
  const marked = raised.map((alert) => ({ ...alert, redis_cluster: `${alert.redis_cluster ?? ''}-${id}` }));
  await alertmanager.raise(marked);
  const listed = async () =>
    (await alertmanager.list()).filter((alert) => alert.labels.redis_cluster?.endsWith(id) === true);
  await eventually(async () => {
    const all = await listed();
    return all.length === raised.length && all.every(({ status }) => status.state !== 'unprocessed');
  });
  return (await listed())
    .filter(({ status }) => status.state === 'suppressed')
    .map((alert) => `${alert.labels.alertname ?? ''} ${alert.labels.severity ?? ''}`)
    .sort();
}

test('a server that is down explains what follows from it, and nothing more', async () => {
  await expect(
    silentAmong([
      labels('RedisDown', 'critical', { pod: 'redis-0' }),
      labels('RedisReplicaMissing', 'warning', { pod: 'redis-4' }),
      labels('RedisReplicaLinkDown', 'warning', { pod: 'redis-4' }),
      labels('RedisReplicationLag', 'warning', { pod: 'redis-4' }),
      labels('RedisMastersShareZone', 'warning', { zone: 'b' }),
      labels('RedisClusterDown', 'critical'),
      labels('RedisReplicaMissing', 'critical', { pod: 'redis-5' }),
      labels('RedisMemoryHigh', 'warning', { pod: 'redis-1' }),
    ]),
  ).resolves.toEqual([
    'RedisMastersShareZone warning',
    'RedisReplicaLinkDown warning',
    'RedisReplicaMissing warning',
    'RedisReplicationLag warning',
  ]);
});

test('the application is in another namespace, and its alerts are explained as well', async () => {
  const application = { namespace: 'application' };
  await expect(
    silentAmong([
      labels('RedisClusterDown', 'critical'),
      labels('RedisSlotsUncovered', 'critical'),
      labels('CacheErrors', 'warning', application),
      labels('ApiErrorBudgetBurn', 'critical', { ...application, slo: 'api-availability', window: '1h' }),
      labels('WorkerDown', 'critical', application),
    ]),
  ).resolves.toEqual(['ApiErrorBudgetBurn critical', 'CacheErrors warning', 'RedisSlotsUncovered critical']);
});

test('a worker that is down explains why orders are late, and nothing of the api', async () => {
  await expect(
    silentAmong([
      labels('WorkerDown', 'critical'),
      labels('QueueDelayBudgetBurn', 'critical', { slo: 'queue-delay', window: '1h' }),
      labels('ApiErrorBudgetBurn', 'critical', { slo: 'api-availability', window: '1h' }),
      labels('CacheErrorBudgetBurn', 'warning', { slo: 'cache-availability', window: '1d' }),
    ]),
  ).resolves.toEqual(['QueueDelayBudgetBurn critical']);
});

test('where nothing watches Redis itself, its clients explain what follows', async () => {
  await expect(
    silentAmong([
      labels('RedisUnreachable', 'critical'),
      labels('ApiErrorBudgetBurn', 'critical', { slo: 'api-availability', window: '1h' }),
      labels('RateLimiterOnFallback', 'warning'),
      labels('WorkerDown', 'critical'),
    ]),
  ).resolves.toEqual(['ApiErrorBudgetBurn critical', 'RateLimiterOnFallback warning']);
});

test('another platform is another matter', async () => {
  await expect(
    silentAmong([
      { ...labels('RedisDown', 'critical', { pod: 'redis-0' }), redis_cluster: 'other-redis' },
      labels('RedisReplicaMissing', 'warning', { pod: 'redis-4' }),
    ]),
  ).resolves.toEqual([]);
});

test('what is critical is not told as a warning too, but that of another pod is', async () => {
  await expect(
    silentAmong([
      labels('RedisMemoryHigh', 'critical', { pod: 'redis-0' }),
      labels('RedisMemoryHigh', 'warning', { pod: 'redis-0' }),
      labels('RedisMemoryHigh', 'warning', { pod: 'redis-1' }),
    ]),
  ).resolves.toEqual(['RedisMemoryHigh warning']);
  await expect(
    silentAmong([
      labels('ApiErrorBudgetBurn', 'critical', { slo: 'api-availability', window: '6h' }),
      labels('ApiErrorBudgetBurn', 'warning', { slo: 'api-availability', window: '3d' }),
    ]),
  ).resolves.toEqual(['ApiErrorBudgetBurn warning']);
});

test('every alert that explains another is one', () => {
  const names = new Set(
    alertsOf({ ...testPlatform, redis: { ...testPlatform.redis, topology: 'sentinel' } })
      .concat(rules)
      .map(({ alert }) => alert),
  );
  expect(rules.flatMap(({ explainedBy = [] }) => explainedBy).filter((name) => !names.has(name))).toEqual([]);
});

import { ViolationsError } from '../../constructs/validation/violations';
import { parseEnvironment } from '../../environments/environment';
import { productionEnvironment } from '../../environments/production';
import { testDay } from '../support/kubernetes';
import { machinesTestSettings } from '../support/machines-settings';

/** Production with one setting changed; `undefined` removes it. */
function changed(setting: string, value: unknown): unknown {
  const input = structuredClone(productionEnvironment) as unknown as Record<string, unknown>;
  const path = setting.split('.');
  const last = path.pop() ?? '';
  const parent = path.reduce((object, key) => object[key] as Record<string, unknown>, input);
  parent[last] = value;
  return input;
}

function problemsOf(input: unknown, today = testDay): string[] {
  try {
    parseEnvironment(input, today);
  } catch (error) {
    if (error instanceof ViolationsError) return error.message.split('\n').slice(1);
    throw error;
  }
  return [];
}

test('production is valid', () => {
  expect(problemsOf(productionEnvironment)).toEqual([]);
});

/** One setting of each section: that its schema is asked at all. The sections' own tests have the rest. */
test.each([
  ['name', 'a-name-that-is-far-too-long', 'name: "a-name-that-is-far-too-long"; expected text of the form'],
  ['region', 'us-east', 'region: "us-east"; expected text of the form'],
  ['region', 'local', 'region: "local"; expected text of the form'],
  ['accountId', '12', 'accountId: "12"; expected text of the form'],
  ['accountId', undefined, 'accountId: missing'],
  [
    'platform.kind',
    'elasticach',
    'platform.kind: "elasticach"; expected one of: local-processes, elasticache, elasticache-serverless, bitnami-cluster, bitnami-sentinel, machines. Did you mean \'elasticache\'?',
  ],
  [
    'platform.engine.kind',
    'valky',
    'platform.engine.kind: "valky"; expected one of: valkey, redis. Did you mean \'valkey\'?',
  ],
  ['platform.engine.version', '9.9', 'platform.engine.version: "9.9"; expected one of: 7.2'],
  ['platform.nodes.nodeType', 'cache.r7g.larg', 'platform.nodes.nodeType: "cache.r7g.larg"; expected one of: '],
  ['platform.size.shard', 3, "platform.size.shard: 3; expected no such setting. Did you mean 'shards'?"],
  ['platform.firstPort', 7100, 'platform.firstPort: 7100; expected no such setting'],
  ['capacity.datasetMebibytes', 0, 'capacity.datasetMebibytes: 0; expected more than 0'],
  [
    'terraformState.destruction.kind',
    'no',
    'terraformState.destruction.kind: "no"; expected one of: prevented, allowed',
  ],
  [
    'alerting.topicSubscribers',
    { kind: 'none', reason: 'no' },
    'alerting.topicSubscribers.reason: "no"; expected at least 10 characters',
  ],
  ['alerting.topicSubscribers.addresses', [], 'alerting.topicSubscribers.addresses: []; expected at least 1'],
  [
    'alerting.topicSubscribers.addresses',
    ['somebody'],
    'alerting.topicSubscribers.addresses.0: "somebody"; expected text of the form',
  ],
  ['alerting.receivers.page', [], 'alerting.receivers.page: []; expected at least 1'],
  [
    'alerting.receivers.chat',
    [{ kind: 'slack', channel: 'redis', webhookUrlSecret: 'slack' }],
    'alerting.receivers.chat.0.channel: "redis"; expected text of the form',
  ],
  [
    'alerting.receivers.deadMansSwitch',
    [{ kind: 'slack', channel: '#redis', webhookUrlSecret: 'slack' }],
    'alerting.receivers.deadMansSwitch: "slack"; expected a secret that neither page nor chat has',
  ],
  ['observability.runbooksUrl', 'http://git.example.com/runbooks', 'observability.runbooksUrl: '],
  ['observability.runbooksUrl', 'https://git.example.com/runbooks/', 'observability.runbooksUrl: '],
  ['observability.alertmanager.replicas', 1, 'observability.alertmanager.replicas: 1; expected at least 2'],
  ['observability.prometheus.retentionDays', 3, 'observability.prometheus.retentionDays: 3; expected at least 4'],
  ['network.zones', ['us-east-1a'], 'network.zones: ["us-east-1a"]; expected at least 3'],
  ['network', undefined, 'network: missing'],
  ['kubernetes.version', '1.2', 'kubernetes.version: "1.2"; expected one of: '],
  ['backup.everyHours', 1, 'backup.everyHours: 1; expected one of: 2'],
  ['backup', undefined, 'backup: missing'],
  ['database.engine.instanceClass', 'db.r7g', 'database.engine.instanceClass: "db.r7g"; expected one of: '],
  [
    'clusterServices.gateway.certificate.kind',
    'letsencrypt',
    'clusterServices.gateway.certificate.kind: "letsencrypt"; expected one of: platform, acm',
  ],
  ['clusterServices', undefined, 'clusterServices: missing'],
  ['application.sessionKeys', [], 'application.sessionKeys: []; expected at least 1'],
  ['application', undefined, 'application: missing'],
  ['regoin', 'us-east-1', 'regoin: "us-east-1"; expected no such setting. Did you mean \'region\'?'],
])('%s = %j is refused', (setting, value, message) => {
  expect(problemsOf(changed(setting, value)).join('\n')).toContain(`- ${message}`);
});

/** One rule of each section, likewise. */
test.each([
  ['network.cidr', '8.8.0.0/16', 'network.cidr: "8.8.0.0/16"; expected a part of 10.0.0.0/8'],
  [
    'kubernetes.serviceCidr',
    '10.40.0.0/16',
    'kubernetes.serviceCidr: "10.40.0.0/16"; expected nothing of network.cidr',
  ],
  [
    'kubernetes.endpoint.privateCidrs',
    Array.from({ length: 17 }, (_, index) => `10.${100 + index}.0.0/16`),
    'kubernetes.endpoint.privateCidrs: "17 blocks outside the network"; expected at most 16 together',
  ],
  [
    'capacity.datasetMebibytes',
    24_091,
    'capacity.datasetMebibytes: 24091; expected at most 24090: 80 % of what 3 × cache.r7g.large',
  ],
  [
    'platform.snapshotWindow',
    '04:00-05:00',
    'platform.maintenanceWindow: "sun:04:00-sun:05:00"; expected no minute in common',
  ],
  ['platform.addresses', 'dual-stack', 'platform.addresses: "dual-stack"; expected \'ipv4\': the network has no IPv6'],
  ['name', 'a--b', 'name: "a--b"; expected no two hyphens in a row'],
  ['backup.replica.region', 'us-east-1', 'backup.replica.region: "us-east-1"; expected '],
  [
    'database.backupWindow',
    '07:00-08:00',
    'database.maintenanceWindow: "sun:07:00-sun:08:00"; expected no minute in common',
  ],
  [
    'clusterServices.gateway.image',
    'v3.3.0',
    'clusterServices.gateway.image: "v3.3.0"; expected Traefik v3.4.0 or later',
  ],
  [
    'application.hostName',
    'api.elsewhere.example.com',
    'application.hostName: "api.elsewhere.example.com"; expected one of clusterServices.gateway.hostNames: api.production.example.com',
  ],
])('%s = %j breaks a rule', (setting, value, message) => {
  expect(problemsOf(changed(setting, value)).join('\n')).toContain(`- ${message}`);
});

/** A platform of another kind in production's place. */
const on = (platform: object, changes: object = {}) => ({
  ...productionEnvironment,
  platform,
  capacity: { datasetMebibytes: 5_000 },
  ...changes,
});

describe('machines of EC2', () => {
  const zones = productionEnvironment.network.zones;
  const machines = { ...machinesTestSettings, machines: zones.map((zone) => ({ zone, generation: 1 })) };
  const backup = { kind: 'none', reason: 'snapshots of the volumes are kept' };

  test('are a platform', () => {
    expect(problemsOf(on(machines, { backup }))).toEqual([]);
  });

  test('have their own rules, and no snapshots of ElastiCache', () => {
    const elsewhere = [{ zone: 'eu-central-1a', generation: 1 }, ...machines.machines.slice(1)];
    const problems = problemsOf(on({ ...machines, machines: elsewhere })).join('\n');
    expect(problems).toContain('"eu-central-1a"');
    expect(problems).toContain('- backup.kind: "snapshot-export"; expected none on machines');
  });
});

test('nodes hold all pods: it is checked once all else is right', () => {
  const kubernetes = {
    ...productionEnvironment.kubernetes,
    generalNodes: { instanceType: 'm7g.large', perZone: 2, volumeGibibytes: 50 },
  };
  const [problem, ...others] = problemsOf({ ...productionEnvironment, kubernetes });
  expect(problem).toContain(
    'kubernetes.generalNodes: {"instanceType":"m7g.large","perZone":2}; expected nodes that hold all pods at the maxima',
  );
  expect(others).toEqual([]);
  const wrong = { ...productionEnvironment, kubernetes: { ...kubernetes, serviceCidr: '10.40.0.0/16' } };
  expect(problemsOf(wrong)).toEqual([expect.stringContaining('kubernetes.serviceCidr')]);
});

test('rules of all sections are reported at once', () => {
  const input = {
    ...productionEnvironment,
    kubernetes: { ...productionEnvironment.kubernetes, serviceCidr: '10.40.0.0/16' },
    database: { ...productionEnvironment.database, backupWindow: '07:00-08:00' },
  };
  expect(problemsOf(input)).toHaveLength(2);
});

test('a version of Kubernetes is asked for on the day of the synthesis', () => {
  expect(problemsOf(productionEnvironment, new Date('2030-01-01')).join('\n')).toContain(
    '- kubernetes.version: "1.35"',
  );
});

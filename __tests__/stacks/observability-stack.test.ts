import type { ObservabilitySettings } from '../../environments/observability-settings';
import { ObservabilityStack } from '../../stacks/observability-stack';
import { testAddresses, testClusterServices, testKubernetesValue } from '../support/cluster-services';
import { testAlerting, testObservability, testWatchedCluster } from '../support/observability';
import { messageOf, resourcesOf, synthesizeStack, testAccount, type Arguments } from '../support/synthesized-construct';

const stackWith = (settings: ObservabilitySettings = testObservability, elasticacheNodeIds?: readonly string[]) =>
  synthesizeStack(
    (app) =>
      new ObservabilityStack(app, 'test-observability', {
        account: testAccount,
        settings,
        alerting: testAlerting,
        source: testClusterServices.source,
        kubernetes: testKubernetesValue,
        addresses: testAddresses,
        platform: testWatchedCluster,
        ...(elasticacheNodeIds && { elasticacheNodeIds }),
        topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alerts',
      }),
  );

const configuration = stackWith();
const releases = resourcesOf(configuration, 'helm_release');

function addressOf(name: string): string {
  const found = Object.entries(releases).find(([, release]) => release.name === name);
  if (!found) throw new Error(`no release is named ${name}`);
  return `helm_release.${found[0]}`;
}

/** Addresses that a release has to wait for, directly or not. */
function before(address: string): Set<string> {
  const all = new Set<string>();
  const visit = (next: string) => {
    for (const other of (releases[next.replace('helm_release.', '')]?.depends_on ?? []) as readonly string[]) {
      if (all.has(other)) continue;
      all.add(other);
      visit(other);
    }
  };
  visit(address);
  return all;
}

test('the stack', () => {
  expect(JSON.parse(JSON.stringify(configuration).replace(/assets\/[^"]*/g, 'assets/…'))).toMatchSnapshot();
});

test.each([
  ['Prometheus', 'monitoring', 'monitoring-definitions'],
  ['Alertmanager, which mounts the secrets of receivers,', 'monitoring', 'alertmanager-receivers'],
  ['a rule, which the operator looks at,', 'monitoring-objects', 'monitoring'],
  ['Alloy', 'alloy', 'loki'],
  ['Grafana, which has a password,', 'grafana', 'grafana-administrator'],
])('%s comes after what it needs', (_, name, first) => {
  expect(before(addressOf(name))).toContain(addressOf(first));
});

test('no pod starts before its namespace is closed', () => {
  const policies = Object.keys(resourcesOf(configuration, 'kubernetes_network_policy_v1'));
  expect(policies.length).toBeGreaterThan(20);
  for (const name of ['monitoring', 'loki', 'alloy', 'grafana']) {
    const first = before(addressOf(name));
    for (const policy of policies) expect(first).toContain(`kubernetes_network_policy_v1.${policy}`);
  }
});

test('Terraform asks whether secrets of receivers are there, and does not read them', () => {
  const { data = {} } = configuration as {
    readonly data?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  };
  const names = Object.values(data.aws_secretsmanager_secret ?? {}).map(({ name }) => name);
  expect(names.sort()).toEqual(
    ['dead-mans-switch', 'pagerduty', 'slack', 'smtp'].map((secret) => `test/alerts/${secret}`),
  );
  expect(Object.keys(data)).not.toContain('aws_secretsmanager_secret_version');
});

test('Grafana has a dashboard of the platform, and one of ElastiCache where that is', () => {
  const filesOf = (ids?: readonly string[]) => {
    const [map] = Object.values(resourcesOf(stackWith(testObservability, ids), 'kubernetes_config_map_v1'));
    return map?.data as Readonly<Record<string, string>>;
  };
  expect(Object.keys(filesOf())).toEqual(['test-redis-application.json', 'test-redis-servers.json']);
  const files = filesOf(['test-redis-0001-001']);
  expect(Object.keys(files)).toContain('test-redis-elasticache.json');
  // Terraform is told that what looks like a reference is none.
  expect(files['test-redis-elasticache.json']).toContain("$${PROP('Dim.CacheClusterId')}");
  for (const file of Object.values(files)) {
    const { uid } = JSON.parse(file) as { readonly uid: string };
    expect(files).toHaveProperty([`${uid}.json`]);
  }
});

test('what can be made anew may be destroyed if the settings say so', () => {
  const protects = (settings: ObservabilitySettings) =>
    ['aws_s3_bucket', 'aws_kms_key', 'aws_cloudformation_stack'].flatMap((type) =>
      Object.values(resourcesOf(stackWith(settings), type)).map(
        ({ lifecycle }) => (lifecycle as { readonly prevent_destroy?: boolean } | undefined)?.prevent_destroy,
      ),
    );
  expect(protects(testObservability)).toEqual([true, true, true]);
  const destruction = { kind: 'allowed', reason: 'a test of the settings' } as const;
  expect(protects({ ...testObservability, destruction })).not.toContain(true);
});

test('wrong settings make no stack', () => {
  const prometheus = { ...testObservability.prometheus, retentionDays: 2 };
  expect(messageOf(() => stackWith({ ...testObservability, prometheus }))).toMatch(
    /^test-observability has 1 problem:\n {2}- observability.prometheus.retentionDays: 2; expected at least 4/,
  );
});

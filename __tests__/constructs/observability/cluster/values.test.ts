/** What charts are told, whatever their keys are called. */
import { observabilityViolations } from '../../../../environments/observability-settings';
import { alertingViolations } from '../../../../environments/alerting-settings';
import { testAlerting, testObservability, watcherValues } from '../../../support/observability';
import { objectsIn, valuesNamed } from '../../../support/chart-values';

const values = watcherValues();
const withPods = Object.entries(values).filter(([chart]) => chart !== 'prometheus-operator-crds');
const monitoring = values['kube-prometheus-stack'] as {
  readonly prometheus: { readonly prometheusSpec: Readonly<Record<string, unknown>> };
  readonly alertmanager: {
    readonly config: unknown;
    readonly alertmanagerSpec: Readonly<Record<string, unknown>>;
  };
  readonly defaultRules: { readonly rules: Readonly<Record<string, boolean>> };
};
const { prometheusSpec } = monitoring.prometheus;

test.each(withPods)('%s has images of the mirror, memory that is all it gets, and a priority', (_, chart) => {
  const repositories = objectsIn(chart).flatMap(({ registry }) => (registry === undefined ? [] : [registry]));
  expect(new Set(repositories)).toEqual(new Set(['111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror']));
  // Volumes have requests, too.
  const memory = (name: string) =>
    valuesNamed(chart, name).flatMap((size) => (size as { readonly memory?: string }).memory ?? []);
  expect(memory('limits').length).toBeGreaterThan(0);
  expect(memory('requests')).toEqual(memory('limits'));
  expect(valuesNamed(chart, 'priorityClassName')).toContain('cluster-services');
});

test('Prometheus takes all rules and monitors of its namespace, and none of others', () => {
  for (const kind of ['rule', 'serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig']) {
    expect(prometheusSpec[`${kind}SelectorNilUsesHelmValues`]).toBe(false);
    expect(prometheusSpec[`${kind}NamespaceSelector`]).toEqual({
      matchLabels: { 'kubernetes.io/metadata.name': 'observability' },
    });
  }
});

test('metrics, silences and lines that are not in S3 yet outlast their pods', () => {
  expect(valuesNamed(prometheusSpec, 'storage')).toEqual(['50Gi']);
  expect(prometheusSpec).toMatchObject({ retention: '30d', retentionSize: '43520MiB', replicas: 2 });
  expect(monitoring.alertmanager.alertmanagerSpec.storage).toMatchObject({
    volumeClaimTemplate: { spec: { storageClassName: 'gp3', resources: { requests: { storage: '2Gi' } } } },
  });
  expect(values.loki).toMatchObject({
    loki: { limits_config: { retention_period: '720h' }, compactor: { retention_enabled: true } },
    singleBinary: { persistence: { enabled: true, size: '10Gi', whenDeleted: 'Retain' } },
  });
});

test('the routes are ours: no Watchdog of the chart, and nothing that goes to nobody by default', () => {
  expect(monitoring.defaultRules.rules.general).toBe(false);
  expect(monitoring.alertmanager.config).toMatchObject({
    route: {
      receiver: 'chat',
      routes: [{ receiver: 'dead-mans-switch' }, { receiver: 'nobody' }, { receiver: 'page' }, { receiver: 'chat' }],
    },
  });
});

test('what is secret is a file of the Secret that the pods mount', () => {
  expect(monitoring.alertmanager.alertmanagerSpec.secrets).toEqual(['alertmanager-receivers']);
  const files = ['routing_key_file', 'api_url_file', 'auth_password_file', 'url_file'].flatMap((key) =>
    valuesNamed(monitoring.alertmanager.config, key),
  );
  expect(files).toEqual(
    ['pagerduty', 'slack', 'smtp', 'dead-mans-switch'].map(
      (name) => `/etc/alertmanager/secrets/alertmanager-receivers/${name}`,
    ),
  );
});

test('digests are pulled where there are some, in the form of each chart', () => {
  const hash = 'ab'.repeat(32);
  const digest = `sha256:${hash}`;
  const { operator, prometheus, alertmanager, logs, grafana } = testObservability;
  const inOperator = { prometheusOperator: digest, prometheusConfigReloader: digest, kubeStateMetrics: digest };
  const pinned = watcherValues({
    settings: {
      ...testObservability,
      operator: { ...operator, digests: inOperator },
      prometheus: { ...prometheus, digests: { prometheus: digest } },
      alertmanager: { ...alertmanager, digests: { alertmanager: digest } },
      logs: {
        ...logs,
        loki: { ...logs.loki, digests: { loki: digest } },
        alloy: { ...logs.alloy, digests: { alloy: digest } },
      },
      grafana: { ...grafana, digests: { grafana: digest } },
    },
  });
  // One chart in the other does not add what they all add.
  const { 'kube-state-metrics': states, ...others } = pinned['kube-prometheus-stack'] as Readonly<
    Record<string, unknown>
  >;
  expect(valuesNamed(states, 'sha')).toEqual([digest]);
  expect(valuesNamed(others, 'sha')).toEqual([hash, hash, hash, hash]);
  expect(valuesNamed(pinned.grafana, 'sha')).toEqual([hash]);
  expect([pinned.loki, pinned.alloy].flatMap((chart) => valuesNamed(chart, 'digest'))).toEqual([digest, digest]);
});

test('Grafana has the data sources that it is told of, and no process of others', () => {
  const datasources = Object.values(
    values.grafana?.datasources as Readonly<Record<string, { readonly datasources: { readonly type: string }[] }>>,
  ).flatMap((file) => file.datasources);
  const { plugins } = values.grafana?.['grafana.ini'] as { readonly plugins: { readonly disable_plugins: string } };
  const disabled = plugins.disable_plugins.split(',');
  expect(datasources.map(({ type }) => type)).toEqual(['prometheus', 'alertmanager', 'loki', 'cloudwatch']);
  expect(datasources.filter(({ type }) => disabled.includes(type))).toEqual([]);
  expect(disabled).toContain('elasticsearch');
});

test('without a mirror images come from their makers', () => {
  const source = { kind: 'upstream', reason: 'a test of values' } as const;
  expect(JSON.stringify(watcherValues({ source }))).not.toContain('mirror');
});

test('metrics are kept for longer than the longest window of a burn rate', () => {
  const prometheus = { ...testObservability.prometheus, retentionDays: 3 };
  expect(observabilityViolations({ ...testObservability, prometheus })).toEqual([
    {
      setting: 'observability.prometheus.retentionDays',
      value: 3,
      expected: 'at least 4: burn rates are taken over 3 days',
      remedy: 'Raise it',
    },
  ]);
  expect(observabilityViolations(testObservability)).toEqual([]);
});

test("the dead man's switch is nobody's chat", () => {
  const { receivers } = testAlerting;
  expect(
    alertingViolations({ ...testAlerting, receivers: { ...receivers, deadMansSwitch: receivers.page } }),
  ).toMatchObject([{ setting: 'alerting.receivers.deadMansSwitch', value: 'pagerduty' }]);
  expect(alertingViolations(testAlerting)).toEqual([]);
});

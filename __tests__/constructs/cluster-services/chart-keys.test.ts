import { certManagerValues } from '../../../constructs/cluster-services/cert-manager-values';
import { externalSecretsValues } from '../../../constructs/cluster-services/external-secrets-values';
import { kedaValues } from '../../../constructs/cluster-services/keda-values';
import { loadBalancerControllerValues } from '../../../constructs/cluster-services/load-balancer-controller-values';
import { traefikValues } from '../../../constructs/cluster-services/traefik-values';
import { chartKeys, keysOf, unknownKeys } from '../../../review/charts/keys';
import { testAddresses, testClusterServices, testDigest } from '../../support/cluster-services';
import { testObservability, watcherValues } from '../../support/observability';
import { testAccount } from '../../support/synthesized-construct';

const { certManager, externalSecrets, keda, loadBalancerController, gateway } = testClusterServices;
const { operator, logs, grafana } = testObservability;

/** With digests, for the keys that only they have. */
const settings = {
  ...testClusterServices,
  certManager: { ...certManager, digests: { certManagerController: testDigest, certManagerWebhook: testDigest } },
  gateway: { ...gateway, digests: { traefik: testDigest } },
};

/** With digests of what watches, too. */
const watchers = watcherValues({
  settings: {
    ...testObservability,
    logs: { ...logs, loki: { ...logs.loki, digests: { loki: testDigest } } },
  },
});

const valuesOfWatcher = (chart: string) => watchers[chart] ?? {};

/** The part of a chart that is another chart's, and the rest. */
const { 'kube-state-metrics': stateMetrics, ...monitoring } = valuesOfWatcher('kube-prometheus-stack');

test.each([
  ['cert-manager', certManager.chart, certManagerValues(settings, testAccount)],
  ['external-secrets', externalSecrets.chart, externalSecretsValues(settings, testAccount)],
  ['keda', keda.chart, kedaValues(settings, testAccount)],
  [
    'aws-load-balancer-controller',
    loadBalancerController.chart,
    loadBalancerControllerValues(settings, testAccount, 'vpc-1'),
  ],
  ['traefik', gateway.chart, traefikValues(settings, testAccount, testAddresses)],
  ['prometheus-operator-crds', operator.definitionsChart, valuesOfWatcher('prometheus-operator-crds')],
  ['kube-prometheus-stack', operator.chart, monitoring],
  ['loki', logs.loki.chart, valuesOfWatcher('loki')],
  ['alloy', logs.alloy.chart, valuesOfWatcher('alloy')],
  ['grafana', grafana.chart, valuesOfWatcher('grafana')],
])('%s %s knows every key that it is given', (chart, version, values) => {
  const { version: known, keys } = chartKeys(chart);
  expect(known).toBe(version);
  expect(unknownKeys(keys, values)).toEqual([]);
  expect(unknownKeys(keys, { ...values, replicasCount: 1 })).toEqual(['replicasCount']);
});

test('the chart within kube-prometheus-stack knows every key that it is given', () => {
  const { 'kube-state-metrics': keys = {} } = chartKeys('kube-prometheus-stack').charts;
  expect(unknownKeys(keys, stateMetrics as object)).toEqual([]);
  expect(unknownKeys(keys, { replica: 1 })).toEqual(['replica']);
});

test('keys are found by their indentation: those in comments as well, examples not', () => {
  const yaml = `
image:
  tag: 1
  # digest: sha256:0
  # Words, and then: more words
list:
  - name: x
labels: {}
  # team: front
annotations:
  {}
  # team: back
last: # the last
  key: value
`;
  expect(keysOf(yaml)).toEqual({
    image: { tag: {}, digest: {} },
    list: {},
    labels: {},
    annotations: {},
    last: { key: {} },
  });
});

import { upstreamCharts, upstreamImages, type ImageName } from '../../../constructs/cluster-services/sources';
import { defaultClusterServices, defaultGateway } from '../../../environments/cluster-services-defaults';
import { defaultObservability } from '../../../environments/observability-defaults';
import { hereDocument } from '../../support/guides';

const linesOf = (name: string) => hereDocument('cluster-services', name);
const { certManager, externalSecrets, keda, loadBalancerController } = defaultClusterServices;
const { operator, prometheus, alertmanager, logs, grafana } = defaultObservability;

test('the guide mirrors every image that is used, in the version that is', () => {
  const tags: Readonly<Record<ImageName, string>> = {
    certManagerController: certManager.image,
    certManagerWebhook: certManager.image,
    certManagerInjector: certManager.image,
    certManagerCheck: certManager.image,
    externalSecrets: externalSecrets.image,
    kedaOperator: keda.image,
    kedaMetrics: keda.image,
    kedaWebhooks: keda.image,
    loadBalancerController: loadBalancerController.image,
    traefik: defaultGateway.image,
    prometheusOperator: operator.image,
    prometheusConfigReloader: operator.image,
    kubeStateMetrics: operator.stateMetricsImage,
    prometheus: prometheus.image,
    alertmanager: alertmanager.image,
    loki: logs.loki.image,
    alloy: logs.alloy.image,
    grafana: grafana.image,
  };
  const expected = Object.entries(upstreamImages).map(([name, image]) => `${image}:${tags[name as ImageName]}`);
  expect([...linesOf('IMAGES')].sort()).toEqual(expected.sort());
});

test('the guide mirrors every chart, in the version that is used', () => {
  const versions = {
    'cert-manager': certManager.chart,
    'external-secrets': externalSecrets.chart,
    keda: keda.chart,
    'aws-load-balancer-controller': loadBalancerController.chart,
    traefik: defaultGateway.chart,
    'prometheus-operator-crds': operator.definitionsChart,
    'kube-prometheus-stack': operator.chart,
    loki: logs.loki.chart,
    alloy: logs.alloy.chart,
    grafana: grafana.chart,
  };
  expect(linesOf('CHARTS')).toEqual(
    Object.entries(upstreamCharts)
      .map(([chart, from]) => `${chart} ${versions[chart as keyof typeof upstreamCharts]} ${from}`)
      .sort(),
  );
});

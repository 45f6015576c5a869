import { upstreamCharts, upstreamImages } from '../../../constructs/cluster-services/sources';
import { defaultClusterServices, defaultGateway } from '../../../environments/cluster-services-defaults';
import { hereDocument } from '../../support/guides';

const linesOf = (name: string) => hereDocument('cluster-services', name);
const { certManager, externalSecrets, keda, loadBalancerController } = defaultClusterServices;

test('the guide mirrors every image that is used, in the version that is', () => {
  const tags = Object.entries(upstreamImages).map(([name, image]) => {
    if (name.startsWith('certManager')) return `${image}:${certManager.image}`;
    if (name.startsWith('keda')) return `${image}:${keda.image}`;
    if (name === 'externalSecrets') return `${image}:${externalSecrets.image}`;
    return `${image}:${name === 'traefik' ? defaultGateway.image : loadBalancerController.image}`;
  });
  expect(linesOf('IMAGES')).toEqual(tags.sort());
});

test('the guide mirrors every chart, in the version that is used', () => {
  const versions = {
    'cert-manager': certManager.chart,
    'external-secrets': externalSecrets.chart,
    keda: keda.chart,
    'aws-load-balancer-controller': loadBalancerController.chart,
    traefik: defaultGateway.chart,
  };
  expect(linesOf('CHARTS')).toEqual(
    Object.entries(upstreamCharts)
      .map(([chart, from]) => `${chart} ${versions[chart as keyof typeof upstreamCharts]} ${from}`)
      .sort(),
  );
});

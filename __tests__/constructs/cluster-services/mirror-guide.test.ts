import { readFileSync } from 'node:fs';
import path from 'node:path';
import { upstreamCharts, upstreamImages } from '../../../constructs/cluster-services/sources';
import { defaultClusterServices, defaultGateway } from '../../../environments/cluster-services-defaults';

const guide = readFileSync(path.join(__dirname, '../../../docs/guides/cluster-services.md'), 'utf8');
const { certManager, externalSecrets, keda, loadBalancerController } = defaultClusterServices;

/** Lines between `<<'NAME'` and `NAME`. */
const linesOf = (name: string) =>
  new RegExp(`<<'${name}'\n(.*?)\n${name}\n`, 's').exec(guide)?.[1]?.split('\n').sort() ?? [];

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

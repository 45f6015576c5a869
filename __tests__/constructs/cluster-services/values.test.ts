import { certManagerValues } from '../../../constructs/cluster-services/cert-manager-values';
import { externalSecretsValues } from '../../../constructs/cluster-services/external-secrets-values';
import { kedaValues } from '../../../constructs/cluster-services/keda-values';
import { loadBalancerControllerValues } from '../../../constructs/cluster-services/load-balancer-controller-values';
import { upstreamImages, type ImageName } from '../../../constructs/cluster-services/sources';
import { traefikValues } from '../../../constructs/cluster-services/traefik-values';
import type { ChartValues } from '../../../constructs/kubernetes/chart-release';
import type { ClusterServicesSettings } from '../../../environments/cluster-services-settings';
import { testAddresses, testClusterServices, testDigest } from '../../support/cluster-services';
import { reason } from '../../support/network';
import { watcherValues } from '../../support/observability';
import { testAccount } from '../../support/synthesized-construct';
import { objectsIn, valuesNamed } from '../../support/chart-values';

/** Values of all charts. */
const valuesOf = (change: Partial<ClusterServicesSettings> = {}): Readonly<Record<string, ChartValues>> => {
  const settings = { ...testClusterServices, ...change };
  return {
    'cert-manager': certManagerValues(settings, testAccount),
    'external-secrets': externalSecretsValues(settings, testAccount),
    keda: kedaValues(settings, testAccount),
    'aws-load-balancer-controller': loadBalancerControllerValues(settings, testAccount, 'vpc-1'),
    traefik: traefikValues(settings, testAccount, testAddresses),
  };
};

const charts = Object.entries(valuesOf());

/** The repositories of images in values, whatever keys a chart has for them. */
const repositories = (values: unknown) =>
  objectsIn(values)
    .filter((object) => 'repository' in object)
    .map(({ registry, repository }) => [registry, repository].filter(Boolean).join('/'));

const memoryOf = (size: unknown) => (size as { readonly memory: string }).memory;

test('every image is in the mirror, and there is none that is not used', () => {
  const names = Object.values(upstreamImages);
  const used = new Set(
    repositories([valuesOf(), watcherValues()]).map((repository) => repository.replace(/^.*\/mirror\//, '')),
  );
  expect([...used].sort()).toEqual([...names].sort());
});

test.each(charts)('%s names the mirror for each of its images', (_, values) => {
  const found = repositories(values);
  const mirror = '111122223333.dkr.ecr.eu-central-1.amazonaws.com/mirror/';
  expect(found.filter((repository) => repository.startsWith(mirror))).toEqual(found);
  expect(found).not.toEqual([]);
});

test('without a mirror images come from their makers', () => {
  const source = { kind: 'upstream', reason } as const;
  expect(repositories(valuesOf({ source })).join()).not.toContain('mirror');
});

test.each(charts)('%s has pods of a priority', (_, values) => {
  expect(valuesNamed(values, 'priorityClassName')).toEqual(expect.arrayContaining(['cluster-services']));
});

test.each(charts)('%s is watched by no ServiceMonitor, whose kind is not there yet', (_, values) => {
  const monitors = [...valuesNamed(values, 'serviceMonitor'), ...valuesNamed(values, 'servicemonitor')];
  expect(new Set(monitors.map((monitor) => JSON.stringify(monitor)))).toEqual(new Set(['{"enabled":false}']));
});

test.each(charts)('%s has memory for each container, which is all that it gets', (_, values) => {
  const sizes = valuesNamed(values, 'limits').map(memoryOf);
  expect(sizes.length).toBeGreaterThan(0);
  expect(valuesNamed(values, 'requests').map(memoryOf)).toEqual(sizes);
});

test.each<[string, number]>([
  ['cert-manager', 3],
  ['external-secrets', 2],
  ['keda', 3],
  ['aws-load-balancer-controller', 1],
  ['traefik', 1],
])('%s spreads the pods of each of its %i parts over zones', (chart, parts) => {
  const values = valuesOf()[chart];
  const constraints = JSON.stringify(values).match(/"topologyKey":"topology.kubernetes.io\/zone"/g);
  expect(constraints).toHaveLength(parts);
  expect(JSON.stringify(values).match(/"maxUnavailable":1|"minAvailable":1/g)).toHaveLength(parts);
});

describe('digests', () => {
  const { certManager, externalSecrets, keda, loadBalancerController, gateway } = testClusterServices;
  const all = (...names: readonly ImageName[]) => Object.fromEntries(names.map((name) => [name, testDigest]));
  const values = valuesOf({
    certManager: { ...certManager, digests: all('certManagerController', 'certManagerWebhook') },
    externalSecrets: { ...externalSecrets, digests: all('externalSecrets') },
    keda: { ...keda, digests: all('kedaOperator') },
    loadBalancerController: { ...loadBalancerController, digests: all('loadBalancerController') },
    gateway: { ...gateway, digests: all('traefik') },
  });

  test('cert-manager has keys for them, for each image', () => {
    const { webhook, cainjector } = values['cert-manager'] as Readonly<Record<string, { readonly image: object }>>;
    expect(webhook?.image).toMatchObject({ tag: certManager.image, digest: testDigest });
    expect(cainjector?.image).not.toHaveProperty('digest');
  });

  test('traefik needs the version beside it', () => {
    expect(values.traefik).toMatchObject({
      image: { tag: gateway.image, digest: testDigest },
      versionOverride: gateway.image,
    });
  });

  test('the others take them as a part of the tag', () => {
    const pinned = (tag: string) => ({ image: expect.objectContaining({ tag: `${tag}@${testDigest}` }) as object });
    expect(values['external-secrets']).toMatchObject({
      ...pinned(externalSecrets.image),
      webhook: pinned(externalSecrets.image),
    });
    expect(values['aws-load-balancer-controller']).toMatchObject(pinned(loadBalancerController.image));
    expect(values.keda).toMatchObject({
      image: { keda: { tag: `${keda.image}@${testDigest}` }, webhooks: { tag: keda.image } },
    });
  });
});

test('definitions outlive the charts', () => {
  const { 'cert-manager': certManager, 'external-secrets': externalSecrets, keda } = valuesOf();
  const keep = { 'helm.sh/resource-policy': 'keep' };
  expect(certManager).toMatchObject({ crds: { enabled: true, keep: true } });
  expect(externalSecrets).toMatchObject({ installCRDs: true, crds: { annotations: keep } });
  expect(keda).toMatchObject({ crds: { install: true, additionalAnnotations: keep } });
});

test('nobody may read what others keep', () => {
  const { 'external-secrets': externalSecrets, keda, traefik } = valuesOf();
  expect(keda).toMatchObject({
    permissions: { operator: { restrict: { secret: true } }, metricServer: { restrict: { secret: true } } },
    rbac: { enabledCustomScaledRefKinds: false },
  });
  expect(externalSecrets).toMatchObject({
    processPushSecret: false,
    processClusterExternalSecret: false,
    rbac: { serviceAccountTokenCreate: false },
  });
  expect(traefik).toMatchObject({ rbac: { enabled: false, namespaced: true } });
});

test("External Secrets' webhook has its certificate from the platform", () => {
  expect(valuesOf()['external-secrets']).toMatchObject({
    webhook: { certManager: { enabled: true, cert: { issuerRef: { kind: 'ClusterIssuer', name: 'platform' } } } },
    certController: { create: false },
  });
});

test('the controller of load balancers asks nobody where it is', () => {
  expect(valuesOf()['aws-load-balancer-controller']).toMatchObject({
    clusterName: 'test-eks',
    region: 'eu-central-1',
    vpcId: 'vpc-1',
    defaultTags: { team: 'platform', environment: 'test' },
  });
});

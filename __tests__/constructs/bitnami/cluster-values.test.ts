import { clusterValues } from '../../../constructs/bitnami/cluster-values';
import { imagesOf } from '../../../constructs/bitnami/sources';
import { bitnamiClusterTestSettings as settings } from '../../support/bitnami-settings';
import { chartKeys, keysThatAreSet } from '../../support/chart-keys';
import { testAccount } from '../../support/synthesized-construct';

const keys = chartKeys('redis-cluster-13.0.5');

const values = clusterValues({
  settings,
  images: imagesOf(settings, testAccount),
  files: { programs: 'redis-programs-1', configuration: 'redis-configuration-1' },
  zones: 3,
});

test.each(keysThatAreSet(values, keys).map((key) => [key]))('%s is a key of the chart', (key) => {
  expect(keys).toContain(key);
});

test('no value is a password', () => {
  expect(JSON.stringify(values)).not.toMatch(/"(?:password|requirepass|masterauth)":/i);
});

test('pods are on nodes of their own, with no other of them, in as many zones as there are', () => {
  expect(values.redis).toMatchObject({
    nodeSelector: { dedicated: 'redis' },
    tolerations: [{ key: 'dedicated', value: 'redis', effect: 'NoSchedule' }],
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] },
    },
    topologySpreadConstraints: [
      { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Honor' },
    ],
    resources: { requests: { cpu: '500m', memory: '4096Mi' }, limits: { memory: '4096Mi' } },
  });
  // With both fields the API refuses it.
  expect(values.pdb).toEqual({ create: true, maxUnavailable: 1 });
});

test('the exporter asks its own server alone, over TLS, with its own password', () => {
  const { sidecars } = values.redis as { sidecars: { name: string; args?: string[] }[] };
  expect(sidecars.find(({ name }) => name === 'exporter')?.args).toEqual([
    '--redis.addr=rediss://127.0.0.1:6379',
    '--redis.user=exporter',
    '--config-command=-',
    '--redis.password-file=/opt/redis-platform/exporter/passwords.json',
    '--tls-ca-cert-file=/opt/bitnami/redis/certs/ca.crt',
    '--web.listen-address=:9121',
    '--disable-scrape-endpoint',
    '--is-cluster',
  ]);
});

test('every container of the image of Redis has a user: the image names none', () => {
  const { sidecars } = values.redis as { sidecars: { name: string; securityContext: object }[] };
  const keeper = sidecars.find(({ name }) => name === 'keeper');
  for (const context of [values.containerSecurityContext, keeper?.securityContext]) {
    expect(context).toMatchObject({ runAsNonRoot: true, runAsUser: 1001, runAsGroup: 1001 });
  }
});

test('when shards are added, the environment of the node agent stays the same: the chart alone decides whether pods are replaced', () => {
  const sidecars = (shards: number) => {
    const grown = clusterValues({
      settings: { ...settings, shards },
      images: imagesOf(settings, testAccount),
      files: { programs: '', configuration: '' },
      zones: 3,
    });
    return (grown.redis as { readonly sidecars: readonly unknown[] }).sidecars;
  };
  expect(sidecars(6)).toEqual(sidecars(3));
  expect(sidecars(3)[0]).toMatchObject({
    env: [
      { name: 'GROUP_PODS', value: '6' },
      { name: 'GROUP_MASTERS', value: '3' },
      { name: 'RETURN_SECONDS', value: '60' },
    ],
  });
});

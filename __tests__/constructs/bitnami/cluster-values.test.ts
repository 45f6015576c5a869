import { readFileSync } from 'node:fs';
import path from 'node:path';
import { clusterValues } from '../../../constructs/bitnami/cluster-values';
import { imageOf } from '../../../constructs/bitnami/sources';
import { bitnamiClusterTestSettings as settings } from '../../support/bitnami-settings';
import { testAccount } from '../../support/synthesized-construct';

/** Every key of the chart. */
const keys = new Set(
  Object.keys(
    JSON.parse(
      readFileSync(path.resolve(__dirname, '../../support/chart-keys/redis-cluster-13.0.5.json'), 'utf8'),
    ) as Record<string, string>,
  ),
);

const values = clusterValues({
  settings,
  images: { redis: imageOf(settings, 'redis', testAccount), exporter: imageOf(settings, 'exporter', testAccount) },
  files: { programs: 'redis-programs-1', configuration: 'redis-configuration-1' },
});

/** Keys that are set, as the chart's list has them: what the chart has an object or a list for is a value itself. */
function keysOf(value: unknown, prefix: string): string[] {
  if (keys.has(prefix)) return [prefix];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => keysOf(inner, prefix === '' ? key : `${prefix}.${key}`));
}

test.each(keysOf(values, '').map((key) => [key]))('%s is a key of the chart', (key) => {
  expect([...keys]).toContain(key);
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
    '--redis.addr=rediss://exporter@127.0.0.1:6379',
    '--redis.password-file=/opt/redis-platform/exporter/passwords.json',
    '--tls-ca-cert-file=/opt/bitnami/redis/certs/ca.crt',
    '--web.listen-address=:9121',
    '--disable-scrape-endpoint',
    '--is-cluster',
  ]);
});

import { sentinelPodConfiguration } from '../../../constructs/bitnami/bitnami-redis-sentinel';
import { sentinelAddresses, sentinelPodNames, sentinelValues } from '../../../constructs/bitnami/sentinel-values';
import { imagesOf } from '../../../constructs/bitnami/sources';
import { bitnamiSentinelTestSettings as settings } from '../../support/bitnami-settings';
import { chartKeys, keysThatAreSet } from '../../support/chart-keys';
import { testAccount } from '../../support/synthesized-construct';

const keys = chartKeys('redis-23.1.1');

const values = sentinelValues({
  settings,
  images: imagesOf(settings, testAccount),
  files: { programs: 'redis-programs-1', configuration: 'redis-configuration-1' },
}) as {
  replica: {
    sidecars: { name: string; args?: string[]; env?: unknown[] }[];
    extraEnvVars: { name: string; value: string }[];
  };
  sentinel: Record<string, unknown>;
};

test.each(keysThatAreSet(values, keys).map((key) => [key]))('%s is a key of the chart', (key) => {
  expect(keys).toContain(key);
});

test('no value is a password', () => {
  expect(JSON.stringify(values)).not.toMatch(/"(?:password|requirepass|masterauth)":/i);
});

test('pods are on nodes of their own, with no other of them, in as many zones as there are, and all at once', () => {
  expect(values.replica).toMatchObject({
    replicaCount: 3,
    podManagementPolicy: 'Parallel',
    nodeSelector: { dedicated: 'redis' },
    tolerations: [{ key: 'dedicated', value: 'redis', effect: 'NoSchedule' }],
    affinity: {
      podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'kubernetes.io/hostname' }] },
    },
    topologySpreadConstraints: [
      { topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule', nodeTaintsPolicy: 'Honor' },
    ],
    resources: { requests: { cpu: '500m', memory: '4096Mi' }, limits: { memory: '4096Mi' } },
    // With both fields the API refuses it.
    pdb: { create: true, maxUnavailable: 1 },
  });
});

test('what starts, probes and stops a server or a Sentinel are programs of the pod', () => {
  const program = (name: string) => `/opt/redis-platform/programs/${name}`;
  expect(values.replica).toMatchObject({
    command: ['bash'],
    args: [program('start-redis')],
    lifecycleHooks: { preStop: { exec: { command: ['env', 'HAND_OVER_SECONDS=45', 'bash', program('hand-over')] } } },
    customReadinessProbe: { exec: { command: ['bash', program('ready')] } },
  });
  expect(values.sentinel).toMatchObject({
    args: [program('start-sentinel')],
    // The chart takes the one of Sentinels for all containers.
    terminationGracePeriodSeconds: 60,
    customLivenessProbe: { exec: { command: ['env', 'SELF=127.0.0.1:26379', 'bash', program('alive')] } },
  });
});

test('each pod knows itself and all others by names', () => {
  const environment = Object.fromEntries(values.replica.extraEnvVars.map(({ name, value }) => [name, value]));
  const host = (pod: string) => `${pod}.redis-headless.redis.svc.cluster.local`;
  expect(sentinelPodNames(settings)).toEqual(['redis-node-0', 'redis-node-1', 'redis-node-2']);
  expect(sentinelAddresses(settings)[1]).toEqual({ host: host('redis-node-1'), port: 26_379 });
  expect(environment).toMatchObject({
    OWN: `${host('$(POD_NAME)')}:6379`,
    SERVERS: [0, 1, 2].map((ordinal) => `${host(`redis-node-${ordinal}`)}:6379`).join(' '),
    FIRST_MASTER: `${host('redis-node-0')}:6379`,
    MASTER_NAME: 'main',
  });
});

test('the exporter asks its own server alone, which is no cluster', () => {
  expect(values.replica.sidecars.find(({ name }) => name === 'exporter')?.args).not.toContain('--is-cluster');
});

test('a master without replicas in touch takes no writes, and Sentinels know it by the name of its pod', () => {
  const files = sentinelPodConfiguration(settings);
  expect(files['redis.conf']).toMatch(/^min-replicas-to-write 1\nmin-replicas-max-lag 10$/m);
  expect(files['sentinel.conf']).toMatch(
    /^sentinel monitor main redis-node-0\.redis-headless\.redis\.svc\.cluster\.local 6379 2$/m,
  );
  expect(files['sentinel.conf']).toMatch(/^sentinel resolve-hostnames yes$/m);
  expect(JSON.stringify(files)).not.toMatch(/masterauth|auth-pass|sentinel-pass/);
});

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { redisMonitoring } from '../../../constructs/bitnami/redis-monitoring';
import { bitnamiClusterTestSettings, bitnamiSentinelTestSettings } from '../../support/bitnami-settings';

const monitoring = {
  kind: 'prometheus-operator',
  namespace: 'observability',
  labels: { release: 'prometheus' },
} as const;

const objectsOf = (settings: Parameters<typeof redisMonitoring>[0]['settings']) =>
  redisMonitoring({ settings, zones: 3, clusterName: 'test-redis' });

const cluster = objectsOf({ ...bitnamiClusterTestSettings, monitoring });

test('without the operator there is nothing for it', () => {
  expect(objectsOf(bitnamiClusterTestSettings)).toEqual([]);
});

test('all exporters are asked, those of pods that are not ready as well, and their metrics say which platform it is', () => {
  expect(cluster[0]).toMatchObject({
    kind: 'Service',
    spec: {
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: { 'app.kubernetes.io/instance': 'redis' },
      ports: [{ name: 'metrics', port: 9_121 }],
    },
  });
  expect(cluster[1]).toMatchObject({
    kind: 'ServiceMonitor',
    metadata: { labels: { release: 'prometheus' } },
    spec: {
      selector: { matchLabels: cluster[0]?.metadata.labels },
      endpoints: [{ port: 'metrics', relabelings: [{ targetLabel: 'redis_cluster', replacement: 'test-redis' }] }],
    },
  });
});

test('with Sentinels a master may be anywhere', () => {
  expect(objectsOf({ ...bitnamiSentinelTestSettings, monitoring }).map(({ kind }) => kind)).toEqual([
    'Service',
    'ServiceMonitor',
  ]);
});

/** Series of one pod's role over an hour. */
const series = (pod: string, role: string) => ({
  series: `redis_instance_info{redis_cluster="test-redis",namespace="redis",pod="${pod}",role="${role}"}`,
  values: '1x60',
});

test.each([
  ['a master at home and its replica', [series('redis-0', 'master'), series('redis-4', 'slave')], []],
  ['a master elsewhere', [series('redis-0', 'slave'), series('redis-4', 'master')], ['redis-0']],
  ['one that was elsewhere for ten minutes', [{ ...series('redis-0', 'slave'), values: '1x10 _x50' }], []],
])('%s: whom it tells of', (_, given, pods) => {
  const directory = mkdtempSync(path.join(tmpdir(), 'redis-roles-'));
  try {
    writeFileSync(path.join(directory, 'rules.json'), JSON.stringify(cluster[2]?.spec));
    const labels = (pod: string) => ({
      severity: 'warning',
      namespace: 'redis',
      redis_cluster: 'test-redis',
      pod,
      role: 'slave',
    });
    const rules = (cluster[2]?.spec as { groups: { rules: { annotations: Record<string, string> }[] }[] }).groups[0]
      ?.rules[0];
    const filled = (pod: string) =>
      Object.fromEntries(
        Object.entries(rules?.annotations ?? {}).map(([key, text]) => [
          key,
          text.replace('{{ $labels.redis_cluster }}', 'test-redis').replace('{{ $labels.pod }}', pod),
        ]),
      );
    writeFileSync(
      path.join(directory, 'test.json'),
      JSON.stringify({
        rule_files: ['rules.json'],
        evaluation_interval: '1m',
        tests: [
          {
            interval: '1m',
            input_series: given,
            alert_rule_test: [
              {
                eval_time: '30m',
                alertname: 'RedisMasterAwayFromHome',
                exp_alerts: pods.map((pod) => ({ exp_labels: labels(pod), exp_annotations: filled(pod) })),
              },
            ],
          },
        ],
      }),
    );
    expect(execFileSync('promtool', ['test', 'rules', 'test.json'], { cwd: directory, encoding: 'utf8' })).toContain(
      'SUCCESS',
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
});

import { applicationTraffic } from '../../../../constructs/application/application-traffic';
import { redisTraffic } from '../../../../constructs/bitnami/redis-traffic';
import type { TrafficRule } from '../../../../constructs/cluster-services/traffic';
import { alloyConfiguration } from '../../../../constructs/observability/cluster/alloy-configuration';
import { monitoringObjects } from '../../../../constructs/observability/cluster/monitors';
import { watcherPods } from '../../../../constructs/observability/cluster/names';
import { watcherTraffic } from '../../../../constructs/observability/cluster/traffic';
import { watchedCluster } from '../../../../constructs/observability/cluster/watched-cluster';
import { developmentEnvironment } from '../../../../environments/development';
import { productionEnvironment } from '../../../../environments/production';
import { bitnamiClusterTestSettings } from '../../../support/bitnami-settings';
import { testAddresses } from '../../../support/cluster-services';
import { testWatchedCluster } from '../../../support/observability';
import { managedDatabase, managedRedis } from '../../../support/application-stack';

const monitorsOf = (platform = testWatchedCluster) =>
  monitoringObjects(platform)
    .filter(({ kind }) => kind === 'PodMonitor')
    .map(({ metadata: { name } }) => name);

test('Redis, api and worker come with the labels that rules go by', () => {
  const [redis] = monitoringObjects(testWatchedCluster);
  expect(redis).toEqual({
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PodMonitor',
    metadata: { name: 'redis' },
    spec: {
      namespaceSelector: { matchNames: ['redis'] },
      selector: { matchLabels: { 'app.kubernetes.io/instance': 'redis' } },
      attachMetadata: { node: true },
      podMetricsEndpoints: [
        {
          port: 'metrics',
          relabelings: [
            { targetLabel: 'job', replacement: 'redis' },
            { targetLabel: 'redis_cluster', replacement: 'test-redis' },
            { sourceLabels: ['__meta_kubernetes_node_label_topology_kubernetes_io_zone'], targetLabel: 'zone' },
          ],
        },
      ],
    },
  });
  expect(monitorsOf()).toEqual(['redis', 'api', 'worker', 'loki', 'alloy', 'grafana']);
});

test('there are as many servers, shards and zones as there are in the settings', () => {
  expect(testWatchedCluster.redis).toEqual({
    kind: 'exporters',
    topology: 'cluster',
    namespace: 'redis',
    servers: 6,
    shards: 3,
    replicasPerShard: 1,
    zones: 3,
    maxClients: 'exported',
  });
  expect(watchedCluster(developmentEnvironment).redis).toMatchObject({
    topology: 'sentinel',
    servers: 3,
    shards: 1,
    replicasPerShard: 2,
  });
});

test('ElastiCache is watched by CloudWatch: nobody asks exporters that are not there', () => {
  const platform = watchedCluster(productionEnvironment);
  expect(platform.redis).toEqual({ kind: 'cloudwatch', namespace: 'redis' });
  expect(monitorsOf(platform)).not.toContain('redis');
});

/** Namespaces of pods that Prometheus may ask, with the ports. */
const asked = (rules: readonly TrafficRule[]) =>
  rules
    .filter(({ name }) => name.startsWith('scrape-'))
    .flatMap(({ peers, ports = [] }) =>
      peers.map((peer) => `${'namespace' in peer ? peer.namespace : ''}:${String(ports[0]?.port)}`),
    )
    .filter((end) => /^(?:redis|application):/.test(end));

/** Ports that a namespace opens to Prometheus. */
const opened = (namespace: string, rules: readonly TrafficRule[]) =>
  rules
    .filter(({ peers }) => peers.some((peer) => 'namespace' in peer && peer.namespace === 'observability'))
    .map(({ peers, ports = [] }) => {
      expect(peers).toEqual([{ namespace: 'observability', pods: watcherPods.prometheus }]);
      return `${namespace}:${String(ports[0]?.port)}`;
    });

test('whomever Prometheus may ask lets it in, and nobody else does', () => {
  const rules = watcherTraffic({ addresses: testAddresses, redisInPods: true, mailPorts: [] });
  const ends = { redis: managedRedis, database: managedDatabase, addresses: testAddresses };
  expect(asked(rules).sort()).toEqual(
    [
      ...opened('application', applicationTraffic(ends)),
      ...opened('redis', redisTraffic(bitnamiClusterTestSettings)),
    ].sort(),
  );
  expect(asked(rules)).toHaveLength(3);
});

test('Alertmanager alone reaches the world, by HTTPS and the ports of mail servers', () => {
  const rules = watcherTraffic({ addresses: testAddresses, redisInPods: false, mailPorts: [587] });
  const outside = rules.filter(({ peers }) => peers.some((peer) => 'cidr' in peer && peer.cidr === '0.0.0.0/0'));
  expect(outside.map(({ name, ports }) => [name, ports])).toEqual([
    ['tell-receivers', [{ port: 443 }, { port: 587 }]],
    // By names that AWS has many addresses for.
    ['loki-call-aws', [{ port: 443 }]],
    ['grafana-call-aws', [{ port: 443 }]],
  ]);
  expect(rules.map(({ name }) => name)).not.toContain('scrape-redis');
});

test('lines have the labels of metrics, and a share of containers for each pod of Alloy', () => {
  const text = alloyConfiguration('test', 'test-redis');
  for (const label of ['namespace', 'pod', 'container', 'app']) expect(text).toContain(`target_label  = "${label}"`);
  expect(text).toContain('redis_cluster = "test-redis"');
  expect(text).toMatch(/clustering \{\n {4}enabled = true/);
  expect(text).toContain('http://loki.observability.svc:3100/loki/api/v1/push');
});

/** The real exporter beside a real server, with the arguments and the rights that it has on the platforms. */
import { ensureRedisExporter, stopObserver } from '../../../apps/local-platform/observability';
import { withNodeAdmin } from '../../../apps/local-platform/redis/admin';
import { localEnvironment } from '../../../environments/local';
import { watchedLocalPlatform } from '../../../constructs/local/watched-platform';
import { redisServerRules } from '../../../constructs/observability/rules/redis-server-rules';
import { exporterArguments } from '../../../constructs/redis/exporter-login';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import { selectionsOf } from '../../support/promql';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startRedisCluster({ shards: 1, replicasPerShard: 1 });
});

afterAll(() => cluster.stop());

// In pods of a cluster it also asks where slots are.
test.each([
  ['as on one machine', []],
  ['as in pods of a cluster', ['--is-cluster']],
])('%s, it is refused nothing, and reports what the rules about servers use', async (_, further) => {
  const [node] = cluster.nodes;
  if (!node) throw new Error('there is no server');
  const [port = 0] = await freePorts(1);
  const { directory } = cluster;
  const exporter = { name: 'exporter', directory, incarnation: 0, port, redisPort: node.port };
  const metrics = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  await ensureRedisExporter({ ...exporter, arguments: [...exporterArguments(node.port), ...further] });
  try {
    // A latency that is not measured yet has no series.
    await eventually(async () => (await metrics()).includes('redis_commands_duration_seconds_total'));
    const text = await metrics();
    expect(/^redis_up .*$/m.exec(text)?.[0]).toBe('redis_up 1');
    expect(/^redis_exporter_last_scrape_error\{.*$/m.exec(text)?.[0]).toMatch(/ 0$/);
    const platform = watchedLocalPlatform(localEnvironment({}));
    const used = redisServerRules(platform, platform.redis)
      .flatMap(({ expr }) => selectionsOf(expr))
      .map(({ metric }) => metric)
      .filter((metric) => metric.startsWith('redis_'));
    expect(used.length).toBeGreaterThan(10);
    expect([...new Set(used)].filter((metric) => !text.includes(`\n${metric}`))).toEqual([]);
  } finally {
    await stopObserver(exporter);
  }
  expect(await withNodeAdmin(directory, node, (admin) => admin('ACL', 'LOG'))).toBe('');
});

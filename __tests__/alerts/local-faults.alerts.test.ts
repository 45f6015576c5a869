/**
 * Faults on a deployed local platform, and who is told of them: by the exporters, Prometheus, Alertmanager and the receiver
 * that one deployment starts. Windows and waits are 20 times shorter than on a platform that people depend on.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningPid, waitUntil } from '../../apps/local-platform/daemon';
import { applicationDaemon } from '../../apps/local-platform/liveness';
import { withNodeAdmin } from '../../apps/local-platform/redis/admin';
import { nodeDaemon } from '../../apps/local-platform/redis/layout';
import { readRedisPassword } from '../../apps/local-platform/secret-files';
import { viewCluster, type NodeView } from '../../apps/local-platform/redis/view';
import { connectRedis, disconnectRedis, type RedisClient } from '../../apps/redis/client';
import { hashSlot } from '../../apps/redis/keys';
import { rulesOf } from '../../constructs/observability/rules/rules';
import { applicationDashboard } from '../../constructs/observability/dashboards/application-dashboard';
import { redisDashboard } from '../../constructs/observability/dashboards/redis-dashboard';
import { watchedLocalPlatform } from '../../constructs/local/watched-platform';
import { redisNodes, watchers, type LocalRedisNodePlan } from '../../constructs/local/layout';
import { localEnvironment } from '../../environments/local';
import { AlertWatch } from '../support/alert-watch';
import { copyCheckout, type CheckoutCopy } from '../support/checkout-copy';
import { selectionsOf } from '../support/promql';
import { commandsOf, readRunbook, runbookFiles } from '../support/runbooks';
import { throttle } from '../support/throttle';

jest.setTimeout(240_000);

let checkout: CheckoutCopy;
let directory: string;
let nodes: readonly LocalRedisNodePlan[];
let watch: AlertWatch;
let client: RedisClient;

const timings: string[] = [];

beforeAll(async () => {
  checkout = await copyCheckout();
  directory = path.join(checkout.directory, '.local');
  const environment = localEnvironment({ LOCAL_FIRST_PORT: String(checkout.firstPort) });
  nodes = redisNodes(environment);
  const { alertmanager, alertReceiver } = watchers(environment);
  watch = new AlertWatch({
    alertmanager: `http://127.0.0.1:${alertmanager.port}`,
    notifications: `http://127.0.0.1:${alertReceiver.port}`,
  });
  await deploy();
  client = connectRedis({
    topology: 'cluster',
    seeds: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
    username: 'app',
    password: readRedisPassword(path.join(directory, 'secrets'), 'app'),
    caCertificate: readFileSync(path.join(directory, 'certificates/ca.crt'), 'utf8'),
  });
}, 240_000);

afterAll(async () => {
  if (timings.length > 0)
    console.info(['Seconds from fault to notification, and from repair to all-clear:', ...timings].join('\n'));
  await disconnectRedis(client);
  await checkout.cdktf('destroy', 'local-*', '--auto-approve');
  checkout.remove();
}, 120_000);

async function deploy(): Promise<void> {
  const { exitCode, output } = await checkout.cdktf('deploy', 'local-*', '--auto-approve');
  if (exitCode !== 0) throw new Error(output.slice(-4_000));
}

const redisPid = (name: string) => runningPid(nodeDaemon(directory, name)) ?? 0;
const workerPids = () => ['worker-1', 'worker-2'].map((name) => runningPid(applicationDaemon(directory, name)) ?? 0);

/** Waits for the alert and its end, and notes how long both took. */
async function expectTold(
  alert: string,
  {
    since,
    receiver,
    pods = [],
  }: { readonly since: number; readonly receiver: 'page' | 'chat'; readonly pods?: readonly string[] },
): Promise<void> {
  const told = await watch.told('firing', alert, { since, receiver, pods });
  timings.push(
    `${alert}: ${told.afterSeconds.toFixed(1)} s (${receiver}${pods.length > 0 ? `, ${pods.join(' and ')} in one message` : ''})`,
  );
}

async function expectResolved(alert: string, since: number): Promise<void> {
  const told = await watch.told('resolved', alert, { since });
  timings.push(`${alert} is over: ${told.afterSeconds.toFixed(1)} s`);
}

/** A master, its replica, and how keys of its slots begin. */
interface Shard {
  readonly master: NodeView;
  readonly replica: NodeView;
  readonly prefix: string;
}

async function shards(): Promise<readonly Shard[]> {
  const views = await viewCluster({ directory, nodes });
  const bounds = [0, 5_461, 10_923, 16_384];
  return [0, 1, 2].map((index) => {
    const isOf = (name: string) => nodes.find((node) => node.name === name)?.shard === index;
    const [master, replica] = ['master', 'replica'].map((role) =>
      views.find((view) => view.role === role && isOf(view.node.name)),
    );
    if (!master || !replica) throw new Error(`shard ${index} is not whole`);
    const bySlot = Array.from({ length: 100 }, (_, tag) => `{fill-${tag}}`).find((tag) => {
      const slot = hashSlot(tag);
      return slot >= (bounds[index] ?? 0) && slot < (bounds[index + 1] ?? 0);
    });
    return { master, replica, prefix: `cache:${bySlot ?? ''}:` };
  });
}

async function memoryShare({ node }: NodeView): Promise<number> {
  const info = await withNodeAdmin(directory, node, (admin) => admin('INFO', 'memory'));
  const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1]);
  return figure('used_memory') / figure('maxmemory');
}

const megabyte = randomBytes(500_000).toString('hex');

/** Fills a master with values that stay, until a share of its memory is used. @returns the keys */
async function fill({ master, prefix }: Shard, share: number): Promise<readonly string[]> {
  const keys: string[] = [];
  while ((await memoryShare(master)) < share) {
    const key = `${prefix}${keys.length}`;
    await client.set(key, megabyte);
    keys.push(key);
  }
  return keys;
}

/** Writes small values that expire, in batches, until it is told to end. */
function writeOn(
  prefix: string,
  { bytes, pauseMilliseconds }: { readonly bytes: number; readonly pauseMilliseconds: number },
) {
  const value = 'x'.repeat(bytes);
  const ending = new AbortController();
  let count = 0;
  const done = (async () => {
    while (!ending.signal.aborted) {
      await Promise.all(
        Array.from({ length: 500 }, () => client.set(`${prefix}${count++ % 100_000}`, value, 'PX', 600_000)),
      );
      await sleep(pauseMilliseconds);
    }
  })();
  return {
    stop: async () => {
      ending.abort();
      await done;
    },
  };
}

/** Sends a request of a user that has logged in. */
async function asUser(token: string, method: string, route: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`http://127.0.0.1:${checkout.firstPort + 31}${route}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`${method} ${route}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Record<string, unknown>;
}

async function logIn(): Promise<string> {
  const password = readFileSync(path.join(directory, 'secrets/demo-user'), 'utf8').trim();
  return ((await asUser('', 'POST', '/sessions', { username: 'user-1', password })) as { token: string }).token;
}

/** Orders what can not be had. @returns what makes it so that it can, and replays the order */
async function poisonOrder(): Promise<() => Promise<void>> {
  const token = await logIn();
  const resourceId = `poison-${randomUUID()}`;
  const resource = { name: 'Poison', priceCents: 1, available: false };
  await asUser(token, 'PUT', `/resources/${resourceId}`, resource);
  const { id } = (await asUser(token, 'POST', '/orders', { resourceId, quantity: 1 })) as { id: string };
  return async () => {
    // Sessions expire, so they are among what is evicted.
    const anew = await logIn();
    await asUser(anew, 'PUT', `/resources/${resourceId}`, { ...resource, available: true });
    await asUser(anew, 'POST', `/orders/${id}/replay`);
  };
}

test('signs of life come all the time', async () => {
  const before = await watch.signsOfLife();
  for (let second = 0; second < 30 && (await watch.signsOfLife()) < before + 2; second++) await sleep(1_000);
  expect(await watch.signsOfLife()).toBeGreaterThanOrEqual(before + 2);
});

test('memory, evictions, a throttled replica and a poison order: each is told of by day, and comes to an end', async () => {
  const [first, second, third] = (await shards()) as [Shard, Shard, Shard];
  const since = Date.now();
  const cure = await poisonOrder();
  const filled = [...(await fill(first, 0.815)), ...(await fill(second, 0.95))];
  const evicting = writeOn(second.prefix, { bytes: 4_000, pauseMilliseconds: 200 });
  const release = throttle(redisPid(third.replica.node.name), 0.02);
  const flooding = writeOn(third.prefix, { bytes: 200, pauseMilliseconds: 5 });
  try {
    await Promise.all([
      expectTold('QueueDeadLetters', { since, receiver: 'chat' }),
      expectTold('RedisMemoryHigh', {
        since,
        receiver: 'chat',
        pods: [first.master.node.name],
      }),
      expectTold('RedisMemoryHigh', { since, receiver: 'page', pods: [second.master.node.name] }),
      expectTold('RedisEvictionsRising', { since, receiver: 'chat' }),
      expectTold('RedisReplicationLag', { since, receiver: 'chat', pods: [third.master.node.name] }),
    ]);
  } finally {
    await release();
    await Promise.all([evicting.stop(), flooding.stop()]);
  }
  const repaired = Date.now();
  await cure();
  await Promise.all(filled.map((key) => client.unlink(key)));
  await Promise.all(
    ['QueueDeadLetters', 'RedisMemoryHigh', 'RedisEvictionsRising', 'RedisReplicationLag'].map((alert) =>
      expectResolved(alert, repaired),
    ),
  );
});

test.each(runbookFiles())('%s: its commands work on one machine', async (file) => {
  const preparation = commandsOf(readRunbook('README.md'), 'local');
  const commands = commandsOf(readRunbook(file), 'local').filter((block) => !block.includes('cdktf_local deploy'));
  const script = ['set -euo pipefail', ...preparation.slice(0, 2), ...(file === 'README.md' ? preparation : commands)];
  const { exitCode, output } = await checkout.run('bash', '-c', script.join('\n'));
  expect({ exitCode, output: exitCode === 0 ? '' : output }).toEqual({ exitCode: 0, output: '' });
});

test('a killed master, a frozen replica and stopped workers wake somebody, and what follows from them is silent', async () => {
  const [first, second] = (await shards()) as [Shard, Shard, Shard];
  const since = Date.now();
  const pods = [first.master.node.name, second.replica.node.name];
  process.kill(redisPid(first.master.node.name), 'SIGKILL');
  const frozen = redisPid(second.replica.node.name);
  process.kill(frozen, 'SIGSTOP');
  const stopped = workerPids();
  for (const pid of stopped) process.kill(pid, 'SIGSTOP');
  let repaired: number;
  try {
    await Promise.all([
      expectTold('RedisDown', { since, receiver: 'page', pods }),
      expectTold('WorkerDown', { since, receiver: 'page' }),
      ...['RedisReplicaMissing', 'QueueUnmeasured', 'NoLeader'].map((alert) => watch.suppressed(alert)),
    ]);
  } finally {
    for (const pid of [frozen, ...stopped]) process.kill(pid, 'SIGCONT');
    repaired = Date.now();
  }
  await deploy();
  await Promise.all(['RedisDown', 'WorkerDown'].map((alert) => expectResolved(alert, repaired)));
  const told = (await watch.notifications()).filter(
    ({ receivedAt }) => Date.parse(receivedAt) >= since && Date.parse(receivedAt) < repaired,
  );
  const silent = ['RedisReplicaMissing', 'RedisReplicaLinkDown', 'RedisReplicationLag', 'QueueUnmeasured', 'NoLeader'];
  expect(
    told
      .flatMap(({ alerts }) => alerts)
      .filter(({ status, labels }) => status === 'firing' && silent.includes(labels.alertname ?? '')),
  ).toEqual([]);
});

const prometheusUrl = () =>
  `http://127.0.0.1:${watchers(localEnvironment({ LOCAL_FIRST_PORT: String(checkout.firstPort) })).prometheus.port}`;

async function askPrometheus<Data>(path: string, parameters: Readonly<Record<string, string>>): Promise<Data> {
  const response = await fetch(`${prometheusUrl()}/api/v1/${path}?${new URLSearchParams(parameters).toString()}`);
  const { data, error } = (await response.json()) as { readonly data: Data; readonly error?: string };
  if (!response.ok) throw new Error(`${JSON.stringify(parameters)}: ${error ?? response.status}`);
  return data;
}

/** Labels that any series of a metric has; none if there are no such series. */
async function labelsOf(metric: string): Promise<ReadonlySet<string>> {
  const series = await askPrometheus<readonly Readonly<Record<string, string>>[]>('series', { 'match[]': metric });
  return new Set(series.flatMap((labels) => Object.keys(labels)));
}

const platform = watchedLocalPlatform(localEnvironment({}));

/** Queries of panels, with the window that Grafana would put in. */
const panelQueries = [redisDashboard(platform, platform.redis), applicationDashboard(platform)]
  .flatMap(({ rows }) => rows.flatMap(({ panels }) => panels))
  .flatMap((panel) => ('prometheus' in panel ? panel.prometheus : []))
  .map(({ expr }) => expr.replaceAll('$__rate_interval', '1m'));

const queries = [
  ...rulesOf(platform).flatMap(({ alerts, recordings }) => [...alerts, ...recordings].map(({ expr }) => expr)),
  ...panelQueries,
];

test('every metric and label in a rule or a panel is told by an exporter, the api or the worker', async () => {
  const selections = queries.flatMap(selectionsOf);
  expect(selections.length).toBeGreaterThan(150);
  const missing = async () => {
    const known = new Map<string, ReadonlySet<string>>();
    for (const { metric } of selections) known.set(metric, known.get(metric) ?? (await labelsOf(metric)));
    const gaps = selections.flatMap(({ metric, labels }) =>
      ['__name__', ...labels].filter((label) => !known.get(metric)?.has(label)).map((label) => `${metric} ${label}`),
    );
    return [...new Set(gaps)];
  };
  await waitUntil(async () => (await missing()).length === 0, 30_000);
  expect(await missing()).toEqual([]);
});

test('Prometheus answers every panel with something', async () => {
  const empty: string[] = [];
  for (const query of panelQueries) {
    const { result } = await askPrometheus<{ readonly result: readonly unknown[] }>('query', { query });
    if (result.length === 0) empty.push(query);
  }
  // Nobody decided alone: Redis was there all the time.
  expect(empty.filter((query) => !query.includes('source="local"'))).toEqual([]);
});

/** The local environment for real: CDKTF and Terraform deploy it from a copy of this checkout, change it and destroy it. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive, runningPid, waitUntil } from '../../apps/local-platform/daemon';
import { applicationDaemon, isRunning, observabilityDaemon } from '../../apps/local-platform/liveness';
import { withNodeAdmin } from '../../apps/local-platform/redis/admin';
import { isFree } from '../../apps/local-platform/ports';
import { nodeDaemon } from '../../apps/local-platform/redis/layout';
import { viewCluster } from '../../apps/local-platform/redis/view';
import { redisNodes, type LocalRedisNodePlan } from '../../constructs/local/layout';
import { localEnvironment } from '../../environments/local';
import { startOrderLoad } from '../support/order-load';
import { copyCheckout, type CheckoutCopy, type CommandResult } from '../support/checkout-copy';

jest.setTimeout(180_000);

let checkout: CheckoutCopy;
let first: CommandResult;

const platform = () => path.join(checkout.directory, '.local');
const redis = ['redis-1', 'redis-2', 'redis-3', 'redis-4', 'redis-5', 'redis-6'];
const application = ['worker-1', 'worker-2', 'api-1', 'api-2'];
const observability = [
  ...redis.map((_, index) => `exporter-${index + 1}`),
  'alert-receiver',
  'alertmanager',
  'prometheus',
];

beforeAll(async () => {
  checkout = await copyCheckout();
  first = await deploy();
}, 180_000);

afterAll(async () => {
  await checkout.cdktf('destroy', 'local-*', '--auto-approve');
  checkout.remove();
}, 120_000);

const deploy = () => checkout.cdktf('deploy', 'local-*', '--auto-approve');

/** Process id of everything that runs, by name. */
function pids(): Record<string, number | undefined> {
  return Object.fromEntries([
    ...redis.map((name) => [name, runningPid(nodeDaemon(platform(), name))]),
    ...application.map((name) => [name, runningPid(applicationDaemon(platform(), name))]),
    ...observability.map((name) => [name, runningPid(observabilityDaemon(platform(), name))]),
    ['postgres', Number(readFileSync(path.join(platform(), 'postgres/data/postmaster.pid'), 'utf8').split('\n')[0])],
  ]) as Record<string, number | undefined>;
}

function changedSince(before: Record<string, number | undefined>): string[] {
  return Object.entries(pids())
    .filter(([name, pid]) => before[name] !== pid)
    .map(([name]) => name)
    .sort();
}

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(path.join(checkout.directory, file), 'utf8');
  expect(text).toContain(from);
  writeFileSync(path.join(checkout.directory, file), text.replace(from, to));
}

test('one deployment starts everything', () => {
  expect(first).toMatchObject({ exitCode: 0 });
  expect(Object.entries(pids()).filter(([, pid]) => pid === undefined)).toEqual([]);
});

test('a second deployment changes nothing', async () => {
  const before = pids();
  const { exitCode, output } = await deploy();
  expect(exitCode).toBe(0);
  expect(output.match(/No changes\. Your infrastructure matches the configuration\./g)).toHaveLength(3);
  expect(changedSince(before)).toEqual([]);
});

test('no secret is in a synthesized file, the state, a log, a record or a process list', () => {
  const secrets = secretTexts();
  expect(secrets.length).toBeGreaterThanOrEqual(11);
  const places = [
    ...filesBelow(path.join(checkout.directory, 'cdktf.out')),
    ...filesBelow(path.join(checkout.directory, 'dist')),
    ...readdirSync(checkout.directory)
      .filter((name) => name.includes('.tfstate'))
      .map((name) => path.join(checkout.directory, name)),
    ...filesBelow(platform()).filter(
      (file) => !/\/(secrets|certificates)\/|\.(rdb|aof)$|postgres\/data\/(base|global|pg_wal)/.test(file),
    ),
  ];
  expect(places.length).toBeGreaterThan(30);
  const texts = new Map(places.map((file) => [file, readFileSync(file, 'latin1')]));
  texts.set('output of the deployment', first.output);
  texts.set('process list', execFileSync('ps', ['axww', '-o', 'args'], { encoding: 'utf8' }));
  const found = [...texts]
    .filter(([, text]) => secrets.some((secret) => text.includes(secret)))
    .map(([place]) => place);
  expect(found).toEqual([]);
});

test('no environment of a process holds a secret', () => {
  if (process.platform !== 'linux') return;
  const secrets = secretTexts();
  const found = Object.entries(pids()).filter(([, pid]) => {
    const environment = readFileSync(`/proc/${pid ?? 0}/environ`, 'latin1');
    return secrets.some((secret) => environment.includes(secret));
  });
  expect(found).toEqual([]);
});

test('a command of the worker runs with the settings of a deployed one', async () => {
  const command = 'node --env-file=settings.env ../../../dist/worker.js dead-letters list';
  const result = await checkout.run('sh', '-c', `cd .local/application/worker-1 && ${command}`);
  expect(result).toEqual({ exitCode: 0, output: '' });
});

test('killed processes are brought back, the others stay', async () => {
  const before = pids();
  for (const name of ['redis-2', 'worker-1', 'api-2']) process.kill(before[name] ?? 0, 'SIGKILL');
  const { exitCode, output } = await deploy();
  expect(output).toContain('terraform_data.redis-2 (redis/redis-2/redis-node) must be replaced');
  expect(exitCode).toBe(0);
  expect(changedSince(before)).toEqual(['api-2', 'redis-2', 'worker-1']);
  expect((await deploy()).output.match(/No changes\./g)).toHaveLength(3);
});

test.each([
  ['killed', 'SIGKILL'],
  ['frozen', 'SIGSTOP'],
] as const)('with a master %s under load, each order has its effect once, and every limit ends', async (_, signal) => {
  const nodes = redisNodes(localEnvironment({ LOCAL_FIRST_PORT: String(checkout.firstPort) }));
  const cluster = { directory: platform(), nodes };
  const load = await startOrderLoad({
    apiUrls: [31, 32].map((offset) => `http://127.0.0.1:${checkout.firstPort + offset}`),
    username: 'user-1',
    password: readFileSync(path.join(platform(), 'secrets/demo-user'), 'utf8').trim(),
    orders: 400,
  });
  const master = (await viewCluster(cluster)).find(({ role }) => role === 'master')?.node ?? nodes[0];
  process.kill(pids()[master?.name ?? ''] ?? 0, signal);
  const ids = await load.accepted;
  expect(new Set(ids).size).toBe(400);
  const effected = await waitUntil(
    async () => (await Promise.all(ids.map((id) => load.status(id)))).every((status) => status === 'effected'),
    60_000,
  );
  expect(effected).toBe(true);
  if (signal === 'SIGSTOP') process.kill(pids()[master?.name ?? ''] ?? 0, 'SIGCONT');
  else expect(await deploy()).toMatchObject({ exitCode: 0 });
  await waitUntil(async () => (await load.unitsSold()) >= 400, 10_000);
  expect(await load.unitsSold()).toBe(400);
  for (const node of nodes) expect(await keysWithoutTtl(node, 'rate:*')).toEqual([]);
});

test('a changed setting of the worker restarts the workers alone', async () => {
  const before = pids();
  edit('environments/local.ts', 'maxAttempts: 3', 'maxAttempts: 4');
  expect(await deploy()).toMatchObject({ exitCode: 0 });
  expect(changedSince(before)).toEqual(['worker-1', 'worker-2']);
});

test('a changed setting of Redis restarts the nodes alone, and the application keeps running', async () => {
  const before = pids();
  edit('environments/local.ts', 'nodeMemoryMebibytes: 128', 'nodeMemoryMebibytes: 160');
  expect(await deploy()).toMatchObject({ exitCode: 0 });
  expect(changedSince(before)).toEqual(redis);
});

test('other ports are refused while the platform holds data', async () => {
  const before = pids();
  const { exitCode, output } = await checkout.run(
    'env',
    `LOCAL_FIRST_PORT=${checkout.firstPort === 20_000 ? 20_050 : 20_000}`,
    path.join(checkout.directory, 'node_modules/.bin/cdktf'),
    'deploy',
    'local-*',
    '--auto-approve',
  );
  expect(exitCode).not.toBe(0);
  expect(output).toContain('give the data up with `npm run demo:down`');
  expect(changedSince(before)).toEqual([]);
});

test('destroying leaves no process, port or file', async () => {
  const before = pids();
  expect(await checkout.cdktf('destroy', 'local-*', '--auto-approve')).toMatchObject({ exitCode: 0 });
  const alive = Object.values(before).filter((pid) => isAlive(pid ?? 0));
  expect(alive).toEqual([]);
  expect(existsSync(platform())).toBe(false);
  const ports = Array.from({ length: 50 }, (_, index) => checkout.firstPort + index);
  const taken = await Promise.all(ports.map(async (port) => !(await isFree(port))));
  expect(ports.filter((_, index) => taken[index])).toEqual([]);
  expect(redis.concat(application, 'postgres').filter((name) => isRunning(platform(), name))).toEqual([]);
});

/** Keys of a pattern on one node that would stay for ever. */
function keysWithoutTtl(node: LocalRedisNodePlan, pattern: string): Promise<string[]> {
  return withNodeAdmin(platform(), node, async (admin) => {
    // A replica answers for its keys only when it is asked to.
    await admin('READONLY');
    const [, ...found] = (await admin('SCAN', 0, 'MATCH', pattern, 'COUNT', 100_000)).split(',');
    const keys = found.filter(Boolean);
    const ttls = await Promise.all(keys.map(async (key) => Number(await admin('PTTL', key))));
    return keys.filter((_, index) => ttls[index] === -1);
  });
}

/** Every generated secret: passwords, session keys, private keys. */
function secretTexts(): string[] {
  const passwords = filesBelow(path.join(platform(), 'secrets'))
    .filter((file) => !/\.(acl|conf|json)$/.test(file))
    .map((file) => readFileSync(file, 'utf8').trim());
  const { encryption, signing } = JSON.parse(
    readFileSync(path.join(platform(), 'secrets/session-keys.json'), 'utf8'),
  ) as Record<'encryption' | 'signing', { key: string }[]>;
  const privateKeys = filesBelow(path.join(platform(), 'certificates'))
    .filter((file) => file.endsWith('.key'))
    .map((file) => readFileSync(file, 'utf8').split('\n')[1] ?? '');
  return [...passwords, ...[...encryption, ...signing].map(({ key }) => key), ...privateKeys];
}

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { caFile } from '../../../apps/local-platform/certificates';
import { logTail, startDaemon, stopDaemon, type Daemon } from '../../../apps/local-platform/daemon';
import { withNodeAdmin } from '../../../apps/local-platform/redis/admin';
import { certificatesDirectory, nodeDaemon, type ClusterNode } from '../../../apps/local-platform/redis/layout';
import { startNode, stopNode } from '../../../apps/local-platform/redis/node';
import { awaitReady, connectRedis, disconnectRedis } from '../../../apps/redis/client';
import { renderClusterUsers } from '../../../constructs/bitnami/users';
import { eventually } from '../../support/eventually';
import { runPodProgram, writePodPrograms } from '../../support/pod-programs';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

const password = 'of-a-test';
const digest = createHash('sha256').update(password).digest('hex');

/** Lines of the users that the programs log in as. */
const users = renderClusterUsers(() => `#${digest}`)
  .split('\n')
  .filter((line) => /^user (?:keeper|arranger) /.test(line))
  .join('\n')
  .concat('\n');

let directory: string;
let cluster: TestCluster;

async function start(shards: number, replicasPerShard: number, hostname = ''): Promise<void> {
  cluster = await startRedisCluster({ shards, replicasPerShard, isFormed: false, users: () => users, hostname });
  directory = mkdtempSync(path.join(tmpdir(), 'cluster-programs-'));
  copyFileSync(caFile(certificatesDirectory(cluster.directory)), path.join(directory, 'ca.crt'));
  writePodPrograms('bitnami-cluster', path.join(directory, 'programs'));
  writeFileSync(path.join(directory, 'password'), password, { mode: 0o600 });
}

afterEach(async () => {
  await cluster.stop();
  rmSync(directory, { recursive: true });
});

const addressOf = ({ port }: ClusterNode) => `127.0.0.1:${port}`;

const credentials = () => ({ PASSWORD_FILE: path.join(directory, 'password'), CERTIFICATES: directory });

/** Runs a program as a pod does. */
const run = (program: string, variables: Readonly<Record<string, string>>) =>
  runPodProgram(path.join(directory, 'programs', program), {
    ...credentials(),
    ...variables,
  });

const arrange = (shards: string, nodes = cluster.nodes, variables = {}) =>
  run('arrange', {
    NODES: nodes.map((node) => `${addressOf(node)}@${node.busPort}`).join(' '),
    SHARDS: shards,
    ANSWER_SECONDS: '10',
    SYNC_SECONDS: '30',
    ...variables,
  });

const on = (ordinal: number, program: string, variables = {}) =>
  run(program, { SELF: addressOf(nodeAt(ordinal)), HAND_OVER_SECONDS: '20', ...variables });

function nodeAt(ordinal: number): ClusterNode {
  const node = cluster.nodes[ordinal];
  if (!node) throw new Error(`there is no node ${ordinal}`);
  return node;
}

/** What a server says of itself, in CLUSTER NODES: its role, and whom it follows or its slots. */
async function roleOf(ordinal: number): Promise<string> {
  const text = await withNodeAdmin(cluster.directory, nodeAt(ordinal), (admin) => admin('CLUSTER', 'NODES'));
  const fields =
    text
      .split('\n')
      .find((line) => line.includes('myself'))
      ?.split(' ') ?? [];
  return fields[2]?.includes('master') ? `master ${fields.slice(8).join(' ')}`.trim() : 'replica';
}

const rolesOf = (count: number) => Promise.all(Array.from({ length: count }, (_, ordinal) => roleOf(ordinal)));

const arranged = ['master 0-5460', 'master 5461-10921', 'master 10922-16383', 'replica', 'replica', 'replica'];
const shards = '0,4 1,5 2,3';

test('six servers become a cluster once; a master is handed over, and brought back where it belongs', async () => {
  await start(3, 1);
  expect((await on(0, 'ready')).code).toBe(0);

  const first = await arrange(shards);
  expect(first).toMatchObject({ code: 0, stderr: '' });
  expect(first.stdout).toContain('a cluster of 3 shards, on 6 pods');
  expect(await rolesOf(6)).toEqual(arranged);
  for (const ordinal of [0, 4]) expect((await on(ordinal, 'ready')).code).toBe(0);
  expect((await arrange(shards)).stdout).toBe('a cluster of 3 shards, on 6 pods\n');

  expect((await on(3, 'hand-over')).stdout).toBe('role: slave\n');
  expect((await on(0, 'hand-over')).stdout).toBe('role: slave\n');
  await eventually(async () => (await roleOf(4)) === 'master 0-5460');
  // Whoever is asked to be the master again has heard of it by then.
  await eventually(async () => (await arrange(shards)).code === 0);
  expect(await rolesOf(6)).toEqual(arranged);
});

test('servers that are added get their share of the slots, with what is in them, while they are used', async () => {
  await start(4, 0);
  const three = cluster.nodes.slice(0, 3);
  expect(await arrange('0 1 2', three)).toMatchObject({ code: 0, stderr: '' });
  const client = connectRedis(cluster.settings('app'));
  try {
    await awaitReady(client, 10_000);
    const keys = Array.from({ length: 2_000 }, (_, index) => `cache:resource:${index}`);
    await Promise.all(keys.map((key) => client.set(key, key)));

    const grown = await arrange('0 1 2 3');
    expect(grown.code).toBe(0);
    expect(grown.stdout).toContain('has no slots: masters give it some of theirs');
    expect(await roleOf(3)).toMatch(/^master \d/);
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);

    // As when each of several groups of shards is to get another replica.
    const impossible = await arrange('0,3 1 2');
    expect(impossible.code).toBe(1);
    expect(impossible.stderr).toContain(
      `${addressOf(nodeAt(0))} ${addressOf(nodeAt(3))} are to be one shard, and are masters of several`,
    );
    expect(await Promise.all(keys.map((key) => client.get(key)))).toEqual(keys);
  } finally {
    await disconnectRedis(client);
  }
});

test('a server that holds data and is in no cluster is not made an empty part of one', async () => {
  await start(3, 0);
  const node = nodeAt(1);
  await withNodeAdmin(cluster.directory, node, (admin) => admin('CLUSTER', 'ADDSLOTSRANGE', '0', '16383'));
  const client = connectRedis({
    ...cluster.settings('app'),
    topology: 'standalone',
    address: { host: '127.0.0.1', port: node.port },
  });
  await eventually(async () => (await client.set('cache:kept', 'kept').catch(() => '')) === 'OK');
  await withNodeAdmin(cluster.directory, node, (admin) => admin('CLUSTER', 'DELSLOTSRANGE', '0', '16383'));
  await disconnectRedis(client);

  const { code, stderr } = await arrange('0 1 2');
  expect(code).toBe(1);
  expect(stderr).toContain(`${addressOf(node)} holds data and is in no cluster`);
});

/** Starts the program that runs beside a server. `RETURN_SECONDS` is what tests can wait for. */
async function startKeeper(ordinal: number, variables: Readonly<Record<string, string>> = {}): Promise<Daemon> {
  const keeper: Daemon = { name: 'keeper', directory: path.join(directory, `keeper-${ordinal}`) };
  await startDaemon(keeper, {
    program: 'bash',
    arguments: [path.join(directory, 'programs', 'keep')],
    environment: {
      ...credentials(),
      ...{ SELF: addressOf(nodeAt(ordinal)), PAUSE_SECONDS: '1', ORDINAL: String(ordinal) },
      ...{ GROUP_PODS: '6', GROUP_MASTERS: '3', RETURN_SECONDS: '3600' },
      ...variables,
    },
    revision: '',
  });
  return keeper;
}

test('a master goes back to its pod by itself when all has been well for a while, and not before', async () => {
  await start(3, 1);
  expect((await arrange(shards)).code).toBe(0);
  expect((await on(0, 'hand-over')).stdout).toBe('role: slave\n');
  const other = nodeAt(3);
  await stopNode(cluster.directory, other);
  const keepers = await Promise.all([0, 4].map((ordinal) => startKeeper(ordinal, { RETURN_SECONDS: '3' })));
  try {
    await eventually(async () => (await adminOf(0, 'CLUSTER', 'NODES')).includes(' slave,fail '), 30_000);
    // Twice as long as it waits when all is well.
    await sleep(6_000);
    expect(await roleOf(0)).toBe('replica');
    // A slot that is being moved, which the master alone knows of.
    await adminOf(4, 'CLUSTER', 'SETSLOT', '0', 'MIGRATING', await adminOf(1, 'CLUSTER', 'MYID'));
    await startNode(cluster.directory, other);
    await eventually(async () => !(await adminOf(0, 'CLUSTER', 'NODES')).includes('fail'), 30_000);
    await sleep(6_000);
    expect(await roleOf(0)).toBe('replica');
    await adminOf(4, 'CLUSTER', 'SETSLOT', '0', 'STABLE');
    await eventually(async () => (await roleOf(0)) === 'master 0-5460', 30_000);
    expect(logTail(keepers[0] ?? { name: '', directory }, 50)).toContain(
      'becomes the master again, as its pod is to be',
    );
    await eventually(async () => (await roleOf(4)) === 'replica');
    // The one that belongs to a replica's pod leaves it a replica.
    await sleep(6_000);
    expect(await rolesOf(6)).toEqual(arranged);
  } finally {
    await Promise.all(keepers.map((keeper) => stopDaemon(keeper, 5_000)));
  }
}, 120_000);

/** Makes a server that is stopped look for all others at addresses where nobody is, as after their pods were replaced. */
function forgetAddresses(node: ClusterNode): void {
  const file = path.join(nodeDaemon(cluster.directory, node.name).directory, 'nodes.conf');
  const text = readFileSync(file, 'utf8').replaceAll(/^(?!.*myself)(\w+) 127\.0\.0\.1:/gm, '$1 127.0.0.9:');
  expect(text).toContain('127.0.0.9');
  writeFileSync(file, text);
}

test('servers that were all away, and are at other addresses, find each other by their names', async () => {
  await start(3, 0, 'localhost');
  expect((await arrange('0 1 2')).code).toBe(0);
  const knowsNames = async (node: ClusterNode) =>
    (await withNodeAdmin(cluster.directory, node, (admin) => admin('CLUSTER', 'NODES'))).match(/,localhost /g)
      ?.length === 3;
  for (const node of cluster.nodes) await eventually(() => knowsNames(node));
  for (const node of cluster.nodes) {
    await stopNode(cluster.directory, node);
  }
  for (const node of cluster.nodes) {
    forgetAddresses(node);
    await startNode(cluster.directory, node);
  }
  expect((await on(0, 'ready')).code).toBe(1);

  const keepers: Daemon[] = [];
  try {
    for (const ordinal of [0, 1, 2]) keepers.push(await startKeeper(ordinal));
    for (const ordinal of [0, 1, 2]) await eventually(async () => (await on(ordinal, 'ready')).code === 0, 20_000);
    expect(logTail(keepers[0] ?? { name: '', directory }, 50)).toContain('looking for a server at 127.0.0.1, ports ');
  } finally {
    await Promise.all(keepers.map((keeper) => stopDaemon(keeper, 5_000)));
  }
});

/** Makes a server that is stopped look for one other at an address where nobody is. */
function misplace(node: ClusterNode, other: ClusterNode): void {
  const file = path.join(nodeDaemon(cluster.directory, node.name).directory, 'nodes.conf');
  const text = readFileSync(file, 'utf8');
  const misplaced = text.replaceAll(new RegExp(`127\\.0\\.0\\.1(:\\d+@${other.busPort})`, 'g'), '127.0.0.9$1');
  expect(misplaced).not.toBe(text);
  writeFileSync(file, misplaced);
}

/** Asks a server as the programs of its pod do. */
async function asKeeper(ordinal: number, command: string): Promise<void> {
  const program = 'LOGIN=keeper\nsource "$(dirname "$0")/library"\nask "$SELF" <<<"$COMMAND"\n';
  writeFileSync(path.join(directory, 'programs', 'ask-keeper'), program);
  expect((await on(ordinal, 'ask-keeper', { COMMAND: command })).stdout).toBe('OK\n');
}

const adminOf = (ordinal: number, ...command: readonly [string, ...string[]]) =>
  withNodeAdmin(cluster.directory, nodeAt(ordinal), (admin) => admin(...command));

test('a replica that learns from others where its master is now copies from there', async () => {
  await start(3, 1);
  expect((await arrange(shards)).code).toBe(0);
  const [master, replica] = [nodeAt(0), nodeAt(4)];
  for (const node of [master, replica]) await stopNode(cluster.directory, node);
  misplace(replica, master);
  misplace(master, replica);
  await startNode(cluster.directory, master);
  // The master asks the replica for nothing: its question would tell the replica where to copy from.
  await asKeeper(0, 'CONFIG SET cluster-node-timeout 600000');
  await startNode(cluster.directory, replica);
  const masterAddress = async () =>
    /^\w+ (\S+):\d+@\d+\S* \S+ - .* 0-5460$/m.exec(await adminOf(4, 'CLUSTER', 'NODES'))?.[1];
  await eventually(async () => (await masterAddress()) === '127.0.0.1', 30_000);
  expect(await adminOf(4, 'INFO', 'replication')).toContain('master_host:127.0.0.9');
  expect((await on(4, 'ready')).code).toBe(1);

  const keeper = await startKeeper(4);
  try {
    await eventually(async () => (await on(4, 'ready')).code === 0, 20_000);
    expect(await roleOf(4)).toBe('replica');
    expect(logTail(keeper, 50)).toContain('to another address');
  } finally {
    await stopDaemon(keeper, 5_000);
  }
}, 180_000);

/**
 * A redis-cli that is one but for a server that answers everything except what it has: as one whose machine falls silent
 * between two questions.
 */
function writeSilencedClient(port: number): string {
  const folder = path.join(directory, 'silenced');
  mkdirSync(folder);
  const real = execFileSync('bash', ['-c', 'command -v redis-cli'], { encoding: 'utf8' }).trim();
  const text = `#!/usr/bin/env bash
input=$(cat)
if [[ $input == *'CLUSTER NODES'* && " $* " == *' -p ${port} '* ]]; then exit 1; fi
exec ${real} "$@" <<<"$input"
`;
  writeFileSync(path.join(folder, 'redis-cli'), text, { mode: 0o755 });
  return folder;
}

test('a shard whose master falls silent is not one without slots', async () => {
  await start(3, 1);
  expect((await arrange(shards)).code).toBe(0);
  expect((await on(0, 'hand-over')).stdout).toBe('role: slave\n');
  const PATH = `${writeSilencedClient(nodeAt(4).port)}:${process.env.PATH ?? ''}`;
  const { code, stdout, stderr } = await arrange(shards, cluster.nodes, { PATH });
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: `arrange: ${addressOf(nodeAt(4))} fell silent; nothing is moved, run it again when it answers\n`,
  });
  expect(await roleOf(4)).toBe('master 0-5460');
});

test('who does not answer is neither ready nor alive', async () => {
  await start(1, 0);
  const SELF = '127.0.0.1:1';
  for (const program of ['ready', 'alive']) expect((await run(program, { SELF })).code).toBe(1);
  expect((await on(0, 'alive')).code).toBe(0);
  expect((await run('arrange', { NODES: `${SELF}@2`, SHARDS: '0', ANSWER_SECONDS: '1' })).stderr).toContain(
    `${SELF} does not answer`,
  );
});

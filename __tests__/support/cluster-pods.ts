/** Servers of a Redis Cluster as pods have them, with the programs that run in pods. One cluster a test file at a time. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { caFile } from '../../apps/local-platform/certificates';
import { startDaemon, type Daemon } from '../../apps/local-platform/daemon';
import { withNodeAdmin } from '../../apps/local-platform/redis/admin';
import { certificatesDirectory, type ClusterNode } from '../../apps/local-platform/redis/layout';
import { renderClusterUsers } from '../../constructs/bitnami/users';
import { runPodProgram, writePodPrograms } from './pod-programs';
import { startRedisCluster, type TestCluster } from './redis-cluster';

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

/** Starts servers that are in no cluster yet, and writes what programs of their pods read. */
export async function start(shards: number, replicasPerShard: number, hostname = ''): Promise<void> {
  cluster = await startRedisCluster({ shards, replicasPerShard, isFormed: false, users: () => users, hostname });
  directory = mkdtempSync(path.join(tmpdir(), 'cluster-programs-'));
  copyFileSync(caFile(certificatesDirectory(cluster.directory)), path.join(directory, 'ca.crt'));
  writePodPrograms('bitnami-cluster', path.join(directory, 'programs'));
  writeFileSync(path.join(directory, 'password'), password, { mode: 0o600 });
}

/** Ends what `start` has started. */
export async function stop(): Promise<void> {
  await cluster.stop();
  rmSync(directory, { recursive: true });
}

export const testCluster = () => cluster;

/** The folder of the programs, and of what they read. */
export const testDirectory = () => directory;

export const addressOf = ({ port }: ClusterNode) => `127.0.0.1:${port}`;

const credentials = () => ({ PASSWORD_FILE: path.join(directory, 'password'), CERTIFICATES: directory });

/** Runs a program as a pod does. */
export const run = (program: string, variables: Readonly<Record<string, string>>) =>
  runPodProgram(path.join(directory, 'programs', program), {
    ...credentials(),
    ...variables,
  });

export const arrange = (shards: string, nodes = cluster.nodes, variables = {}) =>
  run('arrange', {
    NODES: nodes.map((node) => `${addressOf(node)}@${node.busPort}`).join(' '),
    SHARDS: shards,
    ANSWER_SECONDS: '10',
    SYNC_SECONDS: '30',
    ...variables,
  });

export const on = (ordinal: number, program: string, variables = {}) =>
  run(program, { SELF: addressOf(nodeAt(ordinal)), HAND_OVER_SECONDS: '20', ...variables });

export function nodeAt(ordinal: number): ClusterNode {
  const node = cluster.nodes[ordinal];
  if (!node) throw new Error(`there is no node ${ordinal}`);
  return node;
}

/** What a server says of itself, in CLUSTER NODES: its role, and whom it follows or its slots. */
export async function roleOf(ordinal: number): Promise<string> {
  const text = await withNodeAdmin(cluster.directory, nodeAt(ordinal), (admin) => admin('CLUSTER', 'NODES'));
  const fields =
    text
      .split('\n')
      .find((line) => line.includes('myself'))
      ?.split(' ') ?? [];
  return fields[2]?.includes('master') ? `master ${fields.slice(8).join(' ')}`.trim() : 'replica';
}

export const rolesOf = (count: number) => Promise.all(Array.from({ length: count }, (_, ordinal) => roleOf(ordinal)));

export const adminOf = (ordinal: number, ...command: readonly [string, ...string[]]) =>
  withNodeAdmin(cluster.directory, nodeAt(ordinal), (admin) => admin(...command));

/** Slots of the masters, in the order of their servers. */
export const sharesOf = (roles: readonly string[]) =>
  roles.flatMap((role) => {
    const ranges = [...role.matchAll(/(\d+)(?:-(\d+))?/g)];
    return role.startsWith('master')
      ? [ranges.reduce((sum, [, first = '', last = first]) => sum + Number(last) - Number(first) + 1, 0)]
      : [];
  });

/** By the threshold of redis-cli. */
export const areEven = (shares: readonly number[]) =>
  shares.every((share) => Math.abs(share - 16_384 / shares.length) <= 0.02 * (16_384 / shares.length) + 1);

/** Gives empty slots of a server to another, as a move does that is cut off afterwards. */
export async function moveSlots(from: number, to: number, count: number): Promise<void> {
  const first = Number(/ (\d+)/.exec(await roleOf(from))?.[1]);
  const slots = Array.from({ length: count }, (_, index) => String(first + index));
  const [source, target] = [await adminOf(from, 'CLUSTER', 'MYID'), await adminOf(to, 'CLUSTER', 'MYID')];
  await withNodeAdmin(cluster.directory, nodeAt(to), async (admin) => {
    for (const slot of slots) {
      await admin('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source);
      await admin('CLUSTER', 'SETSLOT', slot, 'NODE', target);
    }
  });
  await withNodeAdmin(cluster.directory, nodeAt(from), async (admin) => {
    for (const slot of slots) await admin('CLUSTER', 'SETSLOT', slot, 'NODE', target);
  });
}

/** Starts the program that runs beside a server. `RETURN_SECONDS` is what tests can wait for. */
export async function startKeeper(ordinal: number, variables: Readonly<Record<string, string>> = {}): Promise<Daemon> {
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

/**
 * A redis-cli that is one but for a server that answers everything except what it has: as one whose machine falls silent
 * between two questions.
 *
 * @param times that it doesn't answer. @default - always
 */
export function writeSilencedClient(port: number, times = 1_000): string {
  const folder = path.join(directory, `silenced-${times}`);
  mkdirSync(folder);
  const real = execFileSync('bash', ['-c', 'command -v redis-cli'], { encoding: 'utf8' }).trim();
  const text = `#!/usr/bin/env bash
input=$(cat)
if [[ $input == *'CLUSTER NODES'* && " $* " == *' -p ${port} '* && $(wc -l <"${folder}/times" 2>/dev/null) -lt ${times} ]]; then
  echo >>"${folder}/times"
  exit 1
fi
exec ${real} "$@" <<<"$input"
`;
  writeFileSync(path.join(folder, 'redis-cli'), text, { mode: 0o755 });
  return folder;
}

/** Real servers of a cluster that are brought to say that they can't serve now, and back. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { caFile } from '../../apps/local-platform/certificates';
import { certificatesDirectory, nodeDaemon, type ClusterNode } from '../../apps/local-platform/redis/layout';
import type { RedisStandaloneSettings } from '../../apps/redis/settings';
import { eventually } from './eventually';
import type { TestCluster } from './redis-cluster';

/** Line of users.acl: a user who may do everything, with any password. */
export const breakerUser = 'user breaker on nopass ~* &* +@all\n';

const run = promisify(execFile);

/** Asks one node as the breaker, and returns its reply as text, errors too. */
export function ask(cluster: TestCluster, { port }: ClusterNode, ...line: (string | number)[]): Promise<string> {
  return askAt(port, caFile(certificatesDirectory(cluster.directory)), line);
}

/** The same for a server alone. */
export async function askAlone(
  { address, caCertificate = '' }: RedisStandaloneSettings,
  ...line: string[]
): Promise<string> {
  const directory = mkdtempSync(path.join(tmpdir(), 'authority-'));
  const authority = path.join(directory, 'ca.crt');
  try {
    writeFileSync(authority, caCertificate);
    return await askAt(address.port, authority, line);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function askAt(port: number, authority: string, line: readonly (string | number)[]): Promise<string> {
  const login = ['--user', 'breaker', '--pass', 'any', '--no-auth-warning'];
  const tls = ['--tls', '--cacert', authority];
  const { stdout } = await run('redis-cli', ['-p', String(port), ...login, ...tls, ...line.map(String)]);
  return stdout.trim();
}

/** A state of servers in which they refuse. */
export interface Refusal {
  /** Brings all masters into it. */
  begin(cluster: TestCluster): Promise<void>;
  /** Brings them out of it, and waits until they serve. */
  end(cluster: TestCluster): Promise<void>;
  /** What they say then, to a write. */
  readonly says: RegExp;
}

const mastersOf = ({ nodes }: TestCluster) => nodes.filter(({ startsAsMaster }) => startsAsMaster);

async function onMasters(cluster: TestCluster, ...line: (string | number)[]): Promise<void> {
  await Promise.all(mastersOf(cluster).map((node) => ask(cluster, node, ...line)));
}

const configured = (on: [string, string | number][], off: [string, string | number][]) => ({
  begin: async (cluster: TestCluster) => {
    for (const [name, value] of on) await onMasters(cluster, 'CONFIG', 'SET', name, value);
  },
  end: async (cluster: TestCluster) => {
    for (const [name, value] of off) await onMasters(cluster, 'CONFIG', 'SET', name, value);
  },
});

/** A snapshot can't take the place of a folder, so that it fails as on a disk that is full or gone. */
const snapshotFile = (cluster: TestCluster, { name }: ClusterNode) =>
  path.join(nodeDaemon(cluster.directory, name).directory, 'dump.rdb');

async function snapshot(cluster: TestCluster, status: 'ok' | 'err'): Promise<void> {
  for (const node of mastersOf(cluster)) {
    const persistence = () => ask(cluster, node, 'INFO', 'persistence');
    await eventually(async () => (await persistence()).includes('rdb_bgsave_in_progress:0'));
    await ask(cluster, node, 'BGSAVE');
    await eventually(async () => (await persistence()).includes(`rdb_last_bgsave_status:${status}`));
  }
}

const misconfigured: Refusal = {
  says: /^MISCONF /,
  begin: async (cluster) => {
    for (const node of mastersOf(cluster)) {
      rmSync(snapshotFile(cluster, node), { force: true, recursive: true });
      mkdirSync(snapshotFile(cluster, node));
      writeFileSync(path.join(snapshotFile(cluster, node), 'occupied'), '');
    }
    await snapshot(cluster, 'err');
  },
  end: async (cluster) => {
    for (const node of mastersOf(cluster)) rmSync(snapshotFile(cluster, node), { force: true, recursive: true });
    await snapshot(cluster, 'ok');
  },
};

const outOfMemory: Refusal = {
  says: /^OOM /,
  ...configured(
    [
      ['maxmemory-policy', 'noeviction'],
      ['maxmemory', 1],
    ],
    [
      ['maxmemory', 64 * 1024 * 1024],
      ['maxmemory-policy', 'volatile-lru'],
    ],
  ),
};

const withoutReplicas: Refusal = {
  says: /^NOREPLICAS /,
  ...configured([['min-replicas-to-write', 5]], [['min-replicas-to-write', 0]]),
};

const busy: Refusal = {
  says: /^BUSY /,
  begin: async (cluster) => {
    await onMasters(cluster, 'CONFIG', 'SET', 'busy-reply-threshold', 20);
    for (const node of mastersOf(cluster)) {
      ask(cluster, node, 'EVAL', 'while true do end', 0).catch(() => undefined);
      await eventually(async () => (await ask(cluster, node, 'PING')).startsWith('BUSY'));
    }
  },
  end: (cluster) => onMasters(cluster, 'SCRIPT', 'KILL'),
};

async function onNodes(cluster: TestCluster, ...line: (string | number)[]): Promise<void> {
  await Promise.all(cluster.nodes.map((node) => ask(cluster, node, ...line)));
}

/** A slot that no node serves, where that makes all refuse. */
const down: Refusal = {
  says: /^CLUSTERDOWN /,
  begin: async (cluster) => {
    await onNodes(cluster, 'CONFIG', 'SET', 'cluster-require-full-coverage', 'yes');
    await eventually(async () => {
      // A node that has not forgotten it yet makes others learn of it again.
      await onNodes(cluster, 'CLUSTER', 'DELSLOTS', 0);
      return allSay(cluster, 'cluster_state:fail');
    }, 15_000);
  },
  end: async (cluster) => {
    const [first] = mastersOf(cluster);
    if (first) await ask(cluster, first, 'CLUSTER', 'ADDSLOTS', 0);
    // A node that hasn't heard of it would have nothing to forget the next time, and so not look at its state again.
    await eventually(() => allSay(cluster, 'cluster_slots_assigned:16384'), 15_000);
    await onNodes(cluster, 'CONFIG', 'SET', 'cluster-require-full-coverage', 'no');
    await eventually(() => allSay(cluster, 'cluster_state:ok'), 15_000);
  },
};

async function allSay(cluster: TestCluster, line: string): Promise<boolean> {
  const infos = await Promise.all(cluster.nodes.map((node) => ask(cluster, node, 'CLUSTER', 'INFO')));
  return infos.every((info) => info.split(/\r?\n/).includes(line));
}

/** By what servers then say. */
export const refusals = {
  MISCONF: misconfigured,
  OOM: outOfMemory,
  NOREPLICAS: withoutReplicas,
  BUSY: busy,
  CLUSTERDOWN: down,
} as const satisfies Readonly<Record<string, Refusal>>;

export type RefusalName = keyof typeof refusals;

/** Brings all masters of a cluster into a state, and out of it when `during` is done. */
export async function refusing(cluster: TestCluster, name: RefusalName, during: () => Promise<void>): Promise<void> {
  const refusal = refusals[name];
  await refusal.begin(cluster);
  try {
    await during();
  } finally {
    await refusal.end(cluster);
  }
}

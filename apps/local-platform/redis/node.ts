/** One Redis process: its files, its start and its end. */
import { createHash, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { certificateFiles } from '../certificates';
import { logTail, runningPid, runningRevision, startDaemon, stopDaemon, waitUntil } from '../daemon';
import { writeSecretFile } from '../secret-files';
import { withNodeAdmin } from './admin';
import { certificatesDirectory, nodeDaemon, type ClusterNode } from './layout';

/** Longest time a node may take to load its data and answer, in milliseconds. */
const startMilliseconds = 60_000;

/** Longest time a node may take to save and leave, in milliseconds. */
const stopMilliseconds = 30_000;

const configurationFile = (directory: string, { name }: Pick<ClusterNode, 'name'>) =>
  path.join(nodeDaemon(directory, name).directory, 'redis.conf');

/** Writes a node's redis.conf; a running process keeps what it read until it restarts. */
export function writeNodeConfiguration(directory: string, node: Pick<ClusterNode, 'name'>, redisConf: string): void {
  writeSecretFile(configurationFile(directory, node), redisConf);
}

/**
 * Starts a node that isn't running and waits until it answers. Does nothing to one that runs.
 *
 * @throws Error with the end of its log if it doesn't come up; its process is ended, so that a failed deployment leaves none
 */
export async function startNode(directory: string, node: ClusterNode): Promise<void> {
  const daemon = nodeDaemon(directory, node.name);
  if (runningPid(daemon) === undefined) {
    await startDaemon(daemon, {
      program: 'redis-server',
      arguments: ['redis.conf'],
      revision: desiredRevision(directory, node),
    });
  }
  const came = await waitUntil(
    async () => runningPid(daemon) === undefined || (await nodeAnswers(directory, node, runningPid(daemon))),
    startMilliseconds,
  );
  if (came && runningPid(daemon) !== undefined) return;
  await stopDaemon(daemon, stopMilliseconds);
  const what = came ? 'ended while starting' : 'gave no answer in 60 s';
  throw new Error(`${node.name} on port ${node.port} ${what}:\n${logTail(daemon)}`);
}

/** Stops a node and waits until it has saved and left. */
export async function stopNode(directory: string, { name }: Pick<ClusterNode, 'name'>): Promise<void> {
  await stopDaemon(nodeDaemon(directory, name), stopMilliseconds);
}

/** Whether a running node was started with another configuration or certificate than it should have now. */
export function isOutdated(directory: string, node: Pick<ClusterNode, 'name'>): boolean {
  const revision = runningRevision(nodeDaemon(directory, node.name));
  return revision !== undefined && revision !== desiredRevision(directory, node);
}

/** Digest of everything a node reads once, at its start. */
function desiredRevision(directory: string, node: Pick<ClusterNode, 'name'>): string {
  const { certificateFile } = certificateFiles(certificatesDirectory(directory), node.name);
  const configuration = configurationFile(directory, node);
  return createHash('sha256')
    .update(existsSync(configuration) ? readFileSync(configuration) : '')
    .update(new X509Certificate(readFileSync(certificateFile)).fingerprint256)
    .digest('hex');
}

/** Whether the process answers on its port and has loaded its data; another server on that port doesn't count. */
async function nodeAnswers(directory: string, node: ClusterNode, pid: number | undefined): Promise<boolean> {
  try {
    const info = await withNodeAdmin(directory, node, (admin) => admin('INFO'));
    return /^loading:0/m.test(info) && info.includes(`process_id:${pid ?? 'none'}\r\n`);
  } catch {
    return false;
  }
}

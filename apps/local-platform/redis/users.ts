/** Makes running nodes read their ACL users anew. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runningPid } from '../daemon';
import { userFile } from '../secret-files';
import { withNodeAdmin } from './admin';
import { nodeDaemon, secretsDirectory, type ClusterNode, type LocalRedisCluster } from './layout';

/**
 * Applies users.acl on every node that hasn't read it as it is now. Redis 7.0 closes connections for it, also of users
 * that stay the same, so it isn't done without need; clients connect again.
 *
 * @returns names of the nodes that read it
 */
export async function loadUsers({ directory, nodes }: LocalRedisCluster): Promise<string[]> {
  const outdated = nodes.filter((node) => lastLoaded(directory, node) !== current(directory, node));
  await Promise.all(
    outdated.map(async (node) => {
      const loaded = current(directory, node);
      await withNodeAdmin(directory, node, (admin) => admin('ACL', 'LOAD'));
      writeFileSync(recordFile(directory, node), loaded);
    }),
  );
  return outdated.map(({ name }) => name);
}

/** The process and the content: a process that started since has another id. */
function current(directory: string, { name }: ClusterNode): string {
  const users = readFileSync(userFile(secretsDirectory(directory)));
  return `${runningPid(nodeDaemon(directory, name)) ?? 'none'} ${createHash('sha256').update(users).digest('hex')}`;
}

function lastLoaded(directory: string, node: ClusterNode): string {
  const file = recordFile(directory, node);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const recordFile = (directory: string, { name }: ClusterNode) =>
  path.join(nodeDaemon(directory, name).directory, 'users.loaded');

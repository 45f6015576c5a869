/** Administration of one node, as the ACL user `operator`, or as the one that forms the cluster. */
import { readFileSync } from 'node:fs';
import { BoundedCommands } from '../../redis/bounded-commands';
import { connectRedis, disconnectRedis } from '../../redis/client';
import { caFile } from '../certificates';
import { readRedisPassword } from '../secret-files';
import { certificatesDirectory, secretsDirectory, type ClusterNode } from './layout';

/** Sends a command to the node and returns its reply as text. */
export type NodeAdmin = (command: string, ...args: (string | number)[]) => Promise<string>;

/** Longest time one command may take, in milliseconds. */
const commandMilliseconds = 3_000;

/**
 * Connects to a node, hands the connection to `use` and closes it.
 *
 * @param username who logs in. @default operator
 * @throws Error naming the node and command if it doesn't answer or refuses
 */
export async function withNodeAdmin<T>(
  directory: string,
  node: Pick<ClusterNode, 'name' | 'port'>,
  use: (admin: NodeAdmin) => Promise<T>,
  username: 'operator' | 'arranger' = 'operator',
): Promise<T> {
  let connectionError: Error | undefined;
  const client = connectRedis(
    {
      topology: 'standalone',
      address: { host: '127.0.0.1', port: node.port },
      username,
      password: readRedisPassword(secretsDirectory(directory), username),
      caCertificate: readFileSync(caFile(certificatesDirectory(directory)), 'utf8'),
      connectionName: 'local-platform',
    },
    'commands',
    (error) => (connectionError = error),
  );
  const commands = new BoundedCommands(client, commandMilliseconds);
  try {
    return await use(async (command, ...args) => {
      const what = `${[command, ...args].join(' ')} on ${node.name} (port ${node.port})`;
      try {
        return String(await commands.send(what, command, args));
      } catch (error) {
        throw new Error(`${what}: ${connectionError?.message ?? (error as Error).message}`, { cause: error });
      }
    });
  } finally {
    await disconnectRedis(client);
  }
}

/**
 * What ElastiCache lets a user do: the platform's ACL users as access strings, without the commands that it refuses.
 *
 * A refused command in an access string is refused with the whole user. Sources: "Role-Based Access Control" and
 * "Supported and restricted Valkey, Memcached, and Redis OSS commands" of the ElastiCache guide.
 */
import { renderPermissions, subcommands, type AclUser } from '../redis/acl';

/** On nodes, or serverless, where one virtual node hides all others and more is refused. */
export type ElasticacheKind = 'elasticache' | 'elasticache-serverless';

/** Commands, and commands with all their subcommands, that are AWS' own. */
const refused = [
  'acl|setuser',
  'acl|load',
  'acl|save',
  'acl|deluser',
  'bgrewriteaof',
  'bgsave',
  'config',
  'debug',
  'migrate',
  'psync',
  'replicaof',
  'save',
  'slaveof',
  'shutdown',
  'sync',
] as const;

/**
 * Not refused, and without use: Redis itself refuses it in cluster mode. AWS fails over by `TestFailover`, or by itself.
 */
const useless = ['failover'] as const;

/** What serverless refuses beside these. */
const refusedServerless = [
  'acl|log',
  'client|caching',
  'client|getredir',
  'client|id',
  'client|info',
  'client|kill',
  'client|list',
  'client|no-evict',
  'client|pause',
  'client|tracking',
  'client|trackinginfo',
  'client|unblock',
  'client|unpause',
  'cluster|count-failure-reports',
  'commandlog',
  'fcall',
  'fcall_ro',
  'function',
  'keys',
  'lastsave',
  'latency',
  'memory',
  'monitor',
  'move',
  'object',
  'pfdebug',
  'pfselftest',
  'psubscribe',
  'pubsub|numpat',
  'punsubscribe',
  'script|kill',
  'slowlog',
  'swapdb',
  'wait',
] as const;

const refusals: Readonly<Record<ElasticacheKind, readonly string[]>> = {
  elasticache: [...refused, ...useless],
  'elasticache-serverless': [...refused, ...useless, ...refusedServerless],
};

/** Commands of which only some subcommands are documented as supported; others may be refused, now or later. */
const supportedSubcommands: Readonly<Record<string, readonly string[]>> = {
  cluster: subcommands('cluster', 'countkeysinslot getkeysinslot info keyslot myid nodes replicas shards slots'),
};

/** The access string of a user who may log in. */
export function accessString(user: AclUser, kind: ElasticacheKind): string {
  return `on ${renderPermissions({ ...user, commands: supportedCommands(user, kind) })}`;
}

/** What a user may do, as far as ElastiCache has it; in the order of the user's own commands. */
export function supportedCommands({ commands }: Pick<AclUser, 'commands'>, kind: ElasticacheKind): readonly string[] {
  return commands.filter((command) => isSupported(command, refusals[kind]));
}

/** @throws Error if only a part of a command is refused: its subcommands have to be granted one by one */
function isSupported(command: string, refusedCommands: readonly string[]): boolean {
  const [container = command] = command.split('|');
  if (refusedCommands.includes(command) || refusedCommands.includes(container)) return false;
  if (refusedCommands.some((name) => name.startsWith(`${command}|`)) || supportedSubcommands[command]) {
    throw new Error(`Access strings: ElastiCache refuses a part of '${command}'; grant its subcommands one by one`);
  }
  return supportedSubcommands[container]?.includes(command) ?? true;
}

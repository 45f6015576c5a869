/**
 * What ElastiCache lets a user do: the platform's ACL users as access strings, without the commands that it refuses.
 *
 * A refused command in an access string is refused with the whole user. Sources: "Role-Based Access Control" and
 * "Supported and restricted Valkey, Memcached, and Redis OSS commands" of the ElastiCache guide.
 */
import { renderPermissions, type AclUser } from '../redis/acl';

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
  'cluster|addslots',
  'cluster|addslotsrange',
  'cluster|bumpepoch',
  'cluster|delslots',
  'cluster|delslotsrange',
  'cluster|failover',
  'cluster|flushslots',
  'cluster|forget',
  'cluster|links',
  'cluster|meet',
  'cluster|setslot',
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

/** Subcommands that ElastiCache documents as supported, of commands that can't be granted as a whole. */
const supportedSubcommands: Readonly<Record<string, readonly string[]>> = {
  cluster: ['countkeysinslot', 'getkeysinslot', 'info', 'keyslot', 'myid', 'nodes', 'replicas', 'shards', 'slots'],
};

/** The access string of a user who may log in. */
export function accessString(user: AclUser, kind: ElasticacheKind): string {
  return `on ${renderPermissions({ ...user, commands: supportedCommands(user, kind) })}`;
}

/** What a user may do, as far as ElastiCache has it; in the order of the user's own commands. */
export function supportedCommands({ commands }: Pick<AclUser, 'commands'>, kind: ElasticacheKind): readonly string[] {
  return [...new Set(commands.flatMap((command) => supportedPart(command, refusals[kind])))];
}

/** @throws Error if only a part is refused and nobody said what the rest is */
function supportedPart(command: string, refusedCommands: readonly string[]): readonly string[] {
  const [container = command] = command.split('|');
  if (refusedCommands.includes(command) || refusedCommands.includes(container)) return [];
  if (!refusedCommands.some((name) => name.startsWith(`${command}|`))) return [command];
  const subcommands = supportedSubcommands[command];
  if (!subcommands) {
    throw new Error(`Access strings: ElastiCache refuses a part of '${command}'; grant its subcommands one by one`);
  }
  return subcommands.map((subcommand) => `${command}|${subcommand}`);
}

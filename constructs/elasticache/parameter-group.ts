/** Settings of the servers themselves: those of the shared configuration that ElastiCache leaves to its users. */
import { createHash } from 'node:crypto';
import type { AwsAccount } from '../aws/account';
import { redisDirectives, type Directive } from '../redis/configuration';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import { reservedMemoryPercent } from './sizing';
import { replicationGroupId } from './topology';

export interface ParameterGroup {
  readonly name: string;
  readonly family: Family;
  readonly description: string;
  readonly parameter: { readonly name: string; readonly value: string }[];
  /** A group that is in use can't be destroyed. */
  readonly lifecycle: { readonly createBeforeDestroy: true };
}

/** Families of the engines that there are to choose. */
export const families = ['redis7', 'valkey7', 'valkey8'] as const;

type Family = (typeof families)[number];

/** The only family of groups that an engine and its version take. */
export function familyOf({ kind, version }: ElasticacheSettings['engine']): Family {
  if (kind === 'redis') return 'redis7';
  return version === '7.2' ? 'valkey7' : 'valkey8';
}

/**
 * The group of a family. It is named by its content: a change makes another group, which is there before the servers
 * change, and the one before goes after they have.
 *
 * In a global datastore the servers stay with the group that they have until their engine's next major version, and a
 * change is made in the group itself: there it is named by its family alone.
 */
export function parameterGroup(account: AwsAccount, settings: ElasticacheSettings, family: Family): ParameterGroup {
  const parameter = Object.entries(parameters(settings, family))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ({ name, value }));
  const digest = createHash('sha256').update(JSON.stringify({ family, parameter })).digest('hex').slice(0, 8);
  return {
    name: `${replicationGroupId(account)}-${family}-${settings.globalDatastore.kind === 'none' ? digest : 'global'}`,
    family,
    description: `Redis of ${account.environment}, for ${family}`,
    parameter,
    lifecycle: { createBeforeDestroy: true },
  };
}

/**
 * Directives of the shared configuration that are parameters too, of any family. The others are ElastiCache's own
 * business: persistence, TLS, timeouts of nodes, limits of connections and buffers of replicas. Source: "Engine specific
 * parameters" of the ElastiCache guide.
 */
const sharedParameters = new Set([
  'maxmemory-policy',
  'timeout',
  'tcp-keepalive',
  'repl-backlog-size',
  'cluster-enabled',
  'cluster-require-full-coverage',
  'cluster-allow-reads-when-down',
  'slowlog-log-slower-than',
  'slowlog-max-len',
]);

/** Parameters of families before Valkey 8, which always frees memory in the background. */
const lazyFreeing = new Set(['lazyfree-lazy-eviction', 'lazyfree-lazy-expire', 'lazyfree-lazy-server-del']);

function parameters(settings: ElasticacheSettings, family: Family): Record<string, string> {
  const known = family === 'valkey8' ? sharedParameters : new Set([...sharedParameters, ...lazyFreeing]);
  // ElastiCache sets `maxmemory` by the type of the node; the number is in no parameter.
  const directives = redisDirectives({ maxmemoryBytes: 0, cluster: {} });
  return {
    ...Object.fromEntries(
      directives.filter(([name]) => known.has(name)).map(([name, value = '']) => [name, value] as const),
    ),
    ...pubSubLimits(directives),
    // The exporter reads how long each command takes; Redis tells by default, ElastiCache only if asked.
    'latency-tracking': 'yes',
    'reserved-memory-percent': String(reservedMemoryPercent(settings.nodes.nodeType)),
  };
}

/** What Redis has as one directive of four values, `client-output-buffer-limit pubsub …`, are three parameters. */
function pubSubLimits(directives: readonly Directive[]): Record<string, string> {
  const limits = directives.find(([name, who]) => name === 'client-output-buffer-limit' && who === 'pubsub');
  const [, , hard = '', soft = '', seconds = ''] = limits ?? [];
  return {
    'client-output-buffer-limit-pubsub-hard-limit': hard,
    'client-output-buffer-limit-pubsub-soft-limit': soft,
    'client-output-buffer-limit-pubsub-soft-seconds': seconds,
  };
}

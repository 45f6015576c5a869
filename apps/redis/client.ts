/**
 * Connections to a Redis platform, configured to outlive what happens to it: a failover, a killed master and a master
 * that is frozen but still holds its sockets open.
 *
 * The defaults of ioredis give up 1.6 s into a failover and never notice a frozen master, hence the options below.
 */
import { Cluster, Redis, type ClusterOptions, type DNSLookupFunction, type RedisOptions } from 'ioredis';
import type { RedisSettings } from './settings';

/** A connection to a platform of any topology. Both classes offer every Redis command. */
export type RedisClient = Cluster | Redis;

/** What a connection is used for. Blocking reads and subscriptions must not share one with commands. */
export type ConnectionPurpose = 'commands' | 'blocking' | 'subscriber';

/** Milliseconds without an answer to a sent command after which the server counts as frozen and the socket is closed. */
const commandSilenceMilliseconds = 1_000;

/** Longest time a blocking read may block, in milliseconds; the socket's own limit must be longer. */
export const longestBlockMilliseconds = 2_000;

/** Pause between two tries of a command during a failover, in milliseconds. */
const retryPauseMilliseconds = 50;

const defaultFailoverMilliseconds = 15_000;

/**
 * Opens a connection. It connects on its own, queues commands until it is ready, and reconnects for ever.
 *
 * @param onError hears of every connection error; a connection without a listener would print them
 * @throws Error (by the commands) once the platform's `failoverMilliseconds` are used up
 */
export function connectRedis(
  settings: RedisSettings,
  purpose: ConnectionPurpose = 'commands',
  onError: (error: Error) => void = () => undefined,
): RedisClient {
  const client =
    settings.topology === 'cluster'
      ? connectCluster(settings.seeds, settings, purpose)
      : connectSingle(settings, purpose);
  client.on('error', onError);
  return client;
}

/** Ends a connection after the replies to what was sent, or by force if the platform doesn't answer in a second. */
export async function disconnectRedis(client: RedisClient): Promise<void> {
  const forced = setTimeout(() => client.disconnect(), 1_000);
  try {
    await client.quit();
  } catch {
    // The connection was down already: there is nothing to wait for.
  } finally {
    clearTimeout(forced);
    client.disconnect();
  }
}

/** The masters of a cluster, or the one server there is: for commands that have no key. */
export function masterNodes(client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

function connectCluster(
  seeds: readonly { host: string; port: number }[],
  settings: RedisSettings,
  purpose: ConnectionPurpose,
): Cluster {
  const { failoverMilliseconds = defaultFailoverMilliseconds } = settings;
  const options = {
    redisOptions: nodeOptions(settings, purpose),
    // Node addresses are verified by certificate as announced; resolving them first breaks TLS on ElastiCache.
    dnsLookup: ((address, callback) => callback(null, address)) satisfies DNSLookupFunction,
    maxRedirections: Math.ceil((2 * failoverMilliseconds) / retryPauseMilliseconds),
    retryDelayOnFailover: retryPauseMilliseconds,
    retryDelayOnClusterDown: retryPauseMilliseconds,
    retryDelayOnTryAgain: retryPauseMilliseconds,
    slotsRefreshTimeout: 2 * commandSilenceMilliseconds,
    slotsRefreshInterval: 5_000,
    clusterRetryStrategy: reconnectDelay,
    shardedSubscribers: purpose === 'subscriber',
  } satisfies ClusterOptions;
  return new Cluster(
    seeds.map(({ host, port }) => ({ host, port })),
    options,
  );
}

function connectSingle(settings: Exclude<RedisSettings, { topology: 'cluster' }>, purpose: ConnectionPurpose): Redis {
  const common = {
    ...nodeOptions(settings, purpose),
    retryStrategy: reconnectDelay,
    // After a Sentinel failover the old master turns read-only: reconnect, and send the command again.
    reconnectOnError: (error: Error) => (error.message.startsWith('READONLY') ? 2 : false),
  } satisfies RedisOptions;
  if (settings.topology === 'standalone') {
    return new Redis({ ...common, host: settings.address.host, port: settings.address.port });
  }
  return new Redis({
    ...common,
    sentinels: settings.sentinels.map(({ host, port }) => ({ host, port })),
    name: settings.masterName,
    sentinelUsername: settings.username,
    sentinelPassword: settings.password,
    ...(settings.caCertificate ? { sentinelTLS: { ca: settings.caCertificate }, enableTLSForSentinelMode: true } : {}),
    failoverDetector: true,
  });
}

function nodeOptions(settings: RedisSettings, purpose: ConnectionPurpose) {
  return {
    username: settings.username,
    password: settings.password,
    ...(settings.caCertificate ? { tls: { ca: settings.caCertificate } } : {}),
    ...(settings.connectionName ? { connectionName: settings.connectionName } : {}),
    connectTimeout: 2_000,
    // CLIENT SETINFO came with Redis 7.2; the ACL users work with 7.0 and don't have it.
    disableClientInfo: true,
    maxRetriesPerRequest: null,
    // A subscriber hears nothing for long times and is kept alive by TCP; the other two expect answers.
    ...(purpose === 'subscriber'
      ? { keepAlive: 5_000 }
      : {
          socketTimeout:
            purpose === 'blocking'
              ? longestBlockMilliseconds + 2 * commandSilenceMilliseconds
              : commandSilenceMilliseconds,
        }),
  } satisfies RedisOptions;
}

function reconnectDelay(attempt: number): number {
  return Math.min(50 * attempt, 1_000);
}

/**
 * Connections to a Redis platform, configured to outlive what happens to it: a failover, a killed master and a master
 * that is frozen but still holds its sockets open.
 *
 * The defaults of ioredis give up 1.6 s into a failover and never notice a frozen master, hence the options below.
 * What they add up to: a command that meets a failover is sent again, by itself, until it succeeds or
 * `failoverMilliseconds` have passed. Sent again means that it may be executed twice, because the first reply may have
 * been lost after the fact: commands and scripts have to be idempotent.
 */
import { Cluster, Redis, type ClusterOptions, type DNSLookupFunction, type RedisOptions } from 'ioredis';
import { boundCommands } from './command-bounds';
import { followConnection } from './connection-state';
import type { RedisAddress, RedisSettings, SentinelLogin } from './settings';
import { isTransition, RedisUnavailableError } from './unavailability';
import { batchWrites } from './write-batch';

/** A connection to a platform of any topology. Both classes offer every Redis command. */
export type RedisClient = Cluster | Redis;

/** What a connection is used for. Blocking reads must not share one with commands; see `subscriptions.ts` for channels. */
export type ConnectionPurpose = 'commands' | 'blocking';

/**
 * Milliseconds without an answer to a sent command after which the server counts as frozen and the socket is closed.
 * Less than any failover takes, so noticing costs no time; no single command may take longer than this.
 */
const commandSilenceMilliseconds = 2_000;

/** Longest time a blocking read may block, in milliseconds; the socket's own limit must be longer. */
export const longestBlockMilliseconds = 2_000;

/** Pause between two tries of a command during a failover, in milliseconds. */
const retryPauseMilliseconds = 50;

/** How often a cluster's layout is read anew, in milliseconds: subscribers and idle connections get no redirections. */
const layoutRefreshMilliseconds = 5_000;

/** Longest time a node may take to tell the cluster's layout before another one is asked, in milliseconds. */
const layoutMilliseconds = 1_000;

/** Longest time a graceful end waits for outstanding replies, in milliseconds. */
const quitMilliseconds = 1_000;

/** Longest time a closing connection waits for the server to close its end too, in milliseconds. */
const closeMilliseconds = 500;

const defaultFailoverMilliseconds = 15_000;

const defaultMaximumCommands = 5_000;

/**
 * Opens a connection. It connects on its own, and reconnects indefinitely.
 *
 * Commands that meet a failover, or a client without a connection, are tried again until they succeed, and reject with
 * "Command timed out" when `failoverMilliseconds` have passed; they are not sent after that. `maximumCommands` bounds how
 * many wait. What has to answer a request uses `BoundedCommands`, as all components of this library do.
 *
 * @param onError hears of every connection error; a connection without a listener would print them
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
  followConnection(client);
  const { failoverMilliseconds = defaultFailoverMilliseconds, maximumCommands = defaultMaximumCommands } = settings;
  boundCommands(client, { maximumCommands, commandMilliseconds: failoverMilliseconds });
  if (purpose === 'commands') batchWrites(client);
  return client;
}

/** Whether commands are sent at once, as far as is known: a server that died or froze just now looks ready. */
export function isReady(client: RedisClient): boolean {
  return client.status === 'ready';
}

/**
 * Waits until a connection is ready.
 *
 * @throws RedisUnavailableError if it isn't after `milliseconds`, or was closed
 */
export function awaitReady(client: RedisClient, milliseconds: number): Promise<void> {
  return awaitStatus(client, 'ready', milliseconds);
}

/**
 * Ends a connection after the replies to what was sent, or by force if they don't come in a second. Resolves when
 * nothing of it is left that would keep the process alive.
 */
export async function disconnectRedis(client: RedisClient): Promise<void> {
  if (client.status === 'end') return;
  if (client.status !== 'reconnecting') {
    // QUIT fails on connections that are down already, and the end follows in any case.
    client.quit().catch(() => undefined);
    if (await hasEnded(client, quitMilliseconds)) return;
  }
  const wasReconnecting = client.status === 'reconnecting';
  client.disconnect();
  if (wasReconnecting || !(await hasEnded(client, 2 * closeMilliseconds))) {
    // ioredis doesn't tell of the end of a client that was waiting to connect again.
    client.emit('end');
  }
}

async function hasEnded(client: RedisClient, milliseconds: number): Promise<boolean> {
  try {
    await awaitStatus(client, 'end', milliseconds);
    return true;
  } catch {
    return false;
  }
}

/** The masters of a cluster, or the one server there is: for commands that have no key. */
export function masterNodes(client: RedisClient): Redis[] {
  return client instanceof Cluster ? client.nodes('master') : [client];
}

/** Waits for a status by its event; `events.once` would give up at the first connection error. */
function awaitStatus(client: RedisClient, wanted: 'ready' | 'end', milliseconds: number): Promise<void> {
  if (client.status === wanted) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const settle = (problem?: string) => {
      clearTimeout(timer);
      client.off('ready', onReady).off('end', onEnd);
      if (problem === undefined) resolve();
      else reject(new RedisUnavailableError('connecting', problem));
    };
    const onReady = () => {
      if (wanted === 'ready') settle();
    };
    const onEnd = () => settle(wanted === 'end' ? undefined : 'the connection was closed');
    const timer = setTimeout(
      () => settle(`the connection is ${client.status}, not ${wanted}, after ${milliseconds} ms`),
      milliseconds,
    );
    client.on('ready', onReady).on('end', onEnd);
  });
}

function connectCluster(seeds: readonly RedisAddress[], settings: RedisSettings, purpose: ConnectionPurpose): Cluster {
  const { failoverMilliseconds = defaultFailoverMilliseconds } = settings;
  const options = {
    redisOptions: nodeOptions(settings, purpose),
    // Node addresses are verified by certificate as announced; resolving them first breaks TLS on ElastiCache.
    dnsLookup: ((address, callback) => callback(null, address)) satisfies DNSLookupFunction,
    // Enough for the whole budget at a pause each. What ends a try is commandTimeout, but ioredis goes on with commands
    // that timed out while they waited, so their number must be finite.
    maxRedirections: Math.ceil((2 * failoverMilliseconds) / retryPauseMilliseconds),
    retryDelayOnFailover: retryPauseMilliseconds,
    retryDelayOnClusterDown: retryPauseMilliseconds,
    retryDelayOnTryAgain: retryPauseMilliseconds,
    // Waiting longer for a frozen node that is asked for the layout would hold up every retry.
    slotsRefreshTimeout: layoutMilliseconds,
    clusterRetryStrategy: reconnectDelay,
  } satisfies ClusterOptions;
  const cluster = new Cluster(
    seeds.map(({ host, port }) => ({ host, port })),
    options,
  );
  // The timer of ioredis (slotsRefreshInterval) runs for ever if the client is closed during a refresh.
  const refresh = setInterval(() => {
    if (isReady(cluster)) cluster.refreshSlotsCache();
  }, layoutRefreshMilliseconds);
  refresh.unref();
  cluster.once('end', () => clearInterval(refresh));
  return cluster;
}

function connectSingle(settings: Exclude<RedisSettings, { topology: 'cluster' }>, purpose: ConnectionPurpose): Redis {
  const common = {
    ...nodeOptions(settings, purpose),
    retryStrategy: reconnectDelay,
    maxRetriesPerRequest: null,
  } satisfies RedisOptions;
  if (settings.topology === 'standalone') {
    return new Redis({ ...common, host: settings.address.host, port: settings.address.port });
  }
  const login: SentinelLogin = settings.sentinelLogin ?? { username: settings.username, password: settings.password };
  return new Redis({
    ...common,
    sentinels: settings.sentinels.map(({ host, port }) => ({ host, port })),
    name: settings.masterName,
    ...(login.username !== undefined && { sentinelUsername: login.username }),
    sentinelPassword: login.password,
    sentinelCommandTimeout: commandSilenceMilliseconds,
    ...(settings.caCertificate ? { sentinelTLS: { ca: settings.caCertificate }, enableTLSForSentinelMode: true } : {}),
  });
}

function nodeOptions(settings: RedisSettings, purpose: ConnectionPurpose) {
  const { failoverMilliseconds = defaultFailoverMilliseconds } = settings;
  return {
    username: settings.username,
    password: settings.password,
    ...(settings.caCertificate ? { tls: { ca: settings.caCertificate } } : {}),
    ...(settings.connectionName ? { connectionName: settings.connectionName } : {}),
    // CLIENT SETINFO came with Redis 7.2; the ACL users work with 7.0 and don't have it.
    disableClientInfo: true,
    connectTimeout: commandSilenceMilliseconds,
    disconnectTimeout: closeMilliseconds,
    // A server that loads its data is asked again this often; its own estimate may be minutes.
    maxLoadingRetryTime: 500,
    reconnectOnError: (error: Error) => (isTransition(error) ? 2 : false),
    commandTimeout: failoverMilliseconds,
    socketTimeout: commandSilenceMilliseconds + (purpose === 'blocking' ? longestBlockMilliseconds : 0),
  } satisfies RedisOptions;
}

function reconnectDelay(attempt: number): number {
  return Math.min(retryPauseMilliseconds * attempt, 1_000);
}

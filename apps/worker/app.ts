/** Builds the worker: a consumer of orders, and what one of all workers does for all of them. */
import type { Logger } from 'pino';
import { z } from 'zod';
import type { OrderMessage } from '../database/orders';
import { LeaderElection } from '../redis/leader-election';
import { StreamConsumer } from '../redis/stream-queue/consumer';
import type { Death } from '../redis/stream-queue/observer';
import { snapshotQueue } from '../redis/stream-queue/snapshot';
import { entryTimeMilliseconds } from '../redis/stream-queue/queue';
import { operationsTopic, orders, queueStateTopic, relayLockName, resignation } from '../service/order-queue';
import type { WorkerComponents } from './components';
import { markDead, reconcileDeadOrders } from './dead-orders';
import { effectHandler } from './effects';
import { relayOutbox } from './outbox-relay';
import { tellQueueState } from './queue-state';
import type { WorkerSettings } from './settings';

/** A worker that works. */
export interface Worker {
  /** Why it isn't working now; none if it is. */
  readonly problems: () => Promise<readonly string[]>;
  /** Finishes the orders in hand and hands back the others, and lets another worker lead. */
  stop(graceMilliseconds: number): Promise<void>;
}

/** Begins to consume, and to campaign for the lead. */
export function startWorker(settings: WorkerSettings, components: WorkerComponents, logger: Logger): Worker {
  const consumer = createConsumer(settings, components, logger);
  const election = createElection(settings, components, logger);
  const operations = components.events.subscribe(operationsTopic, () => election.resign(), {
    parse: (value) => z.literal(resignation).parse(value),
  });
  consumer.start();
  election.start();
  let stopping = false;
  return {
    problems: () => Promise.resolve(stopping ? ['stopping'] : problemsOf(consumer)),
    stop: async (graceMilliseconds) => {
      stopping = true;
      operations.unsubscribe();
      const [abandoned] = await Promise.all([consumer.stop(graceMilliseconds), election.stop()]);
      if (abandoned > 0) logger.warn({ abandoned }, 'orders left for redelivery');
    },
  };
}

function createConsumer(
  settings: WorkerSettings,
  { client, database, cache, metrics }: WorkerComponents,
  logger: Logger,
): StreamConsumer<OrderMessage> {
  const onDeath = (death: Death) => {
    logger.error({ ...death, payload: undefined }, 'order is dead');
    const diedAtMilliseconds = entryTimeMilliseconds(death.deadLetterId.split(':').at(-1) ?? '');
    markDead(database, orders.codec, { ...death, diedAtMilliseconds }).catch((error: unknown) =>
      // The leader finds the dead letter and does it later.
      logger.warn({ err: error }, 'a dead order is not marked yet'),
    );
  };
  return new StreamConsumer(client, orders, {
    name: settings.INSTANCE_NAME,
    handleBatch: effectHandler({
      database,
      worker: settings.INSTANCE_NAME,
      invalidate: (id, version) => cache.invalidate(id, version),
    }),
    batchSize: settings.WORKER_BATCH_SIZE,
    concurrency: settings.WORKER_CONCURRENCY,
    handlerTimeoutMilliseconds: settings.HANDLER_TIMEOUT_MILLISECONDS,
    maxAttempts: settings.MAX_ATTEMPTS,
    backoff: {
      initialMilliseconds: settings.RETRY_DELAY_MILLISECONDS,
      maximumMilliseconds: 60 * settings.RETRY_DELAY_MILLISECONDS,
    },
    observer: {
      ...metrics.queueObserver,
      failed: (messageId, error, attempt) => {
        metrics.queueObserver.failed?.(messageId, error, attempt);
        logger.warn({ messageId, attempt, reason: error.message }, 'attempt failed');
      },
      died: (death) => {
        metrics.queueObserver.died?.(death);
        onDeath(death);
      },
      error: (error) => logger.warn({ err: error }, 'queue'),
    },
  });
}

/** The leader relays the outbox and looks after dead letters, for all workers. */
function createElection(
  settings: WorkerSettings,
  { client, database, events, locks, letters, producer, metrics }: WorkerComponents,
  logger: Logger,
): LeaderElection {
  const onError = (error: unknown) => logger.warn({ err: error }, 'leader');
  return new LeaderElection({
    locks,
    name: relayLockName,
    ttlMilliseconds: settings.LEADER_TTL_MILLISECONDS,
    onElected: async (signal) => {
      const relay = relayOutbox(
        {
          database,
          publish: (messages) => producer.addMany(messages),
          replayAfterMilliseconds: settings.OUTBOX_REPLAY_AFTER_MILLISECONDS,
          onReplayed: (count) => {
            metrics.replayed.inc(count);
            logger.info({ count }, 'orders put on the queue again');
          },
          onError,
        },
        signal,
      );
      const onReport = (report: object) => logger.info(report, 'dead letters');
      const reconciliation = reconcileDeadOrders({ database, codec: orders.codec, letters, onReport, onError }, signal);
      const telling = tellQueueState(
        {
          measure: () => snapshotQueue(client, orders),
          tell: (state) => events.publish(queueStateTopic, state),
          onError,
        },
        signal,
      );
      await Promise.all([relay, reconciliation, telling]);
    },
    observer: {
      onElected: (fencingToken) => {
        metrics.leader.set(1);
        logger.info({ fencingToken: fencingToken.toString() }, 'leading');
      },
      onResigned: (reason) => {
        metrics.leader.set(0);
        logger.info({ reason }, 'leading no more');
      },
      onError,
    },
  });
}

function problemsOf(consumer: StreamConsumer<OrderMessage>): string[] {
  const { ready, partitions } = consumer.health();
  if (ready) return [];
  const stuck = partitions.filter((partition) => !partition.ready);
  return stuck.length === 0
    ? ['not consuming yet']
    : stuck.map(
        ({ tag, sinceProgressMilliseconds: since, error }) =>
          `partition ${tag} made no progress for ${since} ms${error === undefined ? '' : `: ${error}`}`,
      );
}

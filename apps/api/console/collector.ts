/** Reads the state once a second for everyone who looks, and not at all while nobody does. */
import type { FastifyBaseLogger } from 'fastify';
import type { Registry } from 'prom-client';
import { listDeadOrders } from '../../database/dead-orders';
import { PlatformProbe } from '../../redis/platform-state';
import { queueState, queueStateTopic, relayLockName, type QueueState } from '../../service/order-queue';
import type { ApiComponents } from '../services';
import { readAlerts } from './alerts';
import { PartReader, type PartReaderOptions } from './part-reader';
import type { ConsoleState, Unknown } from './state';

export interface CollectorOptions {
  readonly instance: string;
  readonly registry: Registry;
  readonly components: Pick<ApiComponents, 'client' | 'database' | 'events' | 'locks'>;
  /** Told why a part can't be read. */
  readonly logger: Pick<FastifyBaseLogger, 'warn'>;
  /** @default - the console says that it knows of no alerts */
  readonly alertmanagerUrl?: string;
}

type Viewer = (state: ConsoleState) => void;

const periodMilliseconds = 1_000;

/** Milliseconds after which what was told of the queue is no longer how it is. */
const queueStateMilliseconds = 5_000;

const shownDeadOrders = 20;

/** Milliseconds for which it goes on when nobody looks any more: who comes and goes makes no more work than who stays. */
const lingerMilliseconds = 3_000;

/** Longest wait for all shards, in milliseconds: a server that is frozen is waited for, and the others are told of. */
const shardsMilliseconds = 2_500;

export class ConsoleCollector {
  readonly #options: CollectorOptions;
  readonly #probe: PlatformProbe;
  readonly #viewers = new Set<Viewer>();
  readonly #parts: ReturnType<typeof partsOf>;
  #stopCollecting: (() => void) | undefined;
  #linger: NodeJS.Timeout | undefined;
  #queue: { readonly state: QueueState; readonly heardAt: number } | undefined;

  constructor(options: CollectorOptions) {
    this.#options = options;
    this.#probe = new PlatformProbe(options.components.client);
    this.#parts = partsOf(options, this.#probe);
  }

  /** Tells a viewer the state each second. @returns what ends that */
  watch(viewer: Viewer): () => void {
    this.#viewers.add(viewer);
    clearTimeout(this.#linger);
    this.#stopCollecting ??= this.#collect();
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size > 0) return;
      clearTimeout(this.#linger);
      this.#linger = setTimeout(() => this.close(), lingerMilliseconds).unref();
    };
  }

  /** Stops reading at once; it begins anew when somebody looks. */
  close(): void {
    clearTimeout(this.#linger);
    this.#stopCollecting?.();
    this.#stopCollecting = undefined;
  }

  #collect(): () => void {
    const subscription = this.#options.components.events.subscribe(
      queueStateTopic,
      (state: QueueState) => {
        this.#queue = { state, heardAt: performance.now() };
      },
      { parse: (payload) => queueState.parse(payload) },
    );
    let ended = false;
    let timer: NodeJS.Timeout | undefined;
    const round = async () => {
      const state = await this.#read();
      if (ended) return;
      for (const viewer of this.#viewers) viewer(state);
      timer = setTimeout(() => void round(), periodMilliseconds);
    };
    void round();
    return () => {
      ended = true;
      clearTimeout(timer);
      subscription.unsubscribe();
      this.#probe.close();
      this.#queue = undefined;
    };
  }

  /** The state now. Never rejects: what can't be read says so in its place. */
  async #read(): Promise<ConsoleState> {
    const { instance } = this.#options;
    const parts = this.#parts;
    const [shards, deadOrders, leader, alerts, cache, limiter] = await Promise.all([
      parts.shards.read(),
      parts.deadOrders.read(),
      parts.leader.read(),
      parts.alerts.read(),
      this.#cache(),
      this.#limiter(),
    ]);
    const at = new Date().toISOString();
    return { at, instance, shards, cache, limiter, queue: this.#freshQueue(), deadOrders, leader, alerts };
  }

  #freshQueue(): QueueState | Unknown {
    if (this.#queue && performance.now() - this.#queue.heardAt < queueStateMilliseconds) return this.#queue.state;
    return { unknown: 'no leader of the workers tells it' };
  }

  async #cache() {
    const gets = await this.#count('cache_gets_total');
    return { gets: gets(() => true), loads: gets(({ result }) => result === 'miss' || result === 'bypass') };
  }

  async #limiter() {
    const checks = await this.#count('rate_limit_checks_total');
    return {
      allowed: checks(({ decision }) => decision === 'allowed'),
      refused: checks(({ decision }) => decision === 'refused'),
      byItself: checks(({ source }) => source === 'local'),
    };
  }

  /** Adds up a counter of this process over the labels that are asked for. */
  async #count(metric: string) {
    const values = (await this.#options.registry.getSingleMetric(metric)?.get())?.values ?? [];
    return (matches: (labels: Readonly<Partial<Record<string, string | number>>>) => boolean) =>
      values.filter(({ labels }) => matches(labels)).reduce((total, { value }) => total + value, 0);
  }
}

/** What is asked of servers. */
function partsOf({ alertmanagerUrl, components, logger }: CollectorOptions, probe: PlatformProbe) {
  const reader = <Value>(options: Omit<PartReaderOptions<Value>, 'onFailure'>) =>
    new PartReader({ ...options, onFailure: (err) => logger.warn({ err, server: options.server }, 'console') });
  const noAlertmanager = { unknown: 'ALERTMANAGER_URL is not set' };
  return {
    shards: reader({ server: 'Redis', waitMilliseconds: shardsMilliseconds, read: () => probe.read() }),
    deadOrders: reader({ server: 'the database', read: () => readDeadOrders(components.database) }),
    leader: reader({ server: 'Redis', read: () => readLeader(components) }),
    alerts: reader({
      server: 'Alertmanager',
      read: () => (alertmanagerUrl === undefined ? Promise.resolve(noAlertmanager) : readAlerts(alertmanagerUrl)),
    }),
  };
}

async function readLeader({ locks }: CollectorOptions['components']) {
  const holder = await locks.holder(relayLockName);
  return { instance: holder?.instance ?? null, fencingToken: holder?.fencingToken?.toString() ?? null };
}

async function readDeadOrders(database: ApiComponents['database']) {
  const { total, newest } = await listDeadOrders(database, shownDeadOrders);
  return { total, newest: newest.map(({ id, reason, diedAt }) => ({ id, reason, diedAt: diedAt.toISOString() })) };
}

/**
 * Service level objectives: what users may expect, as the share of events that may be bad.
 *
 * A miss of the cache is no bad event: it costs time, and the objective for time counts it.
 */
import { jobs, ofPlatform, type WatchedPlatform } from './watched-platform';

export interface Objective {
  /** Value of the label `slo`. */
  readonly name: string;
  /** PascalCase name of its alert. */
  readonly alert: string;
  /** Share of events that may be bad, over 30 days. */
  readonly budget: number;
  /** What users may expect, in a sentence. */
  readonly promise: string;
  /** PromQL for the bad events a second over a window. */
  readonly bad: (window: string) => string;
  /** PromQL for all events a second over a window. */
  readonly all: (window: string) => string;
  /** Alerts that explain why it is missed. */
  readonly explainedBy: readonly string[];
}

/** Seconds; each is a bound of a bucket of its histogram. */
export const objectiveSeconds = { api: 0.25, cache: 0.01, queue: 30 } as const;

/** Routes that are not for users, or whose duration is as long as somebody listens. */
const otherRoutes = '/healthz|/readyz|/metrics|/console.*';

/** Alerts without whose end none of them can be met. */
const withoutRedis = ['RedisClusterDown', 'RedisNotOneMaster', 'RedisUnreachable'];

export function objectivesOf(platform: WatchedPlatform): readonly Objective[] {
  const s = ofPlatform(platform);
  const requests = `${s},job="${jobs.api}",route!~"${otherRoutes}"`;
  const late = slow('queue_message_age_seconds', s, objectiveSeconds.queue);
  return [
    {
      name: 'api-availability',
      alert: 'ApiErrorBudgetBurn',
      budget: 0.001,
      promise: 'The api answers 99.9 % of requests without an error of its own',
      bad: (window) => orZero(rateOf('http_request_duration_seconds_count', `${requests},status=~"5.."`, window)),
      all: (window) => rateOf('http_request_duration_seconds_count', requests, window),
      explainedBy: [...withoutRedis, 'ApiDown'],
    },
    {
      name: 'api-latency',
      alert: 'ApiLatencyBudgetBurn',
      budget: 0.01,
      promise: `The api answers 99 % of requests within ${objectiveSeconds.api * 1_000} ms`,
      ...slow('http_request_duration_seconds', requests, objectiveSeconds.api),
      explainedBy: [...withoutRedis, 'ApiDown'],
    },
    {
      name: 'cache-availability',
      alert: 'CacheErrorBudgetBurn',
      budget: 0.001,
      promise: 'Redis answers 99.9 % of the reads of the cache',
      bad: (window) => failedReads(s, window),
      all: (window) => `(${rateOf('cache_read_seconds_count', s, window)} + ${failedReads(s, window)})`,
      explainedBy: [...withoutRedis, 'ApiDown'],
    },
    {
      name: 'cache-latency',
      alert: 'CacheLatencyBudgetBurn',
      budget: 0.01,
      promise: `Redis answers 99 % of the reads of the cache within ${objectiveSeconds.cache * 1_000} ms`,
      ...slow('cache_read_seconds', s, objectiveSeconds.cache),
      explainedBy: [...withoutRedis, 'ApiDown'],
    },
    {
      name: 'queue-delay',
      alert: 'QueueDelayBudgetBurn',
      budget: 0.01,
      promise: `99 % of orders are effected within ${objectiveSeconds.queue} s of coming on the queue; dead ones are not`,
      bad: (window) => `(${late.bad(window)} + ${deadOrders(s, window)})`,
      all: (window) => `(${late.all(window)} + ${deadOrders(s, window)})`,
      explainedBy: [...withoutRedis, 'WorkerDown'],
    },
  ];
}

const rateOf = (counter: string, series: string, window: string) => `sum(rate(${counter}{${series}}[${window}]))`;

/** A sum over nothing is nothing, and so is all that it is added to. */
const orZero = (expr: string) => `(${expr} or vector(0))`;

const failedReads = (s: string, window: string) => orZero(rateOf('cache_errors_total', `${s},operation="get"`, window));

const deadOrders = (s: string, window: string) => orZero(rateOf('queue_messages_total', `${s},outcome="dead"`, window));

/** Events of a histogram that took longer than a bound of its buckets. */
const slow = (histogram: string, series: string, seconds: number): Pick<Objective, 'bad' | 'all'> => {
  const all = (window: string) => rateOf(`${histogram}_count`, series, window);
  return {
    bad: (window) => `(${all(window)} - ${rateOf(`${histogram}_bucket`, `${series},${boundIs(seconds)}`, window)})`,
    all,
  };
};

/** Prometheus 3 calls the bound `30` `30.0`, as OpenMetrics does; Prometheus 2 leaves it as it is told. */
const boundIs = (seconds: number) =>
  Number.isInteger(seconds) ? `le=~"${seconds}|${seconds}[.]0"` : `le="${seconds}"`;

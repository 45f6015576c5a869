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
  /** PromQL for the share of bad events over a window. */
  readonly badShare: (window: string) => string;
}

/** Seconds; each is a bound of a bucket of its histogram. */
export const objectiveSeconds = { api: 0.25, cache: 0.01, queue: 30 } as const;

/** Routes that are not for users, or whose duration is as long as somebody listens. */
const otherRoutes = '/healthz|/readyz|/metrics|/console.*';

export function objectivesOf(platform: WatchedPlatform): readonly Objective[] {
  const s = ofPlatform(platform);
  const requests = `${s},job="${jobs.api}",route!~"${otherRoutes}"`;
  return [
    {
      name: 'api-availability',
      alert: 'ApiErrorBudgetBurn',
      budget: 0.001,
      promise: 'The api answers 99.9 % of requests without an error of its own',
      badShare: (window) =>
        share(
          `rate(http_request_duration_seconds_count{${requests},status=~"5.."}[${window}])`,
          `rate(http_request_duration_seconds_count{${requests}}[${window}])`,
        ),
    },
    {
      name: 'api-latency',
      alert: 'ApiLatencyBudgetBurn',
      budget: 0.01,
      promise: `The api answers 99 % of requests within ${objectiveSeconds.api * 1_000} ms`,
      badShare: (window) => slowShare('http_request_duration_seconds', requests, objectiveSeconds.api, window),
    },
    {
      name: 'cache-availability',
      alert: 'CacheErrorBudgetBurn',
      budget: 0.001,
      promise: 'Redis answers 99.9 % of the reads of the cache',
      badShare: (window) => {
        const failed = `sum(rate(cache_errors_total{${s},operation="get"}[${window}]))`;
        return `(${failed} or vector(0)) / (sum(rate(cache_read_seconds_count{${s}}[${window}])) + (${failed} or vector(0)))`;
      },
    },
    {
      name: 'cache-latency',
      alert: 'CacheLatencyBudgetBurn',
      budget: 0.01,
      promise: `Redis answers 99 % of the reads of the cache within ${objectiveSeconds.cache * 1_000} ms`,
      badShare: (window) => slowShare('cache_read_seconds', s, objectiveSeconds.cache, window),
    },
    {
      name: 'queue-delay',
      alert: 'QueueDelayBudgetBurn',
      budget: 0.01,
      promise: `99 % of orders are effected within ${objectiveSeconds.queue} s; dead ones are not`,
      badShare: (window) => {
        const done = `sum(rate(queue_message_age_seconds_count{${s}}[${window}]))`;
        const inTime = `sum(rate(queue_message_age_seconds_bucket{${s},le="${objectiveSeconds.queue}"}[${window}]))`;
        const dead = `(sum(rate(queue_messages_total{${s},outcome="dead"}[${window}])) or vector(0))`;
        return `(${done} - ${inTime} + ${dead}) / (${done} + ${dead})`;
      },
    },
  ];
}

const share = (bad: string, all: string) => `(sum(${bad}) or vector(0)) / sum(${all})`;

const slowShare = (histogram: string, series: string, seconds: number, window: string) =>
  `1 - sum(rate(${histogram}_bucket{${series},le="${seconds}"}[${window}])) / sum(rate(${histogram}_count{${series}}[${window}]))`;

/** When budgets burn too fast. Values every 15 minutes suffice for windows of days; the rest goes by hours. */
import { burnRates } from '../../../../constructs/observability/rules/burn-rate-rules';
import type { Labels, RuleCase, Series } from '../../../support/promtool';

const hours = (count: number, first: number, step: number) => `${first}+${step}x${count * 240 - 1}`;

/** Events a scrape. */
const all = 1_000;

/** Series of an objective of which `bad` of a thousand events are bad, for `count` hours, then none. */
type Events = (bad: number, count: number, rest: number) => readonly Series[];

const total = (count: number, rest: number) => hours(count + rest, 0, all);
const some = (bad: number, count: number, rest: number) =>
  `${hours(count, 0, bad)} ${hours(rest, bad * count * 240, 0)}`;
/** The others, as a histogram counts those within its bound. */
const others = (bad: number, count: number, rest: number) =>
  `${hours(count, 0, all - bad)} ${hours(rest, (all - bad) * count * 240, all)}`;

const request: Labels = { job: 'api', pod: 'api-1', route: '/orders', method: 'POST' };

const events: Readonly<Record<string, Events>> = {
  ApiErrorBudgetBurn: (bad, count, rest) => [
    ['http_request_duration_seconds_count', { ...request, status: '503' }, some(bad, count, rest)],
    ['http_request_duration_seconds_count', { ...request, status: '202' }, others(bad, count, rest)],
    // Nobody waits for these, so they make nothing better.
    ['http_request_duration_seconds_count', { ...request, route: '/metrics', status: '200' }, total(count, rest)],
  ],
  ApiLatencyBudgetBurn: (bad, count, rest) => [
    ['http_request_duration_seconds_count', { ...request, status: '202' }, total(count, rest)],
    ['http_request_duration_seconds_bucket', { ...request, status: '202', le: '0.25' }, others(bad, count, rest)],
  ],
  CacheErrorBudgetBurn: (bad, count, rest) => [
    ['cache_errors_total', { job: 'api', operation: 'get' }, some(bad, count, rest)],
    ['cache_read_seconds_count', { job: 'api' }, others(bad, count, rest)],
  ],
  CacheLatencyBudgetBurn: (bad, count, rest) => [
    ['cache_read_seconds_count', { job: 'api' }, total(count, rest)],
    ['cache_read_seconds_bucket', { job: 'api', le: '0.01' }, others(bad, count, rest)],
  ],
  QueueDelayBudgetBurn: (bad, count, rest) => [
    ['queue_messages_total', { job: 'worker', outcome: 'dead' }, some(bad / 2, count, rest)],
    ['queue_message_age_seconds_count', { job: 'worker' }, hours(count + rest, 0, all - bad / 2)],
    ['queue_message_age_seconds_bucket', { job: 'worker', le: '30' }, others(bad, count, rest)],
  ],
};

const budgets: Readonly<Record<string, number>> = {
  ApiErrorBudgetBurn: 0.001,
  ApiLatencyBudgetBurn: 0.01,
  CacheErrorBudgetBurn: 0.001,
  CacheLatencyBudgetBurn: 0.01,
  QueueDelayBudgetBurn: 0.01,
};

const nameOf = (seconds: number) => (seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds / 3_600}h`);

/** Each factor burns a little faster than its own alert allows, and slower than the next. */
export const objectiveCases: readonly RuleCase[] = Object.entries(events).flatMap(([alert, series]) =>
  burnRates.flatMap(({ factor, longSeconds, shortSeconds, severity }): RuleCase[] => {
    const bad = 1.05 * factor * (budgets[alert] ?? 0) * all;
    const count = longSeconds / 3_600 + 1;
    const window = nameOf(longSeconds);
    const slower = burnRates.filter((other) => other.factor <= factor && other.severity === severity);
    return [
      {
        alert,
        severity,
        says: `a little faster than ${factor} for ${window}, then nothing bad`,
        series: series(bad, count, 8),
        firing: {
          [`${count * 60 - 1}m`]: slower.map((other) => ({ window: nameOf(other.longSeconds) })),
          // The short window ends it, long before the long one would.
          [`${count * 60 + shortSeconds / 60 + 2}m`]: slower
            .filter((other) => other.shortSeconds > shortSeconds)
            .map((other) => ({ window: nameOf(other.longSeconds) })),
        },
      },
      {
        alert,
        severity,
        says: `a little slower than ${factor} for ${window}`,
        series: series(bad * 0.9, count, 1),
        firing: {
          [`${count * 60 - 1}m`]: slower
            .filter((other) => other.factor < factor)
            .map((other) => ({ window: nameOf(other.longSeconds) })),
        },
      },
    ];
  }),
);

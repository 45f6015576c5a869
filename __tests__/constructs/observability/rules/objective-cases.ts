/** When budgets burn too fast. Over days a value comes every five minutes, or promtool would take minutes for each case. */
import { burnRates } from '../../../../constructs/observability/rules/burn-rate-rules';
import type { Labels, RuleCase, Series } from '../../../support/promtool';

/** Values an hour. */
type Rate = 12 | 60;

const hours = (rate: Rate, count: number, first: number, step: number) => `${first}+${step}x${count * rate - 1}`;

/** Events between two values. */
const all = 1_000;

/** Series of an objective of which `bad` of a thousand events are bad, for `count` hours, then none. */
type Events = (values: Values) => readonly Series[];

/** Values of counters: of all events, of the bad ones, and of the others, as a histogram counts those within its bound. */
interface Values {
  readonly total: string;
  readonly bad: string;
  readonly good: string;
  /** Half of the bad ones, and all but these. */
  readonly half: string;
  readonly withoutHalf: string;
}

function valuesOf(rate: Rate, bad: number, count: number, rest: number): Values {
  const some = (events: number) => `${hours(rate, count, 0, events)} ${hours(rate, rest, events * count * rate, 0)}`;
  const allBut = (events: number) =>
    `${hours(rate, count, 0, all - events)} ${hours(rate, rest, (all - events) * count * rate, all)}`;
  return { total: allBut(0), bad: some(bad), good: allBut(bad), half: some(bad / 2), withoutHalf: allBut(bad / 2) };
}

const request: Labels = { job: 'api', pod: 'api-1', route: '/orders', method: 'POST' };

/** Half of the bad ones are dead, half are late. @param bound as Prometheus calls it */
function orders(bound: string): Events {
  return ({ good, half, withoutHalf }) => [
    ['queue_messages_total', { job: 'worker', outcome: 'dead' }, half],
    ['queue_message_age_seconds_count', { job: 'worker' }, withoutHalf],
    ['queue_message_age_seconds_bucket', { job: 'worker', le: bound }, good],
  ];
}

const events: Readonly<Record<string, Events>> = {
  ApiErrorBudgetBurn: ({ total, bad, good }) => [
    ['http_request_duration_seconds_count', { ...request, status: '503' }, bad],
    ['http_request_duration_seconds_count', { ...request, status: '202' }, good],
    // Nobody waits for these, so they make nothing better.
    ['http_request_duration_seconds_count', { ...request, route: '/metrics', status: '200' }, total],
  ],
  ApiLatencyBudgetBurn: ({ total, good }) => [
    ['http_request_duration_seconds_count', { ...request, status: '202' }, total],
    ['http_request_duration_seconds_bucket', { ...request, status: '202', le: '0.25' }, good],
  ],
  CacheErrorBudgetBurn: ({ bad, good }) => [
    ['cache_errors_total', { job: 'api', operation: 'get' }, bad],
    ['cache_read_seconds_count', { job: 'api' }, good],
  ],
  CacheLatencyBudgetBurn: ({ total, good }) => [
    ['cache_read_seconds_count', { job: 'api' }, total],
    ['cache_read_seconds_bucket', { job: 'api', le: '0.01' }, good],
  ],
  QueueDelayBudgetBurn: orders('30'),
};

const budgets: Readonly<Record<string, number>> = {
  ApiErrorBudgetBurn: 0.001,
  ApiLatencyBudgetBurn: 0.01,
  CacheErrorBudgetBurn: 0.001,
  CacheLatencyBudgetBurn: 0.01,
  QueueDelayBudgetBurn: 0.01,
};

const nameOf = (seconds: number) => (seconds % 86_400 === 0 ? `${seconds / 86_400}d` : `${seconds / 3_600}h`);

/** All rates of one objective, and one of each severity of the others, whose rules differ in the share of bad events alone. */
const ratesOf = (alert: string) =>
  alert === 'ApiErrorBudgetBurn' ? burnRates : burnRates.filter(({ factor }) => factor === 14.4 || factor === 3);

/** Prometheus 2 calls a whole bound as it is told, Prometheus 3 as a fraction. */
const spellings = ['30', '30.0'].map((bound): RuleCase => ({
  alert: 'QueueDelayBudgetBurn',
  severity: 'critical',
  interval: '1m',
  says: `a fifth is late or dead, of a histogram with the bound ${bound}`,
  series: orders(bound)(valuesOf(60, 200, 2, 8)),
  firing: { '115m': [{ window: '1h' }, { window: '6h' }], '500m': [] },
}));

/** Requests that come one a minute, of which as many at the end of half an hour fail. */
const seldom = (failed: number): RuleCase => ({
  alert: 'ApiErrorBudgetBurn',
  severity: 'critical',
  interval: '1m',
  says: `${failed} of some forty requests fail in an hour`,
  series: [
    ['http_request_duration_seconds_count', { ...request, status: '503' }, `0x30 0+1x${failed} ${failed}x60`],
    ['http_request_duration_seconds_count', { ...request, status: '202' }, '0+1x30 30x90'],
  ],
  firing: { [`${31 + failed}m`]: failed < 10 ? [] : [{ window: '1h' }, { window: '6h' }], '110m': [] },
});

const others: readonly RuleCase[] = [...spellings, seldom(1), seldom(12)];

/** Each factor burns a little faster than its own alert allows, and slower than the next. */
const ratesCases: readonly RuleCase[] = Object.entries(events).flatMap(([alert, series]) =>
  ratesOf(alert).flatMap(({ factor, longSeconds, shortSeconds, severity }): RuleCase[] => {
    const bad = 1.05 * factor * (budgets[alert] ?? 0) * all;
    const rate = longSeconds >= 86_400 ? 12 : 60;
    const count = longSeconds / 3_600 + 1;
    const window = nameOf(longSeconds);
    const slower = burnRates.filter((other) => other.factor <= factor && other.severity === severity);
    return [
      {
        alert,
        severity,
        interval: `${60 / rate}m`,
        says: `a little faster than ${factor} for ${window}, then nothing bad`,
        series: series(valuesOf(rate, bad, count, 8)),
        firing: {
          [`${count * 60 - 5}m`]: slower.map((other) => ({ window: nameOf(other.longSeconds) })),
          // The short window ends it, long before the long one would.
          [`${count * 60 + shortSeconds / 60 + 10}m`]: slower
            .filter((other) => other.shortSeconds > shortSeconds)
            .map((other) => ({ window: nameOf(other.longSeconds) })),
          [`${count * 60 + Math.max(...slower.map((other) => other.shortSeconds)) / 60 + 11}m`]: [],
        },
      },
      {
        alert,
        severity,
        interval: `${60 / rate}m`,
        says: `a little slower than ${factor} for ${window}`,
        series: series(valuesOf(rate, bad * 0.9, count, 1)),
        firing: {
          [`${count * 60 - 5}m`]: slower
            .filter((other) => other.factor < factor)
            .map((other) => ({ window: nameOf(other.longSeconds) })),
        },
      },
    ];
  }),
);

export const objectiveCases = [...ratesCases, ...others];

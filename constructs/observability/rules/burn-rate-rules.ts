/**
 * Alerts when the budget of an objective burns too fast, each over two windows: the long one says that it matters, the short
 * one that it still goes on.
 *
 * Source: the Google SRE workbook, "Alerting on SLOs", table 5-8: 14.4 is 2 % of a month's budget in an hour, 6 is 5 % in
 * six hours, 3 is 10 % in a day, 1 is 10 % in three days.
 */
import type { AlertRule, RecordingRule } from './alert';
import { objectivesOf, type Objective } from './objectives';
import { ofPlatform, windowOf, type WatchedPlatform } from './watched-platform';

const hour = 3_600;
const day = 24 * hour;

export const burnRates = [
  { factor: 14.4, longSeconds: hour, shortSeconds: 300, severity: 'critical' },
  { factor: 6, longSeconds: 6 * hour, shortSeconds: 1_800, severity: 'critical' },
  { factor: 3, longSeconds: day, shortSeconds: 2 * hour, severity: 'warning' },
  { factor: 1, longSeconds: 3 * day, shortSeconds: 6 * hour, severity: 'warning' },
] as const;

/** Name of the series of an objective's bad share over a window, by its length at speed 1. */
const recordOf = (seconds: number) => `slo:bad_events:ratio_rate${nameOfSeconds(seconds)}`;

function nameOfSeconds(seconds: number): string {
  if (seconds % day === 0) return `${seconds / day}d`;
  return seconds % hour === 0 ? `${seconds / hour}h` : `${seconds / 60}m`;
}

/** The series of an objective over a window. */
export const badShareOf = (objective: Pick<Objective, 'name'>, seconds: number, matchers: string) =>
  `${recordOf(seconds)}{${matchers},slo="${objective.name}"}`;

/** The bad share of each objective over each window. */
export function burnRateRecordings(platform: WatchedPlatform): readonly RecordingRule[] {
  const windows = [...new Set(burnRates.flatMap(({ longSeconds, shortSeconds }) => [shortSeconds, longSeconds]))];
  return objectivesOf(platform).flatMap(({ name, badShare }) =>
    windows
      .sort((one, other) => one - other)
      .map((seconds) => ({
        record: recordOf(seconds),
        expr: badShare(windowOf(seconds, platform.pace)),
        labels: { slo: name },
      })),
  );
}

export function burnRateRules(platform: WatchedPlatform): readonly AlertRule[] {
  const matchers = ofPlatform(platform);
  return objectivesOf(platform).flatMap((objective) =>
    burnRates.map(({ factor, longSeconds, shortSeconds, severity }) => {
      const above = Number((factor * objective.budget).toPrecision(6));
      return {
        alert: objective.alert,
        component: 'application',
        severity,
        expr: `max(${badShareOf(objective, longSeconds, matchers)}) > ${above} and max(${badShareOf(objective, shortSeconds, matchers)}) > ${above}`,
        forSeconds: 0,
        labels: { slo: objective.name, window: nameOfSeconds(longSeconds) },
        summary: `{{ $value | humanizePercentage }} of events are bad: the month's budget of ${objective.name} burns ${factor} times too fast`,
        description: `${objective.promise}. At this rate the budget of 30 days is gone in ${daysAt(factor)}.`,
        explainedBy: ['RedisClusterDown', 'RedisNotOneMaster', 'ApiDown', 'WorkerDown'],
      } satisfies AlertRule;
    }),
  );
}

const daysAt = (factor: number) => (factor > 10 ? `${Math.round((30 * 24) / factor)} hours` : `${30 / factor} days`);

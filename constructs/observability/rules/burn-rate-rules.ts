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

/**
 * Bad events that a long window must have. Where a few come in an hour, a single one is more than a budget allows, and no
 * reason to wake anybody. Source: the Google SRE workbook, "Alerting on SLOs", "Low-traffic services".
 */
const minimumBadEvents = 10;

/** Name of the series of an objective's bad share over a window, by its length at speed 1. */
const recordOf = (seconds: number) => `slo:bad_events:ratio_rate${nameOfSeconds(seconds)}`;

function nameOfSeconds(seconds: number): string {
  if (seconds % day === 0) return `${seconds / day}d`;
  return seconds % hour === 0 ? `${seconds / hour}h` : `${seconds / 60}m`;
}

/** The series of an objective over a window. */
export const badShareOf = (objective: Pick<Objective, 'name'>, seconds: number, matchers: string) =>
  `${recordOf(seconds)}{${matchers},slo="${objective.name}"}`;

/** Name of the series of an objective's bad events a second over a window, by its length at speed 1. */
const badRecordOf = (seconds: number) => `slo:bad_events:rate${nameOfSeconds(seconds)}`;

const ascending = (seconds: readonly number[]) => [...new Set(seconds)].sort((one, other) => one - other);

/** The bad share of each objective over each window, and its bad events over each long one. */
export function burnRateRecordings(platform: WatchedPlatform): readonly RecordingRule[] {
  const longWindows = ascending(burnRates.map(({ longSeconds }) => longSeconds));
  const windows = ascending([...longWindows, ...burnRates.map(({ shortSeconds }) => shortSeconds)]);
  return objectivesOf(platform).flatMap(({ name, bad, all }) => {
    const labels = { slo: name };
    const over = (seconds: number) => windowOf(seconds, platform.pace);
    return [
      ...windows.map((seconds) => ({
        record: recordOf(seconds),
        expr: `${bad(over(seconds))} / ${all(over(seconds))}`,
        labels,
      })),
      ...longWindows.map((seconds) => ({ record: badRecordOf(seconds), expr: bad(over(seconds)), labels })),
    ];
  });
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
        expr: [
          `max(${badShareOf(objective, longSeconds, matchers)}) > ${above}`,
          `max(${badShareOf(objective, shortSeconds, matchers)}) > ${above}`,
          `max(${badRecordOf(longSeconds)}{${matchers},slo="${objective.name}"}) * ${longSeconds / platform.pace.speed} >= ${minimumBadEvents}`,
        ].join(' and '),
        forSeconds: 0,
        labels: { slo: objective.name, window: nameOfSeconds(longSeconds) },
        summary: `{{ $value | humanizePercentage }} of events are bad: the month's budget of ${objective.name} burns ${factor} times too fast`,
        description: `${objective.promise}. At this rate the budget of 30 days is gone in ${daysAt(factor)}.`,
        explainedBy: objective.explainedBy,
      } satisfies AlertRule;
    }),
  );
}

const daysAt = (factor: number) => (factor > 10 ? `${Math.round((30 * 24) / factor)} hours` : `${30 / factor} days`);

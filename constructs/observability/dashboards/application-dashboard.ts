/** The api and the worker: what they do with Redis, and what users have been promised. */
import { badShareOf } from '../rules/burn-rate-rules';
import { quantile } from '../rules/expressions';
import { objectivesOf } from '../rules/objectives';
import { ofPlatform, type WatchedPlatform } from '../rules/watched-platform';
import type { DashboardDefinition, PanelDefinition, Unit } from './panel';

const window = '$__rate_interval';

export function applicationDashboard(platform: WatchedPlatform): DashboardDefinition {
  const s = ofPlatform(platform);
  return {
    uid: `${platform.clusterName}-application`,
    title: `${platform.clusterName}: application`,
    description: 'Cache, limits, locks and queue; and how much of each promise is left',
    rows: [
      { title: 'Objectives', panels: objectivePanels(platform) },
      { title: 'Cache', panels: cachePanels(s) },
      { title: 'Limits and locks', panels: coordinationPanels(s) },
      { title: 'Queue', panels: queuePanels(s) },
    ],
  };
}

/** Seconds of the longest window that burn rates are told of, which stands for the month. */
const threeDays = 3 * 86_400;

function objectivePanels(platform: WatchedPlatform): readonly PanelDefinition[] {
  return objectivesOf(platform).map((objective) => ({
    title: `Budget used: ${objective.name}`,
    description: `${objective.promise}. Above 100 % the budget of a month would not last, going by the last three days.`,
    unit: 'percentunit',
    view: 'stat',
    runbook: objective.alert,
    redAbove: 1,
    prometheus: [
      {
        expr: `max(${badShareOf(objective, threeDays, ofPlatform(platform))}) / ${objective.budget}`,
        legend: 'of the budget',
      },
    ],
  }));
}

/** A panel of one quantity over time. */
function overTime(
  title: string,
  description: string,
  unit: Unit,
  runbook: string,
  queries: Readonly<Record<string, string>>,
): PanelDefinition {
  const prometheus = Object.entries(queries).map(([legend, expr]) => ({ legend, expr }));
  return { title, description, unit, view: 'time series', runbook, prometheus };
}

const cachePanels = (s: string): readonly PanelDefinition[] => [
  overTime(
    'Reads by how they were answered',
    'By this process, by Redis, by a load for it or for another, by knowing that there is nothing, or by the database because Redis fails (bypass).',
    'ops',
    'CacheErrors',
    { '{{result}}': `sum by (result) (rate(cache_gets_total{${s}}[${window}]))` },
  ),
  overTime('Hit ratio', 'Reads that needed no load of their own.', 'percentunit', 'CacheErrors', {
    hits: `1 - sum(rate(cache_gets_total{${s},result=~"miss|bypass"}[${window}])) / sum(rate(cache_gets_total{${s}}[${window}]))`,
  }),
  overTime(
    'Time until Redis answered',
    'Of reads of the cache, with the way there and back. The promise is 10 ms for 99 of 100.',
    's',
    'CacheLatencyBudgetBurn',
    { '99 %': quantile(0.99, 'cache_read_seconds', s, window), '50 %': quantile(0.5, 'cache_read_seconds', s, window) },
  ),
  overTime(
    'Errors of Redis met by the cache',
    'Users see none of them: the database answers instead.',
    'ops',
    'CacheErrors',
    { '{{operation}}': `sum by (operation) (rate(cache_errors_total{${s}}[${window}]))` },
  ),
];

const coordinationPanels = (s: string): readonly PanelDefinition[] => [
  overTime('Decisions of limits', 'Requests allowed and refused, by policy.', 'reqps', 'RateLimiterOnFallback', {
    '{{policy}} {{decision}}': `sum by (policy, decision) (rate(rate_limit_checks_total{${s}}[${window}]))`,
  }),
  overTime(
    'Decisions by a process alone',
    'While Redis does not answer each process allows its share of the quota. Should be zero.',
    'reqps',
    'RateLimiterOnFallback',
    { '{{pod}}': `sum by (pod) (rate(rate_limit_checks_total{${s},source="local"}[${window}]))` },
  ),
  overTime('Waits for locks', 'Time from asking for a lock to having it.', 's', 'LockWaitsLong', {
    '95 %': quantile(0.95, 'lock_wait_seconds', s, window),
    '50 %': quantile(0.5, 'lock_wait_seconds', s, window),
  }),
  overTime(
    'Locks not acquired, lost, or not given back',
    'A lost lock means work for nothing: fencing refuses what it wrote.',
    'ops',
    'LocksLost',
    { '{{kind}}': `sum by (kind) (rate(lock_failures_total{${s}}[${window}]))` },
  ),
  overTime('Leaders', 'Workers that say that they lead. There should be one.', 'none', 'NoLeader', {
    leaders: `sum(leader{${s}})`,
  }),
];

const queuePanels = (s: string): readonly PanelDefinition[] => [
  overTime(
    'Orders in the queue',
    'Added and not done; in the hands of a worker; waiting for their next attempt.',
    'short',
    'QueueLag',
    {
      depth: `max(queue_depth_messages{${s}})`,
      pending: `max(queue_pending_messages{${s}})`,
      delayed: `max(queue_delayed_messages{${s}})`,
    },
  ),
  overTime(
    'Age of the oldest order',
    'In the queue, in the hands of a worker, and in the outbox.',
    's',
    'QueuePendingStuck',
    {
      queue: `max(queue_oldest_seconds{${s}})`,
      pending: `max(queue_oldest_pending_seconds{${s}})`,
      outbox: `max(outbox_oldest_seconds{${s}})`,
    },
  ),
  overTime('Orders in and out', 'Added, and what became of them.', 'ops', 'QueueStalled', {
    added: `sum(rate(queue_messages_added_total{${s}}[${window}]))`,
    '{{outcome}}': `sum by (outcome) (rate(queue_messages_total{${s}}[${window}]))`,
  }),
  overTime(
    'Time until an order is effected',
    'From adding it, with all attempts. The promise is 30 s for 99 of 100.',
    's',
    'QueueDelayBudgetBurn',
    {
      '99 %': quantile(0.99, 'queue_message_age_seconds', s, window),
      '50 %': quantile(0.5, 'queue_message_age_seconds', s, window),
    },
  ),
  overTime('Dead letters', 'Orders that failed for good and wait for somebody.', 'none', 'QueueDeadLetters', {
    'dead letters': `max(queue_dead_letters{${s}})`,
  }),
];

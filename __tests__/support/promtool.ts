/** Runs rules over series that are made up, by promtool: which alerts fire when. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { prometheusRules } from '../../constructs/observability/prometheus-rules';
import type { WatchedPlatform } from '../../constructs/observability/rules/watched-platform';

export type Labels = Readonly<Record<string, string>>;

/** A series: its metric, its labels, and its values every 15 seconds in promtool's notation (`1x20 0x40`). */
export type Series = readonly [metric: string, labels: Labels, values: string];

/** Values from a first one, with a step, over minutes: four a minute. */
export const over = (minutes: number, first: number, step = 0) => `${first}+${step}x${minutes * 4 - 1}`;

/** What is to fire at a time, by the labels that differ from alert to alert. */
export interface RuleCase {
  readonly alert: string;
  /** @default - rules of every severity */
  readonly severity?: string;
  readonly says: string;
  /** Time between two values, and two evaluations. @default '15s' */
  readonly interval?: string;
  readonly series: readonly Series[];
  /** Labels of what fires, without those that every alert of the rule has, by time (`10m`). */
  readonly firing: Readonly<Record<string, readonly Labels[]>>;
}

export const testPlatform = {
  clusterName: 'test-redis',
  redis: {
    kind: 'exporters',
    topology: 'cluster',
    namespace: 'redis',
    servers: 2,
    shards: 3,
    replicasPerShard: 1,
    zones: 3,
    maxClients: 'exported',
  },
  application: { namespace: 'application' },
  pace: { scrapeSeconds: 15, speed: 1 },
  runbooksUrl: 'https://runbooks.test',
} as const satisfies WatchedPlatform;

/** Labels that targets have on every platform. */
const targetLabels = { redis_cluster: testPlatform.clusterName, namespace: 'redis', job: 'redis' };

/** Throws with what promtool says if something else fires. */
export function checkRuleCase(platform: WatchedPlatform, ruleCase: RuleCase): void {
  const { alert, severity, interval = '15s', series, firing } = ruleCase;
  const matchers = [`alertname="${alert}"`, 'alertstate="firing"', ...(severity ? [`severity="${severity}"`] : [])];
  const differing = [...new Set(Object.values(firing).flatMap((all) => all.flatMap((labels) => Object.keys(labels))))];
  runPromtool(rulesFor(platform, alert), {
    interval,
    input_series: series.map(([metric, labels, values]) => ({
      series: `${metric}${selectorOf({ ...targetLabels, ...labels })}`,
      values,
    })),
    promql_expr_test: Object.entries(firing).map(([eval_time, expected]) => ({
      expr: `count by (${differing.join(', ')}) (ALERTS{${matchers.join(',')}})`,
      eval_time,
      exp_samples: expected.map((labels) => ({ labels: selectorOf(labels), value: 1 })),
    })),
  });
}

export const selectorOf = (labels: Labels) =>
  `{${Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;

/** The rules of an alert, and what they are computed from: all of them over three days would take minutes. */
function rulesFor(platform: WatchedPlatform, alert: string) {
  const groups = prometheusRules(platform).groups.map(({ name, rules }) => {
    const alerts = rules.filter((rule) => 'alert' in rule && rule.alert === alert);
    const objectives = new Set(alerts.map(({ labels }) => labels.slo));
    const needed = rules.filter((rule) => 'record' in rule && objectives.has(rule.labels.slo));
    return { name, rules: [...needed, ...alerts] };
  });
  return { groups };
}

function runPromtool(rules: object, test: { readonly interval: string; readonly [field: string]: unknown }): void {
  const directory = mkdtempSync(path.join(tmpdir(), 'rules-'));
  try {
    writeFileSync(path.join(directory, 'rules.json'), JSON.stringify(rules));
    const file = { rule_files: ['rules.json'], evaluation_interval: test.interval, tests: [test] };
    writeFileSync(path.join(directory, 'test.json'), JSON.stringify(file));
    execFileSync('promtool', ['test', 'rules', 'test.json'], { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${stdout}${stderr}`, { cause: error });
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Which alerts explain which: made from the rules, so that none of them can be forgotten. */
import type { AlertRule } from '../rules/alert';

/** Labels that tell the things apart that one alert may be about. Two that are both missing count as equal. */
const subjects = ['namespace', 'redis_cluster', 'pod', 'server', 'slo', 'zone'];

const equals = (label: string, value: string) => `${label}="${value}"`;

/** What is silent while something else fires. */
export function inhibitions(rules: readonly AlertRule[]) {
  return [
    // One thing that is both critical and worth a warning is told of once.
    {
      source_matchers: [equals('severity', 'critical')],
      target_matchers: [equals('severity', 'warning')],
      equal: ['alertname', ...subjects],
    },
    ...explanations(rules),
  ];
}

/** A cause silences what follows from it in the whole platform: the namespace of the consequence may be another. */
function explanations(rules: readonly AlertRule[]) {
  const consequences = new Map<string, Map<string, Set<string>>>();
  for (const { alert, severity, explainedBy = [] } of rules) {
    for (const cause of explainedBy) {
      const bySeverity = consequences.get(cause) ?? new Map<string, Set<string>>();
      bySeverity.set(severity, (bySeverity.get(severity) ?? new Set()).add(alert));
      consequences.set(cause, bySeverity);
    }
  }
  return [...consequences].flatMap(([cause, bySeverity]) =>
    [...bySeverity].map(([severity, alerts]) => ({
      source_matchers: [equals('alertname', cause)],
      target_matchers: [`alertname=~"${[...alerts].join('|')}"`, equals('severity', severity)],
      equal: ['redis_cluster'],
    })),
  );
}

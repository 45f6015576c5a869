/** Rules as Prometheus reads them: in a file, and in a PrometheusRule alike. */
import { runbookUrl, type AlertRule, type RecordingRule } from './rules/alert';
import { rulesOf } from './rules/rules';
import { duration, type WatchedPlatform } from './rules/watched-platform';

/** `groups` of a rule file, or the `spec` of a PrometheusRule. */
export function prometheusRules(platform: WatchedPlatform) {
  return {
    groups: rulesOf(platform).map(({ name, recordings, alerts }) => ({
      name: `${platform.clusterName}-${name}`,
      rules: [
        ...recordings.map((recording) => recordingRule(platform, recording)),
        ...alerts.map((alert) => alertingRule(platform, alert)),
      ],
    })),
  };
}

/** Labels by name. */
type Labels = Readonly<Record<string, string>>;

function recordingRule({ clusterName }: WatchedPlatform, { record, expr, labels }: RecordingRule) {
  const all: Labels = { ...labels, redis_cluster: clusterName };
  return { record, expr, labels: all };
}

/**
 * Inhibition compares `namespace` and `redis_cluster`, and takes two labels that are both missing for equal: every alert has
 * both, whatever its series have.
 */
function alertingRule(platform: WatchedPlatform, alert: AlertRule) {
  const { clusterName, runbooksUrl, redis, application } = platform;
  const labels: Labels = {
    ...alert.labels,
    severity: alert.severity,
    component: alert.component,
    namespace: alert.component === 'application' ? application.namespace : redis.namespace,
    redis_cluster: clusterName,
  };
  return {
    alert: alert.alert,
    expr: alert.expr,
    ...(alert.forSeconds > 0 && { for: duration(alert.forSeconds) }),
    labels,
    annotations: {
      summary: alert.summary,
      description: alert.description,
      runbook_url: runbookUrl(runbooksUrl, alert.alert),
    },
  };
}

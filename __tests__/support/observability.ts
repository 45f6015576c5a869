/** What watches a cluster, as tests want it. */
import type { ChartValues } from '../../constructs/kubernetes/chart-release';
import { alertmanagerConfiguration } from '../../constructs/observability/alertmanager/configuration';
import { alloyValues } from '../../constructs/observability/cluster/alloy-values';
import { grafanaValues } from '../../constructs/observability/cluster/grafana-values';
import type { WatcherProps } from '../../constructs/observability/cluster/images';
import { lokiValues } from '../../constructs/observability/cluster/loki-values';
import { definitionsValues, monitoringValues } from '../../constructs/observability/cluster/monitoring-values';
import { mountedReceivers } from '../../constructs/observability/cluster/receiver-secrets';
import { watchedCluster } from '../../constructs/observability/cluster/watched-cluster';
import { alertsOf } from '../../constructs/observability/rules/rules';
import type { AlertingSettings } from '../../environments/alerting-settings';
import { defaultObservability } from '../../environments/observability-defaults';
import type { ObservabilitySettings } from '../../environments/observability-settings';
import { stagingEnvironment } from '../../environments/staging';
import { testClusterServices } from './cluster-services';
import { testAccount } from './synthesized-construct';

/** Settings that are right in all. */
export const testObservability: ObservabilitySettings = {
  ...defaultObservability,
  runbooksUrl: 'https://git.test.example/docs/runbooks',
};

/** One target of each kind. */
export const testAlerting: AlertingSettings = {
  topicSubscribers: { kind: 'email', addresses: ['redis-platform-alerts@example.com'] },
  receivers: {
    page: [{ kind: 'pagerduty', routingKeySecret: 'pagerduty' }],
    chat: [
      { kind: 'slack', channel: '#redis', webhookUrlSecret: 'slack' },
      {
        kind: 'email',
        to: ['redis@example.com'],
        from: 'alertmanager@example.com',
        smarthost: 'smtp.example.com:587',
        username: 'alertmanager',
        passwordSecret: 'smtp',
      },
    ],
    deadMansSwitch: [{ kind: 'webhook', urlSecret: 'dead-mans-switch' }],
  },
};

/** A Redis Cluster of three shards in pods. */
export const testWatchedCluster = watchedCluster({
  ...stagingEnvironment,
  name: 'test',
  observability: testObservability,
});

/** Values of all charts that watch a cluster, by chart. */
export function watcherValues(change: Partial<WatcherProps> = {}): Readonly<Record<string, ChartValues>> {
  const props = {
    account: testAccount,
    source: testClusterServices.source,
    settings: testObservability,
    platform: testWatchedCluster,
    ...change,
  };
  const alertmanager = alertmanagerConfiguration({
    receivers: mountedReceivers(testAlerting.receivers),
    rules: alertsOf(testWatchedCluster),
    pace: testWatchedCluster.pace,
  });
  return {
    'prometheus-operator-crds': definitionsValues,
    'kube-prometheus-stack': monitoringValues({ ...props, alertmanager }),
    loki: lokiValues({ ...props, bucket: 'test-logs' }),
    alloy: alloyValues(props),
    grafana: grafanaValues({ ...props, dashboards: 'grafana-dashboards' }),
  };
}

/** What watches the platform: metrics, rules, notifications, logs and dashboards. */
import type { Construct } from 'constructs';
import { TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { ServiceNamespace } from '../constructs/cluster-services/service-namespace';
import type { ClusterAddresses } from '../constructs/cluster-services/traffic';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { useHelm } from '../constructs/kubernetes/helm-provider';
import { useKubernetes } from '../constructs/kubernetes/kubernetes-provider';
import { declareFlows } from '../constructs/network/flows';
import { Grafana } from '../constructs/observability/cluster/grafana';
import { Logs } from '../constructs/observability/cluster/logs';
import { Monitoring } from '../constructs/observability/cluster/monitoring';
import { observabilityNamespace } from '../constructs/observability/cluster/names';
import { mailPorts } from '../constructs/observability/cluster/receiver-secrets';
import type { BackupNames } from '../constructs/observability/dashboards/backup-dashboard';
import { watcherFlows } from '../constructs/observability/cluster/flows';
import { watcherTraffic } from '../constructs/observability/cluster/traffic';
import type { WatchedPlatform } from '../constructs/observability/rules/watched-platform';
import { throwViolations } from '../constructs/validation/violations';
import { alertingViolations, type AlertingSettings } from '../environments/alerting-settings';
import type { ClusterServicesSettings } from '../environments/cluster-services-settings';
import { observabilityViolations, type ObservabilitySettings } from '../environments/observability-settings';

export interface ObservabilityStackProps {
  readonly account: AwsAccount;
  readonly settings: ObservabilitySettings;
  readonly alerting: AlertingSettings;
  /** Where charts and images come from. */
  readonly source: ClusterServicesSettings['source'];
  readonly kubernetes: KubernetesValue;
  readonly addresses: ClusterAddresses;
  readonly platform: WatchedPlatform;
  /** Ids of all nodes of ElastiCache that there can be. @default - none */
  readonly elasticacheNodeIds?: readonly string[];
  /** What backups are called. @default - there are none */
  readonly backups?: BackupNames;
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
}

/**
 * The stack of the cluster's services comes before: it issues the certificate of the operator's webhook, and brings secrets.
 * Namespaces of Redis and of the application let Prometheus in by themselves.
 *
 * @throws ViolationsError listing every setting that is wrong
 */
export class ObservabilityStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id);
    const { account, settings, alerting, source, kubernetes, addresses, platform, topicArn } = props;
    throwViolations(id, [...alertingViolations(alerting), ...observabilityViolations(settings)]);
    useAwsState(this, account);
    useAws(this, account);
    useKubernetes(this, account, kubernetes);
    useHelm(this, account, kubernetes);
    const ends = {
      redisInPods: platform.redis.kind === 'exporters',
      mailPorts: mailPorts(alerting.receivers),
    };
    declareFlows(this, watcherFlows(ends));
    const { dependables: dependsOn } = new ServiceNamespace(this, 'namespace', {
      name: observabilityNamespace,
      traffic: watcherTraffic({ addresses, ...ends }),
    });
    const shared = { account, source, settings, platform, dependsOn };
    new Monitoring(this, 'monitoring', { ...shared, receivers: alerting.receivers });
    new Logs(this, 'logs', shared);
    new Grafana(this, 'grafana', {
      ...shared,
      topicArn,
      ...(props.elasticacheNodeIds && { elasticacheNodeIds: props.elasticacheNodeIds }),
      ...(props.backups && { backups: props.backups }),
    });
  }
}

/** Dashboards of an environment as files of a ConfigMap, which Grafana reads. */
import { ConfigMapV1 } from '@cdktf/provider-kubernetes/lib/config-map-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { terraformLiteral } from '../../kubernetes/file-map';
import { applicationDashboard } from '../dashboards/application-dashboard';
import { backupDashboard, type BackupNames } from '../dashboards/backup-dashboard';
import { elasticacheDashboard } from '../dashboards/elasticache-dashboard';
import { grafanaDashboard } from '../dashboards/grafana';
import { redisDashboard } from '../dashboards/redis-dashboard';
import type { WatchedPlatform } from '../rules/watched-platform';
import { observabilityNamespace } from './names';

export interface DashboardFilesProps {
  readonly platform: WatchedPlatform;
  readonly region: string;
  /** Ids of all nodes of ElastiCache that there can be. @default - none */
  readonly elasticacheNodeIds?: readonly string[];
  /** What backups are called. @default - there are none */
  readonly backups?: BackupNames;
  readonly dependsOn: readonly ITerraformDependable[];
}

const name = 'grafana-dashboards';

export class DashboardFiles extends Construct {
  /** Of the ConfigMap. */
  readonly configMap = name;
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DashboardFilesProps) {
    super(scope, id);
    const map = new ConfigMapV1(this, 'files', {
      metadata: { name, namespace: observabilityNamespace },
      data: Object.fromEntries(
        Object.entries(dashboardFiles(props)).map(([file, text]) => [file, terraformLiteral(text)]),
      ),
      dependsOn: [...props.dependsOn],
    });
    this.dependables = [map];
  }
}

/** Grafana's JSON by name of the file. */
export function dashboardFiles(props: Omit<DashboardFilesProps, 'dependsOn'>): Readonly<Record<string, string>> {
  const { platform, region, elasticacheNodeIds = [], backups } = props;
  const context = { runbooksUrl: platform.runbooksUrl, region };
  const { redis, clusterName } = platform;
  const dashboards = [
    applicationDashboard(platform),
    ...(redis.kind === 'exporters' ? [redisDashboard(platform, redis)] : []),
    ...(elasticacheNodeIds.length > 0 ? [elasticacheDashboard(clusterName, elasticacheNodeIds)] : []),
    ...(backups ? [backupDashboard(backups)] : []),
  ];
  return Object.fromEntries(
    dashboards.map((dashboard) => [`${dashboard.uid}.json`, JSON.stringify(grafanaDashboard(dashboard, context))]),
  );
}

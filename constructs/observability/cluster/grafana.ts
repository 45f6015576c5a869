/** Grafana, with data sources and dashboards of the environment. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { EncryptionKey } from '../../aws/encryption-key';
import { GeneratedSecret, passwordField, usernameField } from '../../aws/generated-secret';
import { declareAwsNeeds, type AwsNeed } from '../../aws/needs';
import { secretNames } from '../../aws/secret-names';
import { externalSecret } from '../../application/secret-sources';
import { SecretAccess } from '../../cluster-services/secret-access';
import { chartRepository } from '../../cluster-services/sources';
import { ChartRelease } from '../../kubernetes/chart-release';
import { CustomResources } from '../../kubernetes/custom-resources';
import { PodIdentity } from '../../kubernetes/pod-identity';
import type { WatchedPlatform } from '../rules/watched-platform';
import { DashboardFiles, type DashboardFilesProps } from './dashboard-files';
import { grafanaValues } from './grafana-values';
import type { WatcherProps } from './images';
import { grafanaSecret, grafanaSecretKeys, observabilityNamespace, releases, watcherServiceAccounts } from './names';

export interface GrafanaProps extends WatcherProps, Pick<DashboardFilesProps, 'elasticacheNodeIds' | 'backups'> {
  readonly platform: WatchedPlatform;
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class Grafana extends Construct {
  constructor(scope: Construct, id: string, props: GrafanaProps) {
    super(scope, id);
    const { account, source, settings, platform, elasticacheNodeIds, backups, dependsOn } = props;
    const dashboards = new DashboardFiles(this, 'dashboards', {
      platform,
      region: account.region,
      ...(elasticacheNodeIds && { elasticacheNodeIds }),
      ...(backups && { backups }),
      dependsOn,
    });
    const identity = new PodIdentity(this, 'identity', {
      account,
      name: 'grafana',
      namespace: observabilityNamespace,
      serviceAccount: watcherServiceAccounts.grafana,
      statements: cloudWatchStatements,
    });
    declareAwsNeeds(this, { role: identity.roleName, from: 'network', needs: [readMetrics] });
    new ChartRelease(this, 'chart', {
      name: releases.grafana,
      namespace: observabilityNamespace,
      chart: 'grafana',
      repository: chartRepository(source, account, 'grafana'),
      version: settings.grafana.chart,
      values: grafanaValues({ ...props, dashboards: dashboards.configMap }),
      dependsOn: [...dashboards.dependables, ...identity.dependables, this.#administrator(props)],
    });
  }

  /** The Secret with the password of `admin`, which Secrets Manager makes. */
  #administrator({ account, settings, topicArn, dependsOn }: GrafanaProps): ITerraformDependable {
    const preventDestroy = settings.destruction.kind === 'prevented';
    const { arn: keyArn } = new EncryptionKey(this, 'key', {
      account,
      name: 'observability',
      description: `What watches ${account.environment}: passwords`,
      preventDestroy,
    });
    const { arn: secretArn, arnPattern } = new GeneratedSecret(this, 'administrator', {
      account,
      keyArn,
      topicArn,
      name: secretNames.grafanaAdministrator,
      description: "Password of Grafana's administrator",
      username: 'admin',
      generation: settings.grafana.passwordGeneration,
      preventDestroy,
    });
    const { policy } = new SecretAccess(this, 'access', {
      account,
      name: `${observabilityNamespace}-${releases.grafana}`,
      secrets: [{ arnPattern }],
    });
    const field = (name: string) => ({ kind: 'secrets-manager', secretArn, arnPattern, field: name }) as const;
    return new CustomResources(this, 'secret', {
      name: grafanaSecret,
      namespace: observabilityNamespace,
      objects: [
        externalSecret({
          name: grafanaSecret,
          values: {
            [grafanaSecretKeys.user]: field(usernameField),
            [grafanaSecretKeys.password]: field(passwordField),
          },
        }),
      ],
      dependsOn: [...dependsOn, policy],
    }).release;
  }
}

/** What panels with metrics of AWS, and the list of alarms, ask for. */
const readMetrics: AwsNeed = {
  actions: [
    'cloudwatch:DescribeAlarms',
    'cloudwatch:DescribeAlarmsForMetric',
    'cloudwatch:GetMetricData',
    'cloudwatch:ListMetrics',
  ],
  resources: ['*'],
  why: 'dashboards show metrics of AWS',
};

/** CloudWatch knows no narrower right to read metrics. Source: "Configure authentication" of Grafana's data source. */
const cloudWatchStatements = [
  {
    sid: 'ReadMetrics',
    actions: [
      'cloudwatch:DescribeAlarms',
      'cloudwatch:DescribeAlarmsForMetric',
      'cloudwatch:GetMetricData',
      'cloudwatch:ListMetrics',
    ],
    resources: ['*'],
  },
];

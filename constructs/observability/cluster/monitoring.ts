/** Prometheus and Alertmanager, by their operator; what they ask, what they tell, and whom. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AlertingSettings } from '../../../environments/alerting-settings';
import { chartRepository } from '../../cluster-services/sources';
import { ChartRelease } from '../../kubernetes/chart-release';
import { CustomResources } from '../../kubernetes/custom-resources';
import { alertmanagerConfiguration } from '../alertmanager/configuration';
import { alertsOf } from '../rules/rules';
import type { WatchedPlatform } from '../rules/watched-platform';
import type { WatcherProps } from './images';
import { monitoringObjects } from './monitors';
import { definitionsValues, monitoringValues } from './monitoring-values';
import { observabilityNamespace, releases } from './names';
import { mountedReceivers, ReceiverSecrets } from './receiver-secrets';

export interface MonitoringProps extends WatcherProps {
  readonly platform: WatchedPlatform;
  readonly receivers: AlertingSettings['receivers'];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** In this order: definitions of kinds, secrets of receivers, the operator with its servers, monitors and rules. */
export class Monitoring extends Construct {
  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { account, source, settings, platform, receivers, dependsOn } = props;
    const { release: definitions } = new ChartRelease(this, 'definitions', {
      name: releases.definitions,
      namespace: observabilityNamespace,
      chart: 'prometheus-operator-crds',
      repository: chartRepository(source, account, 'prometheus-operator-crds'),
      version: settings.operator.definitionsChart,
      values: definitionsValues,
      dependsOn,
    });
    const secrets = new ReceiverSecrets(this, 'receivers', { account, receivers, dependsOn });
    const { release } = new ChartRelease(this, 'chart', {
      name: releases.monitoring,
      namespace: observabilityNamespace,
      chart: 'kube-prometheus-stack',
      repository: chartRepository(source, account, 'kube-prometheus-stack'),
      version: settings.operator.chart,
      values: monitoringValues({
        ...props,
        alertmanager: alertmanagerConfiguration({
          receivers: mountedReceivers(receivers),
          rules: alertsOf(platform),
          pace: platform.pace,
        }),
      }),
      dependsOn: [definitions, ...secrets.dependables],
    });
    new CustomResources(this, 'objects', {
      name: `${releases.monitoring}-objects`,
      namespace: observabilityNamespace,
      objects: monitoringObjects(platform),
      // The operator's webhook looks at rules before they are taken.
      dependsOn: [release],
    });
  }
}

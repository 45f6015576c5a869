/** Certificates: issued, renewed and put where webhooks need them. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ChartRelease } from '../kubernetes/chart-release';
import { declareFlows } from '../network/flows';
import { certManagerPods, certManagerValues } from './cert-manager-values';
import { callsKubernetes, controlPlaneCallsPods, podsOf } from './flows';
import { namespaces } from './names';
import type { ClusterServiceProps } from './service-props';
import { ServiceNamespace } from './service-namespace';
import { chartRepository } from './sources';
import { callKubernetes, fromControlPlane, resolveNames } from './traffic';

export class CertManager extends Construct {
  readonly release: ITerraformDependable;

  constructor(
    scope: Construct,
    id: string,
    { account, settings, addresses, dependsOn }: ClusterServiceProps<'certManager'>,
  ) {
    super(scope, id);
    const namespace = namespaces.certManager;
    declareFlows(this, [
      callsKubernetes(podsOf(namespace), 'certificates are read and kept up to date'),
      controlPlaneCallsPods(podsOf(namespace, certManagerPods('webhook')), 'certManagerWebhook'),
    ]);
    const { dependables } = new ServiceNamespace(this, 'namespace', {
      name: namespace,
      traffic: [
        resolveNames,
        callKubernetes(addresses),
        fromControlPlane(addresses, 'webhook', certManagerPods('webhook'), 'certManagerWebhook'),
      ],
      dependsOn,
    });
    this.release = new ChartRelease(this, 'chart', {
      name: 'cert-manager',
      namespace,
      chart: 'cert-manager',
      repository: chartRepository(settings.source, account, 'cert-manager'),
      version: settings.certManager.chart,
      values: certManagerValues(settings, account),
      dependsOn: dependables,
    }).release;
  }
}

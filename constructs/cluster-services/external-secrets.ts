/** Secrets of AWS Secrets Manager, or of other namespaces, as Secrets where they are needed, kept up to date. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { ChartRelease } from '../kubernetes/chart-release';
import { CustomResources } from '../kubernetes/custom-resources';
import { PodIdentity } from '../kubernetes/pod-identity';
import { declareFlows } from '../network/flows';
import { externalSecretsPods, externalSecretsValues } from './external-secrets-values';
import { callsAws, callsKubernetes, controlPlaneCallsPods, podsOf } from './flows';
import { externalSecretsServiceAccount, namespaces, secretStore } from './names';
import { externalSecretsRole } from './secret-access';
import { secretStoreObject } from './secret-store';
import { ServiceNamespace } from './service-namespace';
import type { ClusterServiceProps } from './service-props';
import { chartRepository } from './sources';
import { callAws, callKubernetes, fromControlPlane, resolveNames } from './traffic';

/** Needs the issuer `platform`. */
export class ExternalSecrets extends Construct {
  readonly release: ITerraformDependable;

  constructor(
    scope: Construct,
    id: string,
    { account, settings, addresses, dependsOn }: ClusterServiceProps<'externalSecrets'>,
  ) {
    super(scope, id);
    const namespace = namespaces.externalSecrets;
    const { webhook, controller } = externalSecretsPods;
    declareFlows(this, [
      callsKubernetes(podsOf(namespace), 'Secrets are written, and read from other namespaces'),
      ...(account ? callsAws(podsOf(namespace, controller), ['secretsmanager'], 'secrets are read') : []),
      controlPlaneCallsPods(podsOf(namespace, webhook), 'externalSecretsWebhook'),
    ]);
    const { dependables } = new ServiceNamespace(this, 'namespace', {
      name: namespace,
      traffic: [
        resolveNames,
        callKubernetes(addresses),
        ...(account ? callAws(controller) : []),
        fromControlPlane(addresses, 'webhook', webhook, 'externalSecretsWebhook'),
      ],
      dependsOn,
    });
    // Without rights: each stack that has secrets read grants these, and no others, by `SecretAccess`.
    const identity =
      account &&
      new PodIdentity(this, 'identity', {
        account,
        name: externalSecretsRole,
        namespace,
        serviceAccount: externalSecretsServiceAccount,
      });
    this.release = new ChartRelease(this, 'chart', {
      name: 'external-secrets',
      namespace,
      chart: 'external-secrets',
      repository: chartRepository(settings.source, account, 'external-secrets'),
      version: settings.externalSecrets.chart,
      values: externalSecretsValues(settings, account),
      dependsOn: [...dependables, ...(identity?.dependables ?? [])],
    }).release;
    if (account === undefined) return;
    new CustomResources(this, 'store', {
      name: secretStore.name,
      namespace,
      objects: [secretStoreObject(account)],
      dependsOn: [this.release],
    });
  }
}

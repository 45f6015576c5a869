/** What a cluster of others needs before Redis and the application: certificates, secrets and classes of volumes. */
import type { Construct } from 'constructs';
import { TerraformStack, type ITerraformDependable } from 'cdktf';
import { CertManager } from '../constructs/cluster-services/cert-manager';
import { ExternalSecrets } from '../constructs/cluster-services/external-secrets';
import { namespaces } from '../constructs/cluster-services/names';
import { PlatformAuthority } from '../constructs/cluster-services/platform-authority';
import { addServicePriorityClass } from '../constructs/cluster-services/priority-class';
import { ServiceNamespace } from '../constructs/cluster-services/service-namespace';
import { addKubeconfigProviders } from '../constructs/kubernetes/kubeconfig-providers';
import { ZoneStorage } from '../constructs/kubernetes/zone-storage';
import { addState } from '../constructs/terraform-state/state';
import type { KubernetesStackProps } from './kubernetes-stacks';

export class ExistingClusterStack extends TerraformStack {
  constructor(scope: Construct, id: string, { environment, kubeconfig }: KubernetesStackProps) {
    super(scope, id);
    const { zones, storage } = environment.kubernetes;
    addState(this, environment.terraformState);
    addKubeconfigProviders(this, kubeconfig);
    new ZoneStorage(this, 'storage', { zones, storage });
    const priorityClass = addServicePriorityClass(this, 'Certificates and secrets, which others depend on');
    const issuer = this.#certificates(environment, priorityClass);
    this.#secrets(environment, [priorityClass, issuer]);
  }

  #certificates(
    { name, clusterServices, kubernetes }: KubernetesStackProps['environment'],
    first: ITerraformDependable,
  ) {
    const { source, certManager } = clusterServices;
    const installed =
      certManager.kind === 'installed'
        ? [
            new CertManager(this, 'cert-manager', {
              settings: { source, certManager },
              addresses: kubernetes.addresses,
              dependsOn: [first],
            }).release,
          ]
        : [];
    return new PlatformAuthority(this, 'authority', { environment: name, dependsOn: installed }).issuer;
  }

  /** External Secrets, and the namespace of generated passwords. No pod runs there, and no connection is allowed. */
  #secrets(
    { clusterServices, kubernetes }: KubernetesStackProps['environment'],
    dependsOn: readonly ITerraformDependable[],
  ): void {
    const { source, externalSecrets } = clusterServices;
    new ServiceNamespace(this, 'passwords', { name: namespaces.passwords, traffic: [] });
    if (externalSecrets.kind === 'present') return;
    new ExternalSecrets(this, 'external-secrets', {
      settings: { source, externalSecrets },
      addresses: kubernetes.addresses,
      dependsOn,
    });
  }
}

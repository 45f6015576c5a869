/** Access of a stack to what charts install in a cluster. */
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { Fn, type TerraformStack } from 'cdktf';
import type { AwsAccount } from '../aws/account';
import type { KubernetesValue } from './cluster';
import { execCredentials } from './kubernetes-provider';

/**
 * Gives a stack the provider that installs charts in a cluster that another stack made, with the same access as
 * `useKubernetes`. Charts from a registry that asks for a login are pulled with that of the machine that deploys
 * (`helm registry login`): a password in the provider's configuration would be in saved plans.
 */
export function useHelm(stack: TerraformStack, account: AwsAccount, cluster: KubernetesValue): void {
  new HelmProvider(stack, 'helm', {
    kubernetes: {
      host: cluster.endpoint,
      clusterCaCertificate: Fn.base64decode(cluster.certificateAuthority),
      exec: execCredentials(account, cluster),
    },
  });
}

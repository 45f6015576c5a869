/** Access of a stack to what is inside a cluster. */
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import { Fn, type TerraformStack } from 'cdktf';
import type { AwsAccount } from '../aws/account';
import type { KubernetesValue } from './cluster';

/** How the API of Kubernetes is called: `exec` of a kubeconfig, as the providers of Kubernetes and Helm take it. */
export function execCredentials({ region }: Pick<AwsAccount, 'region'>, { clusterName }: KubernetesValue) {
  return {
    apiVersion: 'client.authentication.k8s.io/v1beta1',
    command: 'aws',
    args: ['eks', 'get-token', '--cluster-name', clusterName, '--region', region, '--output', 'json'],
  };
}

/**
 * Gives a stack the provider for a cluster that another stack made; docs/decisions/0008 tells why another. Whoever
 * deploys it is one of `kubernetes.access`, has the AWS CLI, and reaches the endpoint. The token is asked for when it is
 * needed, lives for 15 minutes and is in no state.
 */
export function useKubernetes(stack: TerraformStack, account: AwsAccount, cluster: KubernetesValue): void {
  new KubernetesProvider(stack, 'kubernetes', {
    host: cluster.endpoint,
    clusterCaCertificate: Fn.base64decode(cluster.certificateAuthority),
    exec: [execCredentials(account, cluster)],
  });
}

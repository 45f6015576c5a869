/** Access of a stack to the cluster that a kubeconfig names. */
import { HelmProvider } from '@cdktf/provider-helm/lib/provider';
import { KubernetesProvider } from '@cdktf/provider-kubernetes/lib/provider';
import type { TerraformStack } from 'cdktf';

export interface Kubeconfig {
  /** Paths of kubeconfigs, in the order of `KUBECONFIG`. Credentials stay in these files. */
  readonly paths: readonly string[];
  /** @default - the current context */
  readonly context?: string | undefined;
}

/**
 * Gives a stack the providers kubernetes and helm. They read no `KUBECONFIG` of their own, so the paths are part of the
 * synthesis.
 */
export function addKubeconfigProviders(stack: TerraformStack, { paths, context }: Kubeconfig): void {
  const access = { configPaths: [...paths], ...(context !== undefined && { configContext: context }) };
  new KubernetesProvider(stack, 'kubernetes', access);
  new HelmProvider(stack, 'helm', { kubernetes: access });
}

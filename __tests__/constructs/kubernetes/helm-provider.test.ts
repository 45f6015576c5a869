import { TerraformStack } from 'cdktf';
import { useHelm } from '../../../constructs/kubernetes/helm-provider';
import { useKubernetes } from '../../../constructs/kubernetes/kubernetes-provider';
import { testKubernetesValue } from '../../support/cluster-services';
import { synthesizeStack, testAccount, type Arguments } from '../../support/synthesized-construct';

const { provider } = synthesizeStack((app) => {
  const stack = new TerraformStack(app, 'stack');
  useKubernetes(stack, testAccount, testKubernetesValue);
  useHelm(stack, testAccount, testKubernetesValue);
  return stack;
});
const only = (name: string): Arguments => provider?.[name]?.[0] ?? {};

test('charts are installed in the same cluster with the same token', () => {
  const { exec, ...cluster } = only('kubernetes');
  expect(provider?.helm).toHaveLength(1);
  expect(only('helm').kubernetes).toEqual({ ...cluster, exec: (exec as readonly unknown[])[0] });
});

test('no password of a registry is in the configuration', () => {
  expect(only('helm')).not.toHaveProperty('registries');
});

import { KubernetesStorageStack } from '../../stacks/kubernetes-storage-stack';
import { testNetworkValue } from '../support/kubernetes';
import { synthesizeStack, testAccount } from '../support/synthesized-construct';

test('the stack', () => {
  const kubernetes = {
    clusterName: 'test-eks',
    clusterArn: 'arn:aws:eks:eu-central-1:111122223333:cluster/test-eks',
    endpoint: 'https://test.eks.example',
    certificateAuthority: 'dGVzdA==',
    nodeSecurityGroupId: 'sg-1',
    volumeKeyArn: 'arn:aws:kms:eu-central-1:111122223333:key/1',
  };
  expect(
    synthesizeStack(
      (app) =>
        new KubernetesStorageStack(app, 'test-kubernetes-storage', {
          account: testAccount,
          kubernetes,
          network: testNetworkValue,
        }),
    ),
  ).toMatchSnapshot();
});

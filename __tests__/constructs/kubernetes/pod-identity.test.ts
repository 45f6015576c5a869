import { PriorityClassV1 } from '@cdktf/provider-kubernetes/lib/priority-class-v1';
import { PodIdentity } from '../../../constructs/kubernetes/pod-identity';
import { resourceOf, resourcesOf, synthesizeConstruct, testAccount } from '../../support/synthesized-construct';

const configuration = synthesizeConstruct((stack) => {
  const { dependables } = new PodIdentity(stack, 'identity', {
    account: testAccount,
    name: 'shop',
    namespace: 'shops',
    serviceAccount: 'api',
    statements: [{ sid: 'Read', actions: ['s3:GetObject'], resources: ['*'] }],
  });
  new PriorityClassV1(stack, 'pods', { metadata: { name: 'pods' }, value: 1, dependsOn: [...dependables] });
});

test('the role goes to one service account of one cluster', () => {
  const [role = ''] = Object.keys(resourcesOf(configuration, 'aws_iam_role'));
  expect(resourceOf(configuration, 'aws_eks_pod_identity_association')).toEqual({
    cluster_name: 'test-eks',
    namespace: 'shops',
    service_account: 'api',
    role_arn: `\${aws_iam_role.${role}.arn}`,
  });
});

test('pods wait for the role with all its rights', () => {
  const [association = ''] = Object.keys(resourcesOf(configuration, 'aws_eks_pod_identity_association'));
  const [policy = ''] = Object.keys(resourcesOf(configuration, 'aws_iam_role_policy'));
  expect(resourceOf(configuration, 'kubernetes_priority_class_v1').depends_on).toEqual([
    `aws_eks_pod_identity_association.${association}`,
    `aws_iam_role_policy.${policy}`,
  ]);
});

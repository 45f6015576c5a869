import { PodIdentityRole } from '../../../constructs/kubernetes/pod-identity-role';
import { messageOf, resourcesOf, synthesizeConstruct, testAccount } from '../../support/synthesized-construct';

const roleNamed = (name: string) =>
  synthesizeConstruct((stack) => {
    new PodIdentityRole(stack, 'role', { account: testAccount, name, namespace: 'shop', serviceAccount: 'api' });
  });

test('without rights it has no policy', () => {
  const configuration = roleNamed('x'.repeat(55));
  expect(Object.keys(resourcesOf(configuration, 'aws_iam_role'))).toHaveLength(1);
  expect(resourcesOf(configuration, 'aws_iam_role_policy')).toEqual({});
  expect(resourcesOf(configuration, 'aws_iam_role_policy_attachment')).toEqual({});
});

test('a name that IAM does not take is refused', () => {
  expect(messageOf(() => roleNamed('x'.repeat(56)))).toMatch(
    /^stack\/role has 1 problem:\n {2}- name: "test-eks-x+"; expected at most 64 characters\. Shorten it\.$/,
  );
});

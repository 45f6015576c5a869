import { kubernetesWith } from '../../support/kubernetes';
import { resourcesOf } from '../../support/synthesized-construct';

const administrator = 'arn:aws:iam::111122223333:role/deployment';
const viewer = 'arn:aws:iam::444455556666:role/people/support';

/** Policies by id of the entry that they refer to, and entries by id. */
function accessOf(administrators: readonly string[], viewers: readonly string[]) {
  const configuration = kubernetesWith({ access: { administrators, viewers } });
  const entries = Object.entries(resourcesOf(configuration, 'aws_eks_access_entry'));
  const policies = Object.entries(resourcesOf(configuration, 'aws_eks_access_policy_association'));
  return { entries, policies };
}

test('each role has an entry and its rights in all of the cluster', () => {
  const { entries, policies } = accessOf([administrator], [viewer]);
  expect(entries.map(([, { principal_arn: principal, type }]) => [principal, type])).toEqual([
    [administrator, 'STANDARD'],
    [viewer, 'STANDARD'],
  ]);
  expect(policies.map(([, { policy_arn: policy, access_scope: scope }]) => [policy, scope])).toEqual([
    ['arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy', { type: 'cluster' }],
    ['arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy', { type: 'cluster' }],
  ]);
  for (const [index, [, { principal_arn: principal }]] of policies.entries()) {
    expect(principal).toBe(`\${aws_eks_access_entry.${entries[index]?.[0] ?? ''}.principal_arn}`);
  }
});

test('a role keeps its entry when its rights, or the order of the list, change', () => {
  const before = accessOf([administrator], [viewer]);
  const after = accessOf([viewer, administrator], []);
  const ids = (entries: readonly (readonly [string, unknown])[]) => entries.map(([id]) => id).sort();
  expect(ids(after.entries)).toEqual(ids(before.entries));
  expect(ids(after.policies)).toEqual(ids(before.policies));
});

test('roles of the same name in two accounts have two entries', () => {
  const { entries } = accessOf([administrator, administrator.replace('1111', '9999')], []);
  expect(entries).toHaveLength(2);
});

/** Where rights come from: stacks, access entries of EKS, the project's own chart, and facts of others. */
import { allowedBy, serviceAccountCaller } from '../../../../review/rights/kubernetes/evaluator';
import { factsObjects } from '../../../../review/rights/kubernetes/chart-facts';
import { accessObjects } from '../../../../review/rights/kubernetes/eks-access';
import { environmentRights } from '../../../../review/rights/kubernetes/environment-rights';
import { noObjects } from '../../../../review/rights/kubernetes/rbac-objects';
import { kubernetesRightsTable } from '../../../../review/rights/kubernetes/rights-table';
import {
  installedCharts,
  stackObjects,
  type StackResources,
} from '../../../../review/rights/kubernetes/terraform-rbac';

const reader = serviceAccountCaller({ namespace: 'application', name: 'reader' });
const readSecret = { verb: 'get', group: '', resource: 'secrets', namespace: 'redis', name: 'app' };

const stack = (roleName: string): StackResources => ({
  resource: {
    kubernetes_role_v1: {
      role_1: {
        metadata: { name: 'reader', namespace: 'redis' },
        rule: [{ api_groups: [''], resources: ['secrets'], resource_names: ['app'], verbs: ['get'] }],
      },
    },
    kubernetes_role_binding_v1: {
      binding_1: {
        metadata: [{ name: 'reader', namespace: 'redis' }],
        role_ref: { kind: 'Role', name: roleName },
        subject: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'application' }],
      },
    },
    kubernetes_service_account_v1: { account: { metadata: { name: 'reader', namespace: 'application' } } },
  },
});

const byReference = stack('${kubernetes_role_v1.role_1.metadata[0].name}');

test.each([
  ['by its name', stack('reader')],
  ['by a reference', byReference],
])('a binding of a stack finds its role %s', (_, resources) => {
  const objects = stackObjects('test-application', resources);
  expect(allowedBy(objects, reader, readSecret)).toMatchObject({ name: 'reader', origin: 'stack test-application' });
  expect(allowedBy(objects, reader, { ...readSecret, name: 'operator' })).toBeUndefined();
  expect(objects.serviceAccounts).toEqual([{ name: 'reader', namespace: 'application' }]);
});

test('a reference to something else is an error: what is bound would stay unseen', () => {
  expect(() => stackObjects('test', stack('${data.external.role.result.name}'))).toThrow("rights can't be reviewed");
});

test('a cluster role of a stack counts, with those it aggregates', () => {
  const objects = stackObjects('test', {
    resource: {
      kubernetes_cluster_role_v1: {
        part: {
          metadata: { name: 'part', labels: { sum: 'yes' } },
          rule: [{ api_groups: [''], resources: ['nodes'], verbs: ['list'] }],
        },
        sum: {
          metadata: { name: 'sum' },
          aggregation_rule: { cluster_role_selectors: [{ match_labels: { sum: 'yes' } }] },
        },
      },
      kubernetes_cluster_role_binding_v1: {
        binding: {
          metadata: { name: 'sum' },
          role_ref: { kind: 'ClusterRole', name: 'sum' },
          subject: [{ kind: 'ServiceAccount', name: 'reader', namespace: 'application' }],
        },
      },
    },
  });
  expect(allowedBy(objects, reader, { verb: 'list', group: '', resource: 'nodes' })?.name).toBe('sum');
});

const association = (policy: string): StackResources => ({
  resource: {
    aws_eks_access_policy_association: {
      one: { policy_arn: `arn:aws:eks::aws:cluster-access-policy/${policy}`, access_scope: { type: 'cluster' } },
    },
  },
});

test.each([
  ['AmazonEKSViewPolicy', 'list', 'pods', true],
  ['AmazonEKSViewPolicy', 'list', 'secrets', false],
  ['AmazonEKSViewPolicy', 'create', 'pods/exec', false],
  ['AmazonEKSViewPolicy', 'delete', 'pods', false],
  ['AmazonEKSClusterAdminPolicy', 'list', 'secrets', true],
])('%s: %s %s is allowed: %s', (policy, verb, resource, expected) => {
  const caller = { user: 'arn:aws:sts::111122223333:assumed-role/support/jane', groups: [policy] };
  const allowed = allowedBy(accessObjects(association(policy)), caller, { verb, group: '', resource });
  expect(allowed !== undefined).toBe(expected);
});

test('an access policy whose rules are unknown is an error', () => {
  expect(() => accessObjects(association('AmazonEKSEditPolicy'))).toThrow('add them from the EKS User Guide');
});

const release = (values: string, more: object = {}) => ({
  resource: {
    helm_release: { one: { name: 'one', namespace: 'application', chart: 'assets/1', values: [values], ...more } },
  },
});

test('values of a chart may hold references with quotation marks', () => {
  const charts = installedCharts(release('{"key":"${data.x["a b"].arn}","list":[1]}'));
  expect(charts).toEqual([
    { name: 'one', namespace: 'application', chart: 'assets/1', values: { key: "${data.x['a b'].arn}", list: [1] } },
  ]);
});

test('roles among the own objects count as well as those of charts of others', () => {
  const role = {
    kind: 'Role',
    metadata: { name: 'own' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
  };
  const binding = {
    kind: 'RoleBinding',
    metadata: { name: 'own' },
    roleRef: { kind: 'Role', name: 'own' },
    subjects: [{ kind: 'ServiceAccount', name: 'reader' }],
  };
  const asked: string[] = [];
  const { objects, placed } = environmentRights(
    {
      'test-application': release(JSON.stringify({ objects: [role, binding, { kind: 'ScaledObject', metadata: {} }] })),
      'test-services': release('{}', { name: 'keda', chart: 'keda', version: '2.20.2' }),
    },
    (id) => {
      asked.push(id);
      return noObjects;
    },
  );
  expect(asked).toEqual(['test-services/keda']);
  expect(placed.map(({ kind, namespace }) => `${namespace}/${kind}`)).toContain('application/ScaledObject');
  expect(
    allowedBy(objects, reader, { verb: 'list', group: '', resource: 'pods', namespace: 'application' })?.origin,
  ).toBe('own objects');
});

test('facts of a chart are its rights', () => {
  const objects = factsObjects('keda', 'keda', {
    serviceAccounts: [{ name: 'keda-operator', namespace: 'keda' }],
    roles: [
      {
        kind: 'ClusterRole',
        name: 'keda-operator',
        rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }],
        aggregatesTo: ['rbac.authorization.k8s.io/aggregate-to-view'],
      },
    ],
    bindings: [
      {
        kind: 'ClusterRoleBinding',
        name: 'keda-operator',
        role: { kind: 'ClusterRole', name: 'keda-operator' },
        subjects: [{ kind: 'ServiceAccount', name: 'keda-operator', namespace: 'keda' }],
      },
    ],
  });
  const operator = serviceAccountCaller({ namespace: 'keda', name: 'keda-operator' });
  expect(allowedBy(objects, operator, { verb: 'list', group: '', resource: 'pods' })?.origin).toBe('chart keda');
  expect(objects.roles[0]?.labels).toEqual({ 'rbac.authorization.k8s.io/aggregate-to-view': 'true' });
});

test('the table for reviewers says who may do what, where, by which binding', () => {
  expect(kubernetesRightsTable(stackObjects('test-application', byReference))).toEqual([
    {
      subject: 'application/reader',
      verbs: 'get',
      resources: 'secrets (app)',
      where: 'redis',
      binding: 'RoleBinding reader',
      origin: 'stack test-application',
    },
  ]);
});

/** Cases of "Using RBAC Authorization" of the Kubernetes documentation, and of the traps that it names. */
import { defaultRoles } from '../../../../review/rights/kubernetes/default-roles';
import {
  allowedBy,
  serviceAccountCaller,
  type AccessRequest,
  type Caller,
} from '../../../../review/rights/kubernetes/evaluator';
import { rbacObjectsOf } from '../../../../review/rights/kubernetes/manifests';
import { joined } from '../../../../review/rights/kubernetes/rbac-objects';

const jane: Caller = { user: 'jane', groups: ['system:authenticated'] };
const account = serviceAccountCaller({ namespace: 'default', name: 'robot' });

const core = (verb: string, resource: string, namespace?: string, name?: string): AccessRequest => ({
  verb,
  group: '',
  resource,
  ...(namespace !== undefined && { namespace }),
  ...(name !== undefined && { name }),
});

const role = (rules: readonly object[], more: object = {}) => ({
  kind: 'Role',
  metadata: { name: 'role', namespace: 'default' },
  rules,
  ...more,
});
const clusterRole = (rules: readonly object[], name = 'role', labels = {}) => ({
  kind: 'ClusterRole',
  metadata: { name, labels },
  rules,
});
const subjectOf = (caller: Caller) =>
  caller === jane ? { kind: 'User', name: 'jane' } : { kind: 'ServiceAccount', name: 'robot', namespace: 'default' };
const bind = (kind: 'Role' | 'ClusterRole', subject: object = subjectOf(jane), namespace = 'default') => ({
  kind: 'RoleBinding',
  metadata: { name: 'binding', namespace },
  roleRef: { kind, name: 'role' },
  subjects: [subject],
});
const bindEverywhere = (subject: object = subjectOf(jane), name = 'role') => ({
  kind: 'ClusterRoleBinding',
  metadata: { name: 'binding' },
  roleRef: { kind: 'ClusterRole', name },
  subjects: [subject],
});

const podReader = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'watch', 'list'] };
const rule = (change: object) => ({ ...podReader, ...change });
const inRole = (change: object) => [role([rule(change)]), bind('Role')];

const allows = (manifests: readonly object[], request: AccessRequest, caller: Caller = jane) =>
  allowedBy(rbacObjectsOf(manifests, { origin: 'test', namespace: 'default' }), caller, request)?.name === 'binding';

test.each<[string, readonly object[], AccessRequest, boolean]>([
  ['a role in its namespace', inRole({}), core('list', 'pods', 'default'), true],
  ['another verb', inRole({}), core('delete', 'pods', 'default'), false],
  ['another namespace', inRole({}), core('list', 'pods', 'other'), false],
  ['all namespaces at once', inRole({}), core('list', 'pods'), false],
  ['another group', inRole({}), { verb: 'get', group: 'apps', resource: 'pods', namespace: 'default' }, false],
  [
    'a role of another namespace',
    [role([podReader]), bind('Role', subjectOf(jane), 'other')],
    core('get', 'pods', 'other'),
    false,
  ],
  [
    'a cluster role bound in a namespace, there',
    [clusterRole([podReader]), bind('ClusterRole')],
    core('get', 'pods', 'default'),
    true,
  ],
  [
    'a cluster role bound in a namespace, elsewhere',
    [clusterRole([podReader]), bind('ClusterRole')],
    core('get', 'pods', 'kube-system'),
    false,
  ],
  [
    'a cluster role bound in a namespace, for nodes',
    [clusterRole([rule({ resources: ['nodes'] })]), bind('ClusterRole')],
    core('get', 'nodes'),
    false,
  ],
  ['a cluster role bound everywhere', [clusterRole([podReader]), bindEverywhere()], core('list', 'pods'), true],
  [
    'a cluster role bound everywhere, in one',
    [clusterRole([podReader]), bindEverywhere()],
    core('list', 'pods', 'other'),
    true,
  ],
  ['a binding of a role that is not there', [bind('Role')], core('get', 'pods', 'default'), false],
  ['a subresource by its resource', inRole({}), core('get', 'pods/log', 'default'), false],
  ['a subresource by its name', inRole({ resources: ['pods', 'pods/log'] }), core('get', 'pods/log', 'default'), true],
  ['a resource by its subresource', inRole({ resources: ['pods/log'] }), core('get', 'pods', 'default'), false],
  ['a star for any resource', inRole({ resources: ['*'] }), core('get', 'pods/log', 'default'), true],
  [
    'a star before a subresource',
    inRole({ apiGroups: ['apps'], resources: ['*/scale'] }),
    { verb: 'get', group: 'apps', resource: 'deployments/scale', namespace: 'default' },
    true,
  ],
  [
    'a star before a subresource, for the resource',
    inRole({ resources: ['*/scale'] }),
    core('get', 'pods', 'default'),
    false,
  ],
  ['a star after a resource', inRole({ resources: ['pods/*'] }), core('get', 'pods/log', 'default'), false],
  ['a star for any verb', inRole({ verbs: ['*'] }), core('deletecollection', 'pods', 'default'), true],
  [
    'a star for any group',
    inRole({ apiGroups: ['*'] }),
    { verb: 'get', group: 'metrics.k8s.io', resource: 'pods', namespace: 'default' },
    true,
  ],
  ['a name', inRole({ resourceNames: ['mine'] }), core('get', 'pods', 'default', 'mine'), true],
  ['another name', inRole({ resourceNames: ['mine'] }), core('get', 'pods', 'default', 'yours'), false],
  ['a list, by a rule for a name', inRole({ resourceNames: ['mine'] }), core('list', 'pods', 'default'), false],
  [
    'a list of one name by a field selector',
    inRole({ resourceNames: ['mine'] }),
    core('list', 'pods', 'default', 'mine'),
    true,
  ],
  [
    'create, by a rule for a name',
    inRole({ verbs: ['create'], resourceNames: ['mine'] }),
    core('create', 'pods', 'default'),
    false,
  ],
  [
    'deletecollection, by a rule for a name',
    inRole({ verbs: ['deletecollection'], resourceNames: ['mine'] }),
    core('deletecollection', 'pods', 'default'),
    false,
  ],
  [
    'a URL',
    [clusterRole([{ nonResourceURLs: ['/healthz'], verbs: ['get'] }]), bindEverywhere()],
    { verb: 'get', nonResourceURL: '/healthz' },
    true,
  ],
  [
    'a URL below a star',
    [clusterRole([{ nonResourceURLs: ['/healthz/*'], verbs: ['get'] }]), bindEverywhere()],
    { verb: 'get', nonResourceURL: '/healthz/etcd' },
    true,
  ],
  [
    'a URL beside a star',
    [clusterRole([{ nonResourceURLs: ['/healthz/*'], verbs: ['get'] }]), bindEverywhere()],
    { verb: 'get', nonResourceURL: '/healthz' },
    false,
  ],
  [
    'a URL, bound in a namespace',
    [clusterRole([{ nonResourceURLs: ['/healthz'], verbs: ['get'] }]), bind('ClusterRole')],
    { verb: 'get', nonResourceURL: '/healthz' },
    false,
  ],
  [
    'a resource by a rule for URLs',
    [clusterRole([{ nonResourceURLs: ['*'], verbs: ['*'] }]), bindEverywhere()],
    core('get', 'pods'),
    false,
  ],
])('%s', (_, manifests, request, expected) => {
  expect(allows(manifests, request)).toBe(expected);
});

test.each<[string, object, boolean]>([
  ['by its name', subjectOf(account), true],
  ['of another namespace', { kind: 'ServiceAccount', name: 'robot', namespace: 'other' }, false],
  ['as a user', { kind: 'User', name: 'system:serviceaccount:default:robot' }, true],
  ['among all service accounts', { kind: 'Group', name: 'system:serviceaccounts' }, true],
  ['among those of its namespace', { kind: 'Group', name: 'system:serviceaccounts:default' }, true],
  ['among those of another', { kind: 'Group', name: 'system:serviceaccounts:qa' }, false],
  ['among all who are authenticated', { kind: 'Group', name: 'system:authenticated' }, true],
  ['among those who are not', { kind: 'Group', name: 'system:unauthenticated' }, false],
])('a service account %s', (_, subject, expected) => {
  expect(allows([clusterRole([podReader]), bindEverywhere(subject)], core('get', 'pods'), account)).toBe(expected);
});

const selecting = (selector: object) => ({
  kind: 'ClusterRole',
  metadata: { name: 'monitoring' },
  aggregationRule: { clusterRoleSelectors: [selector] },
  rules: [rule({ resources: ['secrets'] })],
});

test.each<[string, object, boolean]>([
  ['by a label', { matchLabels: { team: 'a' } }, true],
  ['by another label', { matchLabels: { team: 'b' } }, false],
  ['by one of several values', { matchExpressions: [{ key: 'team', operator: 'In', values: ['a', 'b'] }] }, true],
  ['by none of several values', { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['a'] }] }, false],
  ['by a key', { matchExpressions: [{ key: 'team', operator: 'Exists' }] }, true],
  ['without a key', { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] }, false],
])('a role with the rules of others, chosen %s', (_, selector, expected) => {
  const manifests = [
    clusterRole([podReader], 'pods', { team: 'a' }),
    selecting(selector),
    bindEverywhere(subjectOf(jane), 'monitoring'),
  ];
  expect(allows(manifests, core('get', 'pods'))).toBe(expected);
  // Its own rules are overwritten.
  expect(allows(manifests, core('get', 'secrets'))).toBe(false);
});

test('an operator that is not known is an error', () => {
  const manifests = [
    clusterRole([podReader], 'pods'),
    selecting({ matchExpressions: [{ key: 'team', operator: 'Like' }] }),
    bindEverywhere(subjectOf(jane), 'monitoring'),
  ];
  expect(() => allows(manifests, core('get', 'pods'))).toThrow("operator 'Like'; expected In");
});

test('every service account may ask what it may do and which interfaces there are, and no more', () => {
  const reviews = { verb: 'create', group: 'authorization.k8s.io', resource: 'selfsubjectrulesreviews' };
  expect(allowedBy(defaultRoles, account, reviews)?.name).toBe('system:basic-user');
  expect(allowedBy(defaultRoles, account, { verb: 'get', nonResourceURL: '/apis/apps/v1' })?.name).toBe(
    'system:discovery',
  );
  expect(allowedBy(defaultRoles, account, { verb: 'get', nonResourceURL: '/metrics' })).toBeUndefined();
  expect(allowedBy(defaultRoles, account, core('get', 'pods', 'default'))).toBeUndefined();
});

test.each(['view', 'edit', 'admin'])('a chart adds to the role %s by the label for view', (name) => {
  const added = rbacObjectsOf(
    [
      clusterRole([podReader], 'chart', { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' }),
      bindEverywhere(subjectOf(jane), name),
    ],
    { origin: 'test', namespace: 'default' },
  );
  expect(allowedBy(joined([defaultRoles, added]), jane, core('get', 'pods'))?.name).toBe('binding');
});

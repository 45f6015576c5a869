/** Needs, prohibitions and over-grants against rights made up for the purpose. */
import { namespaces } from '../../../../constructs/cluster-services/names';
import { needsOf } from '../../../../constructs/kubernetes/needs';
import { defaultRoles } from '../../../../review/rights/kubernetes/default-roles';
import { unusedExceptions, violations } from '../../../../review/rights/kubernetes/denials';
import { environmentNeeds } from '../../../../review/rights/kubernetes/environment-needs';
import { rbacObjectsOf } from '../../../../review/rights/kubernetes/manifests';
import { overGrantExceptions } from '../../../../review/rights/kubernetes/over-grant-exceptions';
import { overGrants, unexplained } from '../../../../review/rights/kubernetes/over-grants';
import { prohibitionExceptions } from '../../../../review/rights/kubernetes/prohibition-exceptions';
import { prohibitions } from '../../../../review/rights/kubernetes/prohibitions';
import { joined } from '../../../../review/rights/kubernetes/rbac-objects';
import { unmetNeeds } from '../../../../review/rights/kubernetes/unmet-needs';

const subject = { namespace: 'application', serviceAccount: 'robot' };

/** Rights of `application/robot`; in its namespace, or in all. */
function rightsWith(rule: object, place: 'application' | 'everywhere' = 'everywhere') {
  const kind = place === 'everywhere' ? 'Cluster' : '';
  const manifests = [
    { kind: 'ServiceAccount', metadata: { name: 'robot' } },
    { kind: 'ClusterRole', metadata: { name: 'role' }, rules: [{ apiGroups: [''], ...rule }] },
    {
      kind: `${kind}RoleBinding`,
      metadata: { name: 'binding' },
      roleRef: { kind: 'ClusterRole', name: 'role' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace: 'application' }],
    },
  ];
  return joined([defaultRoles, rbacObjectsOf(manifests, { origin: 'test', namespace: 'application' })]);
}

const readPods = { resources: ['pods'], verbs: ['get', 'list', 'watch'] };

test('a need without a right is found', () => {
  const needs = needsOf(subject, [{ verbs: ['list', 'delete'], resources: ['pods', 'pods/log'], why: 'a test' }]);
  const unmet = unmetNeeds(rightsWith(readPods), needs);
  expect(unmet.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
    'list pods/log',
    'delete pods',
    'delete pods/log',
  ]);
  expect(unmetNeeds(rightsWith(readPods, 'application'), needs)).toHaveLength(4);
});

test.each([
  ['list-all-secrets', { resources: ['secrets'], verbs: ['list'] }],
  ['read-secrets-elsewhere', { resources: ['secrets'], verbs: ['get'] }],
  ['write-secrets-elsewhere', { resources: ['secrets'], verbs: ['create'] }],
  ['run-in-pods', { resources: ['pods/exec'], verbs: ['create'] }],
  ['run-pods', { resources: ['pods'], verbs: ['create'] }],
  ['reach-kubelets', { resources: ['nodes/proxy'], verbs: ['get'] }],
  ['make-tokens', { resources: ['serviceaccounts/token'], verbs: ['create'] }],
  ['act-as-others', { resources: ['serviceaccounts'], verbs: ['impersonate'] }],
  ['grant-rights', { apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['escalate'] }],
  [
    'change-webhooks',
    {
      apiGroups: ['admissionregistration.k8s.io'],
      resources: ['mutatingwebhookconfigurations'],
      verbs: ['patch'],
    },
  ],
  [
    'approve-certificates',
    { apiGroups: ['certificates.k8s.io'], resources: ['certificatesigningrequests/approval'], verbs: ['update'] },
  ],
  ['every-verb', { resources: ['configmaps'], verbs: ['*'] }],
])('%s is found', (id, rule) => {
  const found = violations(rightsWith(rule)).map(({ account, prohibition }) => `${account.name}: ${prohibition.id}`);
  expect([...new Set(found)]).toEqual([`robot: ${id}`]);
});

test('each prohibition is tested', () => {
  expect(prohibitions).toHaveLength(12);
});

test('the right to a Secret of its own namespace by a name breaks no prohibition, one to any in another does', () => {
  const secrets = { resources: ['secrets'], verbs: ['get'] };
  expect(violations(rightsWith(secrets, 'application'))).toEqual([]);
  expect(violations(rightsWith({ ...secrets, resourceNames: ['app'] }))).toEqual([]);
  const tokens = { resources: ['serviceaccounts/token'], verbs: ['create'] };
  expect(violations(rightsWith({ ...tokens, resourceNames: ['robot'] }, 'application'))).toEqual([]);
  expect(violations(rightsWith(tokens, 'application'))).not.toEqual([]);
});

test('rights to everything break every prohibition', () => {
  const found = violations(rightsWith({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }));
  expect(new Set(found.map(({ prohibition }) => prohibition.id)).size).toBe(prohibitions.length);
});

test('an exception that nothing uses is found', () => {
  expect(unusedExceptions(rightsWith(readPods))).toEqual(prohibitionExceptions);
});

const listPods = needsOf(subject, [{ verbs: ['list'], resources: ['pods'], why: 'a test' }]);
const listOwnPods = listPods.map((need) => ({ ...need, namespace: 'application' }));
const found = { subject: 'application/robot', binding: 'binding', origin: 'test', resource: 'pods' };

test.each<[string, object, typeof listPods, readonly object[]]>([
  ['a list makes get and watch harmless', readPods, listPods, []],
  [
    'verbs without a need',
    { ...readPods, verbs: ['list', 'delete'] },
    listPods,
    [{ ...found, unusedVerbs: ['delete'] }],
  ],
  [
    'resources without a need',
    { ...readPods, resources: ['pods', 'nodes'] },
    listPods,
    [{ ...found, resource: 'nodes', unusedVerbs: readPods.verbs }],
  ],
  ['every namespace for one', readPods, listOwnPods, [{ ...found, unusedVerbs: [], usedIn: ['application'] }]],
  ['a star', { ...readPods, verbs: ['*'] }, listPods, [{ ...found, unusedVerbs: ['*'] }]],
  [
    'URLs',
    { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    listPods,
    [{ ...found, resource: '/metrics', unusedVerbs: ['get'] }],
  ],
  [
    'a rule for names, where any is needed',
    { ...readPods, resourceNames: ['one'] },
    listPods,
    [{ ...found, unusedVerbs: readPods.verbs }],
  ],
])('over-grants: %s', (_, rule, needs, expected) => {
  expect(overGrants(rightsWith(rule), needs)).toEqual(expected);
  expect(unexplained(overGrants(rightsWith(rule), needs))).toEqual(expected);
});

test('a get by name makes no list harmless', () => {
  const byName = needsOf(subject, [{ verbs: ['get'], resources: ['pods'], names: ['one'], why: 'a test' }]);
  expect(overGrants(rightsWith(readPods), byName)).toEqual([{ ...found, unusedVerbs: ['list', 'watch'] }]);
});

test('a right in the namespace of its need alone is none too many', () => {
  expect(overGrants(rightsWith(readPods, 'application'), listOwnPods)).toEqual([]);
  expect(overGrants(rightsWith(readPods, 'application'), listPods)).toHaveLength(1);
});

test.each([...prohibitionExceptions, ...overGrantExceptions])(
  'the exception of $account has a reason and a day',
  (exception) => {
    expect(exception.reason.length).toBeGreaterThan(15);
    expect(exception.reviewed).toMatch(/^\d{4}-\d{2}-\d{2}$/);
  },
);

const placed = (kind: string, spec: object, name = 'one') => ({
  kind,
  namespace: 'application',
  manifest: { kind, metadata: { name }, spec },
});
const copying = placed('ExternalSecret', {
  secretStoreRef: { kind: 'SecretStore', name: 'namespace-redis' },
  data: [{ remoteRef: { key: 'app' } }, { remoteRef: { key: 'app' } }],
});
const store = placed(
  'SecretStore',
  { provider: { kubernetes: { remoteNamespace: 'redis', auth: { serviceAccount: { name: 'secret-reader' } } } } },
  'namespace-redis',
);

/** Of every service and namespace that needs are declared for. */
const accounts = Object.values(namespaces).map((namespace) => ({ namespace, name: 'any' }));

test('a Secret that is copied needs a token of the reader, and the Secret by its name', () => {
  const further = environmentNeeds([copying, store], accounts).filter(
    (need) => !environmentNeeds([], accounts).some((other) => JSON.stringify(other) === JSON.stringify(need)),
  );
  const texts = further.map(({ subject: { serviceAccount }, verb, resource, namespace, name }) =>
    [serviceAccount, verb, resource, namespace, name].filter((part) => part !== undefined).join(' '),
  );
  expect(texts).toEqual(
    expect.arrayContaining([
      'external-secrets create secrets application',
      'external-secrets create serviceaccounts/token application secret-reader',
      'external-secrets get configmaps application kube-root-ca.crt',
      'secret-reader get secrets redis app',
    ]),
  );
});

test('a Secret of a store that is not there is an error', () => {
  expect(() => environmentNeeds([copying], accounts)).toThrow("there is no SecretStore 'namespace-redis'");
});

test('a generated Secret needs its generator, in its namespace', () => {
  const generating = placed('ExternalSecret', {
    dataFrom: [{ sourceRef: { generatorRef: { kind: 'Password', name: 'redis-32' } } }],
  });
  expect(environmentNeeds([generating], accounts)).toContainEqual(
    expect.objectContaining({ verb: 'get', resource: 'passwords', namespace: 'application', name: 'redis-32' }),
  );
});

test('a service that is optional and not there needs nothing', () => {
  const kedaAsks = (present: readonly { readonly namespace: string; readonly name: string }[]) =>
    environmentNeeds([], present).some(({ subject }) => subject.namespace === namespaces.keda);
  expect([kedaAsks(accounts), kedaAsks([])]).toEqual([true, false]);
});

test('what is scaled and scraped decides in which namespaces', () => {
  const needs = environmentNeeds(
    [
      placed('ScaledObject', { scaleTargetRef: { name: 'worker' } }),
      placed('PodMonitor', { namespaceSelector: { matchNames: ['redis'] } }),
    ],
    accounts,
  );
  expect(needs).toContainEqual(
    expect.objectContaining({
      resource: 'deployments/scale',
      verb: 'update',
      namespace: 'application',
      name: 'worker',
    }),
  );
  expect(needs).toContainEqual(expect.objectContaining({ resource: 'pods', verb: 'list', namespace: 'redis' }));
});

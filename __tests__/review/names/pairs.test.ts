import { mentionsIn, type Stacks } from '../../../review/names/mentions';
import { accidentsIn, accidentText, pairsOf } from '../../../review/names/pairs';

/** A stack of resources, as CDKTF writes it. */
const stackOf = (...resources: readonly (readonly [type: string, construct: string, settings: object])[]) => ({
  resource: Object.fromEntries(
    [...new Set(resources.map(([type]) => type))].map((type) => [
      type,
      Object.fromEntries(
        resources
          .filter(([other]) => other === type)
          .map(([, path, settings]) => [path, { '//': { metadata: { path } }, ...settings }]),
      ),
    ]),
  ),
});

const topic = (name: string) => stackOf(['aws_sns_topic', 'test-alerts/topic', { name }]);

const alarm = (name: string) =>
  stackOf([
    'aws_cloudwatch_metric_alarm',
    'test-redis/alarm',
    { alarm_name: 'test-alarm', alarm_actions: [`arn:aws:sns:us-east-1:111122223333:${name}`] },
  ]);

const mentions = (stacks: Stacks) => mentionsIn('test', stacks);

const accidents = (stacks: Stacks, marked: Stacks) => accidentsIn(mentions(stacks), mentions(marked)).map(accidentText);

const both = { 'test-alerts': topic('test-alerts'), 'test-redis': alarm('test-alerts') };
const remedy = 'Use one export for both, of a module that review/names/names-modules.ts lists';
const places =
  "name in AWS 'test-alerts': test-alerts (test-alerts/topic name) and test-redis (test-redis/alarm alarmActions[0])";

test('a name from one export is no accident', () => {
  expect(
    accidents(both, { 'test-alerts': topic('test-alerts-zq001z'), 'test-redis': alarm('test-alerts-zq001z') }),
  ).toEqual([]);
});

test.each([
  ['two literals', both, 'neither comes from a module of names'],
  [
    'a literal that repeats an export',
    { 'test-alerts': topic('test-alerts-zq001z'), 'test-redis': alarm('test-alerts') },
    "with marks they are 'test-alerts-zq001z' and 'test-alerts'",
  ],
  [
    'an export that repeats a literal',
    { 'test-alerts': topic('test-alerts'), 'test-redis': alarm('test-alerts-zq001z') },
    "with marks they are 'test-alerts' and 'test-alerts-zq001z'",
  ],
  [
    'two exports',
    { 'test-alerts': topic('test-alerts-zq001z'), 'test-redis': alarm('test-alerts-zq002z') },
    "with marks they are 'test-alerts-zq001z' and 'test-alerts-zq002z'",
  ],
  [
    'a reader that is gone',
    { 'test-alerts': topic('test-alerts-zq001z'), 'test-redis': stackOf() },
    "with marks they are 'test-alerts-zq001z' and gone",
  ],
])('%s agree by accident', (_, marked, moves) => {
  expect(accidents(both, marked)).toEqual([`${places} agree by accident: ${moves}. ${remedy}`]);
});

test('a stack may repeat what it names itself, and a reference of Terraform is no text', () => {
  expect(pairsOf(mentions({ 'test-alerts': { ...topic('test-alerts'), ...alarm('test-alerts') } }))).toEqual([]);
  expect(pairsOf(mentions({ ...both, 'test-redis': alarm('${aws_sns_topic.topic.name}') }))).toEqual([]);
});

/** Values of a chart, in which an expression of Terraform has quotation marks. */
const chart = (values: object) =>
  stackOf([
    'helm_release',
    'test-b/chart',
    {
      name: 'chart',
      namespace: 'two',
      values: [JSON.stringify({ ...values, arn: 'ARN' }).replace('ARN', '${lookup(a.outputs, "Arn", "{}")}')],
    },
  ]);

const policy = (direction: 'ingress' | 'egress', namespace: string, peer: object, port: string) =>
  stackOf([
    'kubernetes_network_policy_v1',
    `test/${direction}`,
    {
      metadata: { name: 'rule', namespace },
      spec: {
        pod_selector: { match_labels: { app: 'server' } },
        [direction]: [{ [direction === 'ingress' ? 'from' : 'to']: [peer], ports: [{ port, protocol: 'TCP' }] }],
      },
    },
  ]);

const podsOf = (namespace: string) => ({
  namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': namespace } },
  pod_selector: { match_labels: { app: 'server' } },
});

const object = (kind: string, name: string, spec: object = {}) =>
  chart({ objects: [{ apiVersion: 'test/v1', kind, metadata: { name }, spec }] });

/** A stack that defines something, one that reads it, and what pair they are. */
const finds: readonly (readonly [kind: string, value: string, defined: object, read: object])[] = [
  [
    'namespace',
    'two',
    stackOf(['kubernetes_namespace_v1', 'test/namespace', { metadata: { name: 'two' } }]),
    stackOf(['kubernetes_job_v1', 'test/job', { metadata: { namespace: 'two' } }]),
  ],
  [
    'priority class',
    'first',
    stackOf(['kubernetes_priority_class_v1', 'test/class', { metadata: { name: 'first' } }]),
    chart({ redis: { priorityClassName: 'first' } }),
  ],
  [
    'storage class',
    'gp3-a',
    stackOf(['kubernetes_storage_class_v1', 'test/class', { metadata: { name: 'gp3-a' } }]),
    chart({ persistence: { storageClass: 'gp3-a' } }),
  ],
  [
    'issuer',
    'platform',
    object('ClusterIssuer', 'platform'),
    chart({ issuerRef: { kind: 'ClusterIssuer', name: 'platform' } }),
  ],
  [
    'store of secrets',
    'aws',
    object('ClusterSecretStore', 'aws'),
    chart({ secretStoreRef: { kind: 'ClusterSecretStore', name: 'aws' } }),
  ],
  [
    'key of the Secret user in two',
    'password',
    object('ExternalSecret', 'user', { target: { name: 'user' }, data: [{ secretKey: 'password' }] }),
    object('ExternalSecret', 'copy', {
      secretStoreRef: { kind: 'SecretStore', name: 'namespace-two' },
      data: [{ secretKey: 'other', remoteRef: { key: 'user', property: 'password' } }],
    }),
  ],
  [
    'service account in two',
    'reader',
    stackOf(['kubernetes_service_account_v1', 'test/account', { metadata: { name: 'reader', namespace: 'two' } }]),
    stackOf(['aws_eks_pod_identity_association', 'test/association', { namespace: 'two', service_account: 'reader' }]),
  ],
  [
    'port of pods in two',
    '6379',
    policy('ingress', 'two', podsOf('one'), '6379'),
    policy('egress', 'one', podsOf('two'), '6379'),
  ],
  [
    'port of servers at addresses',
    '5432',
    stackOf(['aws_vpc_security_group_ingress_rule', 'test/rule', { from_port: 5432, ip_protocol: 'tcp' }]),
    policy('egress', 'one', { ip_block: { cidr: '10.0.0.0/16' } }, '5432'),
  ],
  [
    'service in two',
    'headless',
    stackOf(['kubernetes_service_v1', 'test/service', { metadata: { name: 'headless', namespace: 'two' } }]),
    stackOf([
      'kubernetes_job_v1',
      'test/job',
      { env: [{ name: 'ADDRESS', value: 'pod-0.headless.two.svc.cluster.local:6379' }] },
    ]),
  ],
  [
    'name in AWS',
    'test/redis/app',
    stackOf([
      'aws_cloudformation_stack',
      'test/stack',
      { template_body: JSON.stringify({ Resources: { Secret: { Properties: { Name: 'test/redis/app' } } } }) },
    ]),
    stackOf([
      'aws_iam_role_policy',
      'test/policy',
      {
        policy: JSON.stringify({
          Statement: [{ Resource: ['arn:aws:secretsmanager:us-east-1:1:secret:test/redis/app'] }],
        }),
      },
    ]),
  ],
];

test.each(finds)('%s', (kind, value, defined, read) => {
  const pairs = pairsOf(mentions({ 'test-a': defined, 'test-b': read })).map((pair) => ({
    defined: { ...pair.defined, path: '' },
    read: { ...pair.read, path: '' },
  }));
  expect(pairs).toContainEqual({
    defined: { kind, value, role: 'defines', stack: 'test-a', path: '' },
    read: { kind, value, role: 'reads', stack: 'test-b', path: '' },
  });
});

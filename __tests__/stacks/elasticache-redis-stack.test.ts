import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import type { ElasticacheRedisStackProps, ElasticacheRedisValue } from '../../stacks/elasticache-redis-stack';
import { automaticSize, elasticacheStack, primary, secondary, variants } from '../support/elasticache';
import { messageOf, resourceOf, resourcesOf, statementsOf, synthesizeStack } from '../support/synthesized-construct';

let value: ElasticacheRedisValue | undefined;

const stackWith = (settings: Partial<ElasticacheSettings> = {}, props: Partial<ElasticacheRedisStackProps> = {}) =>
  synthesizeStack((app) => {
    const stack = elasticacheStack(app, settings, props);
    value = stack.redis;
    return stack;
  });

const privateName = { kind: 'private-zone', zone: 'test.example.internal' } as const;
const stack = stackWith({ size: { kind: 'fixed', shards: 1, replicasPerShard: 1 }, privateName });

test('the stack', () => {
  expect(stack).toMatchSnapshot();
});

test('has a key of its own for data, logs and passwords, which CloudWatch Logs may use', () => {
  const [name] = Object.keys(resourcesOf(stack, 'aws_kms_key'));
  const keyArn = `\${aws_kms_key.${name}.arn}`;
  expect(resourceOf(stack, 'aws_elasticache_replication_group').kms_key_id).toBe(keyArn);
  const groups = Object.values(resourcesOf(stack, 'aws_cloudwatch_log_group'));
  for (const group of groups) expect(group.kms_key_id).toBe(keyArn);
  const statements = statementsOf(resourceOf(stack, 'aws_kms_key').policy);
  expect(statements.ServiceLogsEuCentral1?.Principal).toEqual({ Service: 'logs.eu-central-1.amazonaws.com' });
});

test('each log has a group of its own, with the retention of the settings', () => {
  const groups = Object.entries(resourcesOf(stack, 'aws_cloudwatch_log_group')).filter(([, { name }]) =>
    String(name).startsWith('/aws/vendedlogs/elasticache/test-redis/'),
  );
  expect(groups.map(([, { retention_in_days: days }]) => days)).toEqual([90, 90]);
  const delivered = resourceOf(stack, 'aws_elasticache_replication_group').log_delivery_configuration;
  expect(new Set((delivered as { destination: string }[]).map(({ destination }) => destination))).toEqual(
    new Set(groups.map(([name]) => `\${aws_cloudwatch_log_group.${name}.name}`)),
  );
});

test('is in the database subnets', () => {
  expect(resourceOf(stack, 'aws_elasticache_subnet_group').subnet_ids).toEqual(
    ['a', 'b', 'c'].map((zone) => `subnet-database-eu-central-1${zone}`),
  );
});

test('is reached by the given security groups alone', () => {
  const clients = { nodes: 'sg-nodes', bastion: 'sg-bastion' };
  const configuration = stackWith({}, { clients });
  const rules = Object.values(resourcesOf(configuration, 'aws_vpc_security_group_ingress_rule'));
  expect(rules.map(({ description, referenced_security_group_id: from }) => [description, from])).toEqual([
    ['Redis from bastion', 'sg-bastion'],
    ['Redis from nodes', 'sg-nodes'],
  ]);
  for (const rule of rules) expect(rule).toMatchObject({ ip_protocol: 'tcp', from_port: 6379, to_port: 6379 });
  expect(resourceOf(configuration, 'aws_security_group')).not.toHaveProperty('egress');
  expect(Object.keys(configuration.resource ?? {})).not.toContain('aws_vpc_security_group_egress_rule');
});

test('without clients it is refused: nobody could connect', () => {
  expect(messageOf(() => stackWith({}, { clients: {} }))).toMatch(
    /^test-redis\/access has 1 problem:\n {2}- clients: {}; expected the security group of one client at least\. Name /,
  );
});

test('a further client leaves the rules of the others as they are', () => {
  const rulesFor = (clients: Readonly<Record<string, string>>) =>
    resourcesOf(stackWith({}, { clients }), 'aws_vpc_security_group_ingress_rule');
  expect(rulesFor({ bastion: 'sg-bastion', nodes: 'sg-nodes' })).toMatchObject(rulesFor({ nodes: 'sg-nodes' }));
});

test('users log in by the group that the group of shards has', () => {
  const [name] = Object.keys(resourcesOf(stack, 'aws_elasticache_user_group'));
  expect(resourceOf(stack, 'aws_elasticache_replication_group').user_group_ids).toEqual([
    `\${aws_elasticache_user_group.${name}.user_group_id}`,
  ]);
});

test.each<[string, Partial<ElasticacheSettings>, Record<string, number>]>([
  ['no more than asked for', {}, { targets: 0, datastores: 0, zones: 0 }],
  ['autoscaling', { size: automaticSize }, { targets: 2, datastores: 0, zones: 0 }],
  ['a global datastore', { globalDatastore: primary }, { targets: 0, datastores: 1, zones: 0 }],
  ['a datastore of others', { globalDatastore: secondary }, { targets: 0, datastores: 0, zones: 0 }],
  ['a private name', { privateName }, { targets: 0, datastores: 0, zones: 1 }],
])('has %s', (_, settings, { targets, datastores, zones }) => {
  const configuration = stackWith(settings);
  const count = (type: string) => Object.keys(resourcesOf(configuration, type)).length;
  expect(count('aws_appautoscaling_target')).toBe(targets);
  expect(count('aws_elasticache_global_replication_group')).toBe(datastores);
  expect(count('aws_route53_zone')).toBe(zones);
});

test.each(Object.entries(variants))(
  'a cluster %s may be destroyed with all that it holds, or not at all',
  (_, change) => {
    const destruction = { kind: 'allowed', reason: 'data of a test' } as const;
    const allowed = lifecyclesOf(stackWith({ ...change, destruction }));
    expect(allowed).toEqual(allowed.map(() => false));
    expect(lifecyclesOf(stackWith({ ...change, destruction: { kind: 'prevented' } }))).toEqual(allowed.map(() => true));
  },
);

/** Whether the destruction of each resource is prevented, of those that say so. */
function lifecyclesOf({ resource }: typeof stack): unknown[] {
  return Object.values(resource ?? {})
    .flatMap((byName) => Object.values(byName))
    .map(({ lifecycle }) => (lifecycle as { readonly prevent_destroy?: boolean } | undefined)?.prevent_destroy)
    .filter((prevented) => prevented !== undefined);
}

test('ends in an endpoint: the address that AWS gives, and places of passwords', () => {
  stackWith({ privateName });
  expect(value?.endpoint).toMatchObject({
    topology: 'cluster',
    clusterName: 'test-redis',
    seeds: [{ host: expect.stringMatching(/^\$\{TfToken/) as string, port: 6379 }],
    failoverMilliseconds: 30_000,
    credentials: {
      app: { username: 'app', password: { kind: 'secrets-manager', field: 'password' } },
      operator: { password: { kind: 'iam' } },
    },
  });
  expect(value?.endpoint).not.toHaveProperty('caCertificateFile');
});

test('tells the names of the group and of the nodes that are always there', () => {
  stackWith({ size: automaticSize });
  expect(value).toMatchObject({
    replicationGroupId: 'test-redis',
    shards: 2,
    nodeIds: ['test-redis-0001-001', 'test-redis-0001-002', 'test-redis-0002-001', 'test-redis-0002-002'],
  });
});

test.each<[Partial<ElasticacheSettings>, string[]]>([
  [{}, ['address']],
  [{ privateName }, ['address', 'private-name']],
  [{ globalDatastore: primary }, ['address', 'global-datastore']],
])('outputs say where Redis is, and no secret: %j', (settings, outputs) => {
  expect(Object.keys(stackWith(settings).output ?? {}).sort()).toEqual(outputs);
});

import { ElasticacheUsers, type ElasticacheUsersProps } from '../../../constructs/elasticache/users';
import type { ManagedRedisEndpoint } from '../../../constructs/redis/endpoint';
import { testBundle } from '../../support/function-bundle';
import {
  messageOf,
  resourceOf,
  resourcesOf,
  synthesizeConstruct,
  testAccount,
  type Configuration,
} from '../../support/synthesized-construct';

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const password = { kind: 'password', rotationDays: 30 } as const;
const iam = { kind: 'iam' } as const;
const byPassword = { app: password, worker: password, gateway: password, exporter: password, operator: password };
const byIam = { app: iam, worker: iam, gateway: iam, exporter: iam, operator: iam };

let credentials: ManagedRedisEndpoint['credentials'] | undefined;

function usersWith(props: Partial<ElasticacheUsersProps> = {}): Configuration {
  return synthesizeConstruct((scope) => {
    const users = new ElasticacheUsers(scope, 'users', {
      account: testAccount,
      name: 'test-redis',
      kind: 'elasticache',
      users: { ...byPassword, operator: iam },
      keyArn,
      topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alerts',
      rotationBundle: testBundle,
      preventDestroy: true,
      ...props,
    });
    ({ credentials } = users);
  });
}

interface Template {
  readonly Resources: Readonly<Record<'Secret' | 'User', { readonly Properties: Readonly<Record<string, unknown>> }>>;
}

/** CloudFormation stacks by name, with their templates. */
function stacksOf(configuration: Configuration) {
  return Object.fromEntries(
    Object.values(resourcesOf(configuration, 'aws_cloudformation_stack')).map((stack) => [
      String(stack.name),
      { stack, template: JSON.parse(String(stack.template_body)) as Template },
    ]),
  );
}

const stacks = stacksOf(usersWith());

test('each user with a password is a CloudFormation stack, which makes the password and hands it to the user', () => {
  expect(Object.keys(stacks).sort()).toEqual([
    'test-redis-app',
    'test-redis-exporter',
    'test-redis-gateway',
    'test-redis-worker',
  ]);
  expect(stacks['test-redis-app']?.template.Resources).toMatchObject({
    Secret: {
      Type: 'AWS::SecretsManager::Secret',
      Properties: {
        Name: 'test-redis/app',
        KmsKeyId: keyArn,
        GenerateSecretString: { SecretStringTemplate: '{"username":"app"}', GenerateStringKey: 'password' },
      },
    },
    User: {
      Type: 'AWS::ElastiCache::User',
      Properties: {
        UserId: 'test-redis-app',
        UserName: 'app',
        Engine: 'redis',
        AccessString: expect.stringMatching(/^on ~cache:\* .* -@all \+hello /) as string,
        AuthenticationMode: {
          Type: 'password',
          Passwords: [
            { 'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: 'Secret' }, ':SecretString:password}}']] },
          ],
        },
      },
    },
  });
});

test('Terraform takes nothing in a template for an expression of its own', () => {
  for (const { stack } of Object.values(stacks)) expect(String(stack.template_body)).not.toMatch(/[$%]\{/);
});

test('Terraform knows no password', () => {
  expect(JSON.stringify(usersWith())).not.toMatch(/"(?:passwords?|auth_token)"/);
});

test('what makes the password is the same whatever the user may do, or each rotation would be undone', () => {
  const secretOf = (configuration: Configuration) =>
    stacksOf(configuration)['test-redis-app']?.template.Resources.Secret.Properties;
  expect(secretOf(usersWith({ kind: 'elasticache-serverless' }))).toEqual(secretOf(usersWith()));
});

test('a user by IAM has its id for a name', () => {
  const users = Object.values(resourcesOf(usersWith(), 'aws_elasticache_user'));
  expect(users.find(({ user_name: name }) => name === 'test-redis-operator-iam')).toMatchObject({
    user_id: 'test-redis-operator-iam',
    engine: 'redis',
    authentication_mode: { type: 'iam' },
    access_string: expect.stringMatching(/^on %R~\* resetchannels -@all /) as string,
  });
});

test('the default user is off and may do nothing', () => {
  const users = Object.values(resourcesOf(usersWith(), 'aws_elasticache_user'));
  expect(users.find(({ user_name: name }) => name === 'default')).toMatchObject({
    user_id: 'test-redis-default',
    access_string: 'off resetchannels -@all',
    no_password_required: true,
  });
});

test('the group has every user, once they are there', () => {
  const configuration = usersWith();
  const group = resourceOf(configuration, 'aws_elasticache_user_group');
  const stackNames = Object.keys(resourcesOf(configuration, 'aws_cloudformation_stack'));
  expect(group).toMatchObject({
    user_group_id: 'test-redis',
    engine: 'redis',
    user_ids: [
      expect.stringMatching(/^\$\{aws_elasticache_user\.\w*default\w*\.user_id\}$/),
      'test-redis-app',
      'test-redis-worker',
      'test-redis-gateway',
      'test-redis-exporter',
      'test-redis-operator-iam',
    ],
  });
  expect(group.depends_on).toEqual(
    expect.arrayContaining(stackNames.map((name) => `aws_cloudformation_stack.${name}`)),
  );
  expect(group.depends_on).toHaveLength(5);
});

test('another way to log in is another user, which is there before the group forgets the first', () => {
  const idsOf = (configuration: Configuration) =>
    resourceOf(configuration, 'aws_elasticache_user_group').user_ids as readonly string[];
  const shared = idsOf(usersWith({ users: byPassword })).filter((id) =>
    idsOf(usersWith({ users: byIam })).includes(id),
  );
  expect(shared).toEqual([expect.stringContaining('default')]);
  const made = [
    ...Object.values(resourcesOf(usersWith({ users: byIam }), 'aws_elasticache_user')),
    ...Object.values(resourcesOf(usersWith(), 'aws_cloudformation_stack')),
  ].filter(({ user_name: name }) => name !== 'default');
  for (const { lifecycle } of made) expect(lifecycle).toMatchObject({ create_before_destroy: true });
});

test.each([true, false])('preventDestroy %s is for users, passwords and group', (preventDestroy) => {
  const configuration = usersWith({ preventDestroy });
  const resources = ['aws_cloudformation_stack', 'aws_elasticache_user_group'].flatMap((type) =>
    Object.values(resourcesOf(configuration, type)),
  );
  expect(resources).toHaveLength(5);
  for (const { lifecycle } of resources) expect(lifecycle).toMatchObject({ prevent_destroy: preventDestroy });
});

test('credentials say where a password is, or what a token is for', () => {
  usersWith();
  const secret = (name: string) => ({
    username: name,
    password: {
      kind: 'secrets-manager',
      secretArn: expect.any(String) as string,
      arnPattern: `arn:aws:secretsmanager:eu-central-1:111122223333:secret:test-redis/${name}-??????`,
      field: 'password',
    },
  });
  expect(credentials).toEqual({
    app: secret('app'),
    worker: secret('worker'),
    gateway: secret('gateway'),
    exporter: secret('exporter'),
    operator: {
      username: 'test-redis-operator-iam',
      password: {
        kind: 'iam',
        cacheArn: 'arn:aws:elasticache:eu-central-1:111122223333:replicationgroup:test-redis',
        userArn: 'arn:aws:elasticache:eu-central-1:111122223333:user:test-redis-operator-iam',
      },
    },
  });
  const secretArns = Object.values(credentials ?? {}).flatMap(({ password: of }) =>
    of.kind === 'secrets-manager' ? [of.secretArn] : [],
  );
  expect(new Set(secretArns).size).toBe(4);
});

test('a token for a serverless cache is for a cache of this kind', () => {
  usersWith({ kind: 'elasticache-serverless' });
  expect(credentials?.operator.password).toMatchObject({
    cacheArn: 'arn:aws:elasticache:eu-central-1:111122223333:serverlesscache:test-redis',
  });
});

test('nothing changes passwords where there are none', () => {
  const configuration = usersWith({ users: byIam });
  expect(Object.keys(configuration.resource ?? {})).toEqual(['aws_elasticache_user', 'aws_elasticache_user_group']);
});

test.each([['x'.repeat(28)], ['Test-redis'], ['test--redis'], ['test-redis-'], ['1redis'], ['']])(
  'the name %j is refused',
  (name) => {
    expect(messageOf(() => usersWith({ name }))).toMatch(
      /^stack\/users has 1 problem:\n {2}- name: .*expected 1 to 27/,
    );
  },
);

test('the longest name makes no id longer than 40 characters', () => {
  const configuration = usersWith({ name: 'x'.repeat(27), users: byIam });
  for (const { user_id: id } of Object.values(resourcesOf(configuration, 'aws_elasticache_user'))) {
    expect(String(id).length).toBeLessThanOrEqual(40);
  }
});

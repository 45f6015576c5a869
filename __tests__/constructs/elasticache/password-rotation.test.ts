import { CloudformationStack } from '@cdktf/provider-aws/lib/cloudformation-stack';
import { PasswordRotation, type RotatedUser } from '../../../constructs/elasticache/password-rotation';
import { parseRequest } from '../../../apps/password-rotation/request';
import { testBundle } from '../../support/function-bundle';
import {
  resourceOf,
  resourcesOf,
  statementsOf,
  synthesizeConstruct,
  testAccount,
} from '../../support/synthesized-construct';

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const topicArn = 'arn:aws:sns:eu-central-1:111122223333:test-alerts';
const secretArn = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:test-redis/${name}-AbC123`;

function rotationOf(accessString = 'on -@all') {
  return synthesizeConstruct((scope) => {
    const user = (username: string, rotationDays: number): RotatedUser => ({
      username,
      userId: `test-redis-${username}`,
      secretName: `test-redis/${username}`,
      secretArn: secretArn(username),
      rotationDays,
      accessString,
      resource: new CloudformationStack(scope, username, { name: username }),
    });
    new PasswordRotation(scope, 'rotation', {
      account: testAccount,
      name: 'test-redis',
      users: [user('app', 30), user('exporter', 90)],
      keyArn,
      topicArn,
      bundle: testBundle,
    });
  });
}

const rotation = rotationOf();

test('each password has its own schedule, which starts when it is its time', () => {
  const schedules = Object.values(resourcesOf(rotation, 'aws_secretsmanager_secret_rotation'));
  expect(schedules).toEqual([
    expect.objectContaining({
      secret_id: secretArn('app'),
      rotation_lambda_arn: 'arn:aws:lambda:eu-central-1:111122223333:function:test-redis-password-rotation',
      rotate_immediately: false,
      rotation_rules: { automatically_after_days: 30 },
    }),
    expect.objectContaining({ secret_id: secretArn('exporter'), rotation_rules: { automatically_after_days: 90 } }),
  ]);
});

test('a schedule waits until Secrets Manager may call the function, for this secret alone', () => {
  const permissions = resourcesOf(rotation, 'aws_lambda_permission');
  const schedules = Object.values(resourcesOf(rotation, 'aws_secretsmanager_secret_rotation'));
  for (const { secret_id: id, depends_on: dependencies } of schedules) {
    const [name, permission] = Object.entries(permissions).find(([, { source_arn: source }]) => source === id) ?? [];
    expect(permission).toMatchObject({ principal: 'secretsmanager.amazonaws.com', source_account: '111122223333' });
    expect(dependencies).toEqual([`aws_lambda_permission.${name}`]);
  }
});

test('the function may change these secrets and users, and nothing else', () => {
  const { Secrets, SecretsKey, Users, Log, Trace, ...others } = statementsOf(
    resourceOf(rotation, 'aws_iam_role_policy').policy,
  );
  expect(others).toEqual({});
  expect(Secrets?.Resource).toEqual([
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:test-redis/app-??????',
    'arn:aws:secretsmanager:eu-central-1:111122223333:secret:test-redis/exporter-??????',
  ]);
  expect(SecretsKey).toMatchObject({
    Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
    Resource: [keyArn],
    Condition: { StringEquals: { 'kms:ViaService': 'secretsmanager.eu-central-1.amazonaws.com' } },
  });
  expect(Users).toMatchObject({
    Action: ['elasticache:DescribeUsers', 'elasticache:ModifyUser'],
    Resource: [
      'arn:aws:elasticache:eu-central-1:111122223333:user:test-redis-app',
      'arn:aws:elasticache:eu-central-1:111122223333:user:test-redis-exporter',
    ],
  });
  expect(Log?.Resource).toEqual([
    'arn:aws:logs:eu-central-1:111122223333:log-group:/aws/lambda/test-redis-password-rotation:*',
  ]);
  expect(Trace?.Action).toEqual(['xray:PutTraceSegments', 'xray:PutTelemetryRecords']);
});

test('the function is outside the network, bounded, and uploaded when its code is another', () => {
  const lambda = resourceOf(rotation, 'aws_lambda_function');
  expect(lambda).toMatchObject({
    function_name: 'test-redis-password-rotation',
    runtime: 'nodejs22.x',
    handler: 'index.handler',
    filename: expect.stringMatching(/^assets\/\w+\/digest-of-function\/archive\.zip$/) as string,
    source_code_hash: 'digest-of-function',
    reserved_concurrent_executions: 3,
    kms_key_arn: keyArn,
  });
  expect(lambda).not.toHaveProperty('vpc_config');
});

test('the function is told which user a secret is of', () => {
  const { environment } = resourceOf(rotation, 'aws_lambda_function') as {
    readonly environment?: { readonly variables: Readonly<Record<string, string>> };
  };
  expect(JSON.parse(environment?.variables.USER_IDS ?? '')).toEqual({
    'test-redis/app': 'test-redis-app',
    'test-redis/exporter': 'test-redis-exporter',
  });
});

test('its log is kept for a year, and encrypted', () => {
  expect(resourceOf(rotation, 'aws_cloudwatch_log_group')).toMatchObject({
    name: '/aws/lambda/test-redis-password-rotation',
    retention_in_days: 365,
    kms_key_id: keyArn,
  });
});

test('both passwords are given back when the access of a user has changed', () => {
  const invocationOf = (accessString: string) => resourceOf(rotationOf(accessString), 'aws_lambda_invocation');
  const before = invocationOf('on -@all');
  expect(before.depends_on).toEqual([
    expect.stringMatching(/^aws_lambda_function\./),
    'aws_cloudformation_stack.app',
    'aws_cloudformation_stack.exporter',
  ]);
  expect(parseRequest(JSON.parse(String(before.input)))).toEqual({ action: 'restore-passwords' });
  expect(invocationOf('on -@all').triggers).toEqual(before.triggers);
  expect(invocationOf('on -@all +get').triggers).not.toEqual(before.triggers);
});

test('the function is asked every day whether passwords were changed', () => {
  expect(resourceOf(rotation, 'aws_cloudwatch_event_rule').schedule_expression).toBe('rate(1 day)');
  const { input } = resourceOf(rotation, 'aws_cloudwatch_event_target');
  expect(parseRequest(JSON.parse(String(input)))).toEqual({ action: 'check-rotations' });
});

test('people are told of a failure, and of silence', () => {
  const alarms = Object.values(resourcesOf(rotation, 'aws_cloudwatch_metric_alarm'));
  expect(alarms).toEqual([
    expect.objectContaining({
      alarm_name: 'test-redis-password-rotation-failed',
      metric_name: 'Errors',
      threshold: 0,
      treat_missing_data: 'notBreaching',
    }),
    expect.objectContaining({
      alarm_name: 'test-redis-password-rotation-silent',
      metric_name: 'Invocations',
      comparison_operator: 'LessThanThreshold',
      period: 86_400,
      treat_missing_data: 'breaching',
    }),
  ]);
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: 'test-redis-password-rotation' },
      alarm_actions: [topicArn],
    });
  }
});

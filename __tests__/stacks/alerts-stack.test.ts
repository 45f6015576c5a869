import { AlertsStack } from '../../stacks/alerts-stack';
import { notifierSettings } from '../../apps/alarm-notifier/settings';
import type { TopicSubscribers } from '../../environments/alerting-settings';
import { testBundle } from '../support/function-bundle';
import { testAlerting } from '../support/observability';
import {
  resourcesOf,
  statementsOf,
  synthesizeStack,
  testAccount,
  type Configuration,
} from '../support/synthesized-construct';

const email: TopicSubscribers = { kind: 'email', addresses: ['one@example.com', 'two@example.com'] };

const alertsWith = (topicSubscribers: TopicSubscribers, receivers = testAlerting.receivers): Configuration =>
  synthesizeStack(
    (app) =>
      new AlertsStack(app, 'test-alerts', {
        account: testAccount,
        settings: { topicSubscribers, receivers },
        runbooksUrl: 'https://git.test.example/docs/runbooks',
        clusterName: 'test-redis',
        notifierBundle: testBundle,
      }),
  );

/** Policies of topics by the topic's name. */
function policies(configuration: Configuration) {
  const entries = Object.entries(resourcesOf(configuration, 'aws_sns_topic_policy'));
  return Object.fromEntries(
    entries.map(([name, { policy }]) => [name.replace(/_policy_.*/, ''), statementsOf(policy)]),
  );
}

test('the stack', () => {
  expect(alertsWith(email)).toMatchSnapshot();
});

/** Who hears of topics, by the way there. */
const hearers = (configuration: Configuration, protocol: string) =>
  Object.values(resourcesOf(configuration, 'aws_sns_topic_subscription'))
    .filter((subscription) => subscription.protocol === protocol)
    .map(({ endpoint }) => endpoint)
    .sort();

test('everyone hears of both topics, receivers of alerts by mail among them', () => {
  expect(hearers(alertsWith(email), 'email')).toEqual(
    ['one@example.com', 'redis@example.com', 'two@example.com'].flatMap((address) => [address, address]),
  );
});

test('a function tells all other receivers, and may read their secrets alone', () => {
  const configuration = alertsWith(email);
  expect(hearers(configuration, 'lambda')).toEqual(
    Array.from({ length: 2 }, () => 'arn:aws:lambda:eu-central-1:111122223333:function:test-alarm-notifier'),
  );
  const [notifier] = Object.values(resourcesOf(configuration, 'aws_lambda_function'));
  const { variables } = notifier?.environment as { readonly variables: Readonly<Record<string, string>> };
  expect(notifierSettings(variables)).toEqual({
    receivers: {
      page: [{ kind: 'pagerduty', secret: 'test/alerts/pagerduty' }],
      chat: [{ kind: 'slack', secret: 'test/alerts/slack', channel: '#redis' }],
    },
    runbooksUrl: 'https://git.test.example/docs/runbooks',
    clusterName: 'test-redis',
  });
  const [policy] = Object.values(resourcesOf(configuration, 'aws_iam_role_policy'));
  expect(statementsOf(policy?.policy).Secrets).toMatchObject({
    Action: ['secretsmanager:GetSecretValue'],
    Resource: ['pagerduty', 'slack'].map(
      (name) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:test/alerts/${name}-??????`,
    ),
  });
});

test('SNS may call it by the topic alone: it tells no account, and a condition on one would refuse it', () => {
  const permissions = Object.values(resourcesOf(alertsWith(email), 'aws_lambda_permission'));
  expect(permissions).toHaveLength(2);
  for (const { principal, source_arn: topic, source_account: account } of permissions) {
    expect([principal, account]).toEqual(['sns.amazonaws.com', undefined]);
    expect(topic).toMatch(/^\$\{aws_sns_topic\./);
  }
});

test('it is told by mail when the function fails, and when SNS can not call it', () => {
  const alarms = Object.values(resourcesOf(alertsWith(email), 'aws_cloudwatch_metric_alarm'));
  expect(alarms.map(({ alarm_name: name, dimensions }) => [name, dimensions])).toEqual([
    ['test-alarm-notifier-alerts-undelivered', { TopicName: 'test-alerts' }],
    ['test-alarm-notifier-elasticache-events-undelivered', { TopicName: 'test-elasticache-events' }],
    ['test-alarm-notifier-failed', { FunctionName: 'test-alarm-notifier' }],
  ]);
});

test('there is no function where everybody is told by mail', () => {
  const byMail = testAlerting.receivers.chat.filter(({ kind }) => kind === 'email');
  const configuration = alertsWith(email, { ...testAlerting.receivers, page: byMail, chat: byMail });
  expect(hearers(configuration, 'email')).toHaveLength(6);
  expect(hearers(configuration, 'lambda')).toEqual([]);
  expect(resourcesOf(configuration, 'aws_lambda_function')).toEqual({});
});

test('without subscribers the topics are there all the same, and receivers are told', () => {
  const configuration = alertsWith({ kind: 'none', reason: 'nobody is awake here' });
  expect(Object.keys(resourcesOf(configuration, 'aws_sns_topic'))).toHaveLength(2);
  expect(hearers(configuration, 'email')).toEqual(['redis@example.com', 'redis@example.com']);
  expect(hearers(configuration, 'lambda')).toHaveLength(2);
});

test('alarms of CloudWatch and events of RDS may be published, for this account, and are encrypted', () => {
  const configuration = alertsWith(email);
  const services = { Service: ['cloudwatch.amazonaws.com', 'events.rds.amazonaws.com'] };
  expect(policies(configuration).alerts?.ServicesPublish).toMatchObject({
    Principal: services,
    Action: ['sns:Publish'],
    Resource: ['arn:aws:sns:eu-central-1:111122223333:test-alerts'],
    Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
  });
  const [key] = Object.values(resourcesOf(configuration, 'aws_kms_key'));
  const statements = statementsOf(key?.policy);
  expect(Object.values(statements).map(({ Principal }) => Principal)).toEqual(
    expect.arrayContaining(services.Service.map((Service) => ({ Service }))),
  );
});

test('ElastiCache publishes to a topic that is not encrypted, as the owner of the account', () => {
  const configuration = alertsWith(email);
  expect(policies(configuration)['elasticache-events']?.ElastiCachePublishes).toMatchObject({
    Principal: { AWS: '*' },
    Condition: { StringEquals: { 'AWS:SourceOwner': '111122223333' } },
  });
  const topics = Object.entries(resourcesOf(configuration, 'aws_sns_topic'));
  expect(
    topics.map(([name, { kms_master_key_id: key }]) => [name.replace(/_topic_.*/, ''), key !== undefined]),
  ).toEqual([
    ['alerts', true],
    ['elasticache-events', false],
  ]);
});

test.each(['alerts', 'elasticache-events'])('nobody publishes to %s without TLS', (topic) => {
  expect(policies(alertsWith(email))[topic]?.RefusePlainText).toMatchObject({
    Effect: 'Deny',
    Principal: '*',
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  });
});

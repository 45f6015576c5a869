import { AlertsStack } from '../../stacks/alerts-stack';
import type { TopicSubscribers } from '../../environments/alerting-settings';
import { testAlerting } from '../support/observability';
import {
  resourcesOf,
  statementsOf,
  synthesizeStack,
  testAccount,
  type Configuration,
} from '../support/synthesized-construct';

const email: TopicSubscribers = { kind: 'email', addresses: ['one@example.com', 'two@example.com'] };

const alertsWith = (topicSubscribers: TopicSubscribers): Configuration =>
  synthesizeStack(
    (app) =>
      new AlertsStack(app, 'test-alerts', { account: testAccount, settings: { ...testAlerting, topicSubscribers } }),
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

test('everyone hears of both topics', () => {
  const subscriptions = Object.values(resourcesOf(alertsWith(email), 'aws_sns_topic_subscription'));
  expect(subscriptions.map(({ endpoint }) => endpoint).sort()).toEqual([
    ...['one@example.com', 'one@example.com', 'two@example.com', 'two@example.com'],
  ]);
});

test('without receivers the topics are there all the same', () => {
  const configuration = alertsWith({ kind: 'none', reason: 'nobody is awake here' });
  expect(Object.keys(resourcesOf(configuration, 'aws_sns_topic'))).toHaveLength(2);
  expect(resourcesOf(configuration, 'aws_sns_topic_subscription')).toEqual({});
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

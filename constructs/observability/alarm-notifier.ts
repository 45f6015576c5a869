/** The way from topics of SNS to the receivers of alerts. */
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { Receivers, Target } from '../../apps/alarm-notifier/settings';
import { receiverSecretName, secretOf, type AlertingSettings } from '../../environments/alerting-settings';
import { arn, type AwsAccount } from '../aws/account';
import { bundledFunction, functionArn } from '../aws/bundled-function';
import type { FunctionBundle } from '../aws/function-bundle';
import type { PolicyStatement } from '../aws/policy-document';
import { partialSecretArn, secretArnPattern } from '../aws/secret-names';
import { topicName } from './alert-topic';
import { announced } from './alarms/announcement';

export interface AlarmNotifierProps {
  readonly account: AwsAccount;
  readonly receivers: AlertingSettings['receivers'];
  /** Where docs/runbooks is to be read. */
  readonly runbooksUrl: string;
  /** Value of the label `redis_cluster`. */
  readonly clusterName: string;
  /** The program, built. */
  readonly bundle: FunctionBundle;
  /** ARN of the KMS key of its log. */
  readonly keyArn: string;
  /** ARNs of topics, by their names after `<environment>-`. */
  readonly topics: Readonly<Record<string, string>>;
  /** SNS topic that is told if the function fails: whoever has its mails hears of it. */
  readonly topicArn: string;
}

type CountedFailures = Pick<CloudwatchMetricAlarmConfig, 'namespace' | 'dimensions' | 'metricName'>;

const notifierName = ({ environment }: AwsAccount) => `${environment}-alarm-notifier`;

/**
 * A Lambda function that posts what topics get: what is critical to `page`, all else to `chat`. Mail comes from SNS itself,
 * to the addresses of `email` targets as well (`AlertTopic`).
 *
 * It has no route by way of Alertmanager, which may be what is down.
 */
export class AlarmNotifier extends Construct {
  constructor(scope: Construct, id: string, props: AlarmNotifierProps) {
    super(scope, id);
    const { account, receivers, runbooksUrl, clusterName, topics } = props;
    const name = notifierName(account);
    const notifier = bundledFunction(this, {
      account,
      name,
      description: `Tells the receivers of alerts what CloudWatch says of ${account.environment}`,
      bundle: props.bundle,
      keyArn: props.keyArn,
      policyName: 'notify',
      statements: permissions(account, receivers),
      variables: {
        RECEIVERS: JSON.stringify(postedReceivers(account, receivers)),
        RUNBOOKS_URL: runbooksUrl,
        CLUSTER_NAME: clusterName,
      },
      needs: [
        {
          actions: ['secretsmanager:GetSecretValue'],
          resources: secretNames(account, receivers).map((secret) =>
            arn(account, 'secretsmanager', `secret:${secret}`),
          ),
          why: 'the notifier reads addresses and keys of receivers',
        },
      ],
      // Secrets, and the slowest receiver.
      timeoutSeconds: 30,
      // Hundreds of alarms at once wait for their turn; receivers would refuse them all at a time.
      concurrency: 5,
    });
    for (const [topic, topicArn] of Object.entries(topics)) {
      const permission = new LambdaPermission(this, `${topic}-permission`, {
        statementId: topic,
        action: 'lambda:InvokeFunction',
        functionName: notifier.functionName,
        principal: 'sns.amazonaws.com',
        // It names the account. As `sourceAccount` SNS isn't known to tell it, and would be refused without a word.
        sourceArn: topicArn,
      });
      new SnsTopicSubscription(this, topic, {
        topicArn,
        protocol: 'lambda',
        endpoint: functionArn(account, name),
        dependsOn: [permission],
      });
    }
    this.#alarm('failed', `${name} could not tell a receiver of an alarm`, props, {
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: name },
      metricName: 'Errors',
    });
    // The function that is never called has no errors.
    for (const topic of Object.keys(topics)) {
      const name = topicName(account, topic);
      this.#alarm(`${topic}-undelivered`, `SNS could not deliver what ${name} got`, props, {
        namespace: 'AWS/SNS',
        dimensions: { TopicName: name },
        metricName: 'NumberOfNotificationsFailed',
      });
    }
  }

  /** Tells of the first failure that a metric counts. */
  #alarm(id: string, says: string, { account, topicArn }: AlarmNotifierProps, metric: CountedFailures): void {
    new CloudwatchMetricAlarm(this, id, {
      alarmName: `${notifierName(account)}-${id}`,
      ...announced({ severity: 'critical', alert: 'AlarmsNotTold', says }, topicArn),
      ...metric,
      statistic: 'Sum',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      period: 300,
      evaluationPeriods: 1,
      treatMissingData: 'notBreaching',
    });
  }
}

type ReceiverSettings = AlertingSettings['receivers'];

/** Whether there is anybody to tell: who is told by mail alone hears it of SNS. */
export function isNotifierNeeded(account: AwsAccount, receivers: ReceiverSettings): boolean {
  const { page, chat } = postedReceivers(account, receivers);
  return page.length + chat.length > 0;
}

/** Receivers that are posted to, as the function is told of them. */
function postedReceivers({ environment }: AwsAccount, { page, chat }: ReceiverSettings): Receivers {
  const posted = (targets: ReceiverSettings['page']): Target[] =>
    targets.flatMap((target): Target[] => {
      const secret = receiverSecretName(environment, secretOf(target));
      switch (target.kind) {
        case 'pagerduty':
        case 'webhook':
          return [{ kind: target.kind, secret }];
        case 'slack':
          return [{ kind: 'slack', secret, channel: target.channel }];
        case 'email':
          return [];
      }
    });
  return { page: posted(page), chat: posted(chat) };
}

/** Whole names of the secrets of receivers that are posted to, each once. */
function secretNames(account: AwsAccount, receivers: ReceiverSettings): readonly string[] {
  const { page, chat } = postedReceivers(account, receivers);
  return [...new Set([...page, ...chat].map(({ secret }) => secret))];
}

function permissions(account: AwsAccount, receivers: ReceiverSettings): readonly PolicyStatement[] {
  return [
    {
      sid: 'Secrets',
      actions: ['secretsmanager:GetSecretValue'],
      resources: secretNames(account, receivers).map((secret) => secretArnPattern(account, secret)),
    },
    {
      sid: 'SecretsKey',
      actions: ['kms:Decrypt'],
      resources: [arn(account, 'kms', 'key/*')],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${account.region}.amazonaws.com` },
        ArnLike: {
          'kms:EncryptionContext:SecretARN': partialSecretArn(account, receiverSecretName(account.environment, '*')),
        },
      },
    },
  ];
}

/** Where alarms and events of an environment go; everything that can fail names it. */
import type { Construct } from 'constructs';
import { TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { EncryptionKey } from '../constructs/aws/encryption-key';
import type { FunctionBundle } from '../constructs/aws/function-bundle';
import type { PolicyStatement } from '../constructs/aws/policy-document';
import { AlarmNotifier, isNotifierNeeded } from '../constructs/observability/alarm-notifier';
import { AlertTopic, topicArn } from '../constructs/observability/alert-topic';
import { except } from '../constructs/policies/exceptions';
import { throwViolations } from '../constructs/validation/violations';
import { alertingViolations, mailAddresses, type AlertingSettings } from '../environments/alerting-settings';

export interface AlertsStackProps {
  readonly account: AwsAccount;
  readonly settings: AlertingSettings;
  /** Where docs/runbooks is to be read. */
  readonly runbooksUrl: string;
  /** Value of the label `redis_cluster` of alerts. */
  readonly clusterName: string;
  /** The program that tells receivers, built. */
  readonly notifierBundle: FunctionBundle;
}

/** Topics to publish to. */
export interface AlertsValue {
  /** ARN of the topic for alarms, and for events of all services but ElastiCache. */
  readonly topicArn: string;
  /** ARN of the key it is encrypted with: a role that publishes to it needs the key as well. */
  readonly topicKeyArn: string;
  /** ARN of the topic for events of ElastiCache on nodes. */
  readonly elasticacheTopicArn: string;
}

const alertsTopic = 'alerts';
const elasticacheTopic = 'elasticache-events';

/** Services that publish on their own, rather than by a role of the environment. */
const publishingServices = ['cloudwatch.amazonaws.com', 'events.rds.amazonaws.com'];

export class AlertsStack extends TerraformStack {
  readonly alerts: AlertsValue;

  constructor(scope: Construct, id: string, props: AlertsStackProps) {
    super(scope, id);
    const { account, settings } = props;
    throwViolations(id, alertingViolations(settings));
    const addresses = mailAddresses(settings);
    useAwsState(this, account);
    useAws(this, account);
    const key = new EncryptionKey(this, 'key', {
      account,
      name: alertsTopic,
      description: `Alarms of ${account.environment} that wait for their delivery`,
      services: [...publishingServices, `logs.${account.region}.amazonaws.com`],
      preventDestroy: false,
    });
    except(key, 'what-holds-data-is-protected', 'It encrypts messages for some seconds, and nothing that lasts');
    const alerts = new AlertTopic(this, 'alerts', {
      account,
      name: alertsTopic,
      displayName: `${account.environment} alerts`,
      addresses,
      keyArn: key.arn,
      publishers: [servicesPublish(account)],
    });
    // ElastiCache publishes to no topic that is encrypted, and without a word. An event is the name of a node and what
    // happened to it. Source: "Event Notifications and Amazon SNS" of the ElastiCache guide.
    const events = new AlertTopic(this, 'elasticache-events', {
      account,
      name: elasticacheTopic,
      displayName: `${account.environment} ElastiCache events`,
      addresses,
      publishers: [elasticachePublishes(account)],
    });
    this.alerts = {
      topicArn: topicArn(account, alertsTopic),
      topicKeyArn: key.arn,
      elasticacheTopicArn: topicArn(account, elasticacheTopic),
    };
    if (!isNotifierNeeded(account, settings.receivers)) return;
    new AlarmNotifier(this, 'notifier', {
      ...props,
      receivers: settings.receivers,
      bundle: props.notifierBundle,
      keyArn: key.arn,
      topics: { [alertsTopic]: alerts.arn, [elasticacheTopic]: events.arn },
      topicArn: this.alerts.topicArn,
    });
  }
}

function servicesPublish(account: AwsAccount): PolicyStatement {
  return {
    sid: 'ServicesPublish',
    principal: { Service: publishingServices },
    actions: ['sns:Publish'],
    resources: [topicArn(account, alertsTopic)],
    conditions: { StringEquals: { 'aws:SourceAccount': account.accountId } },
  };
}

/**
 * ElastiCache publishes in the name of the account that the cluster is in, and says so by `AWS:SourceOwner` alone.
 * Source: "Managing ElastiCache Amazon SNS notifications" of the ElastiCache guide.
 */
function elasticachePublishes(account: AwsAccount): PolicyStatement {
  return {
    sid: 'ElastiCachePublishes',
    principal: { AWS: '*' },
    actions: ['sns:Publish'],
    resources: [topicArn(account, elasticacheTopic)],
    conditions: { StringEquals: { 'AWS:SourceOwner': account.accountId } },
  };
}

/** Where alarms and events go, and who hears of them. */
import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import { arn, type AwsAccount } from '../aws/account';
import { policyDocument, type PolicyStatement } from '../aws/policy-document';

export interface AlertTopicProps {
  readonly account: AwsAccount;
  /** Name after `<environment>-`. */
  readonly name: string;
  /** What it is about, for whoever gets a mail from it. */
  readonly displayName: string;
  /** Mail addresses of those who hear of it. */
  readonly addresses: readonly string[];
  /** ARN of the KMS key that waiting messages are encrypted with. @default - not encrypted */
  readonly keyArn?: string;
  /** Who may publish beside those whom IAM of the account lets. */
  readonly publishers: readonly PolicyStatement[];
}

/** Name of a topic, by its name after `<environment>-`. */
export const topicName = ({ environment }: Pick<AwsAccount, 'environment'>, name: string) => `${environment}-${name}`;

/** ARN of a topic, known before it is deployed. */
export const topicArn = (account: AwsAccount, name: string) => arn(account, 'sns', topicName(account, name));

/** A topic with its subscribers. Nobody publishes to it without TLS. */
export class AlertTopic extends Construct {
  /** Known once there is a topic. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlertTopicProps) {
    super(scope, id);
    const { account, name, displayName, addresses, keyArn, publishers } = props;
    const topic = new SnsTopic(this, 'topic', {
      name: topicName(account, name),
      displayName,
      ...(keyArn !== undefined && { kmsMasterKeyId: keyArn }),
    });
    this.arn = topic.arn;
    new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: policyDocument([...publishers, refusePlainText(topicArn(account, name))]),
    });
    for (const endpoint of addresses) {
      new SnsTopicSubscription(this, endpoint, { topicArn: topic.arn, protocol: 'email', endpoint });
    }
  }
}

const refusePlainText = (resource: string): PolicyStatement => ({
  sid: 'RefusePlainText',
  effect: 'Deny',
  principal: '*',
  actions: ['sns:Publish'],
  resources: [resource],
  conditions: { Bool: { 'aws:SecureTransport': 'false' } },
});

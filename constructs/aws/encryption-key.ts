/** A KMS key of the environment's own, which rotates by itself. */
import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import { arn, type AwsAccount } from './account';
import { policyDocument, type PolicyStatement } from './policy-document';

export interface EncryptionKeyProps {
  readonly account: AwsAccount;
  /** Name after `alias/<environment>-`. */
  readonly name: string;
  /** What it encrypts, for whoever finds it in the console. */
  readonly description: string;
  /** Services that use it on their own: `logs.eu-central-1.amazonaws.com` for log groups, others to publish to topics; with resources of this account only. @default - none */
  readonly services?: readonly string[];
  /** Further statements of the key's policy. @default - none */
  readonly statements?: readonly PolicyStatement[];
  /** Whether Terraform refuses to destroy it. @default true: what it encrypts is lost with it */
  readonly preventDestroy?: boolean;
}

/** Days before a key that is to be deleted is gone, and data it encrypts with it. The longest time AWS offers. */
const deletionWindowInDays = 30;

/**
 * A symmetric key, rotated every year. IAM of the account decides who uses it, as AWS recommends, beside the services
 * that are named. A key that is destroyed can be had back for 30 days.
 */
export class EncryptionKey extends Construct {
  /** ARN of the key itself. ElastiCache and RDS replace a resource whose key is given by its alias. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { account, name, description, services = [], statements = [], preventDestroy = true } = props;
    const key = new KmsKey(this, 'key', {
      description,
      enableKeyRotation: true,
      deletionWindowInDays,
      policy: policyDocument([
        {
          sid: 'AccountDecides',
          principal: { AWS: arn(account, 'iam', 'root', 'global') },
          actions: ['kms:*'],
          resources: ['*'],
        },
        ...services.map((service) => serviceStatement(account, service)),
        ...statements,
      ]),
      lifecycle: { preventDestroy },
    });
    new KmsAlias(this, 'alias', { name: `alias/${account.environment}-${name}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}

/** Source: "Encrypt log data in CloudWatch Logs using AWS Key Management Service". */
const logActions = ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'];

/** Source: "Enable compatibility between event sources from AWS services and encrypted topics" of the SNS guide. */
const publisherActions = ['kms:GenerateDataKey*', 'kms:Decrypt'];

/** CloudWatch Logs says which log group it acts for and not which account; the others say the account. */
function serviceStatement(account: AwsAccount, service: string): PolicyStatement {
  const isLogs = service.startsWith('logs.');
  const conditions: PolicyStatement['conditions'] = isLogs
    ? { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn(account, 'logs', '*') } }
    : { StringEquals: { 'aws:SourceAccount': account.accountId } };
  return {
    sid: `Service${pascalCase(service.replace(/\.amazonaws\.com(?:\.cn)?$/, ''))}`,
    principal: { Service: service },
    actions: isLogs ? logActions : publisherActions,
    resources: ['*'],
    conditions,
  };
}

/** Letters and digits only, as a sid must be: `logs.eu-central-1` becomes `LogsEuCentral1`. */
function pascalCase(text: string): string {
  return text.replace(/(?:^|[^a-z0-9]+)([a-z0-9]?)/gi, (_, first: string) => first.toUpperCase());
}

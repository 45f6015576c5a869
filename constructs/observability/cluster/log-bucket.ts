/** Where lines of logs are kept, and who may read and write them. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ObservabilitySettings } from '../../../environments/observability-settings';
import { accessLogBucketName } from '../../aws/access-log-bucket';
import type { AwsAccount } from '../../aws/account';
import { declareAwsNeeds, type AwsNeed } from '../../aws/needs';
import { PrivateBucket } from '../../aws/private-bucket';
import { PodIdentity } from '../../kubernetes/pod-identity';
import { observabilityNamespace, watcherServiceAccounts } from './names';

export interface LogBucketProps {
  readonly account: AwsAccount;
  readonly settings: Pick<ObservabilitySettings, 'logs' | 'destruction'>;
}

/** Days that a deleted object can be had back. Loki deletes by its retention; a mistake in it shows within a week. */
const noncurrentDays = 7;

/** Days after the end of the retention on which S3 deletes what Loki forgot to. */
const marginDays = 7;

/**
 * Loki alone reads and writes. It is encrypted by S3's own key: logs hold no secrets, and each line would ask KMS.
 */
export class LogBucket extends Construct {
  readonly name: string;
  /** What has to be there before Loki's pods start. */
  readonly dependables: readonly ITerraformDependable[];

  /** @throws ViolationsError if S3 would refuse the name */
  constructor(scope: Construct, id: string, { account, settings }: LogBucketProps) {
    super(scope, id);
    this.name = `${account.environment}-logs-${account.accountId}-${account.region}`;
    const bucket = new PrivateBucket(this, 'bucket', {
      account,
      name: this.name,
      accessLogBucket: accessLogBucketName(account),
      noncurrentDays,
      lifecycleRules: [
        {
          id: 'forgotten',
          status: 'Enabled',
          // Of lines, not of the index, which Loki writes anew and which tells it what there is.
          filter: [{ prefix: `${singleTenant}/` }],
          expiration: [{ days: settings.logs.retentionDays + marginDays }],
        },
      ],
      preventDestroy: settings.destruction.kind === 'prevented',
    });
    const identity = new PodIdentity(this, 'identity', {
      account,
      name: 'loki',
      namespace: observabilityNamespace,
      serviceAccount: watcherServiceAccounts.loki,
      statements: [
        { sid: 'List', actions: ['s3:ListBucket'], resources: [bucket.arn] },
        {
          sid: 'ReadAndWrite',
          actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
          resources: [`${bucket.arn}/*`],
        },
      ],
    });
    declareAwsNeeds(this, { role: identity.roleName, from: 'network', needs: lokiNeeds(bucket.arn) });
    this.dependables = [bucket.policy, ...identity.dependables];
  }
}

/** Source: "AWS S3 bucket" among the object stores of Loki's documentation. */
const lokiNeeds = (bucketArn: string): readonly AwsNeed[] => [
  { actions: ['s3:ListBucket'], resources: [bucketArn], why: 'Loki looks for chunks and indexes' },
  {
    actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    resources: [`${bucketArn}/<object>`],
    why: 'Loki keeps chunks and indexes, and deletes those whose time is over',
  },
];

/** First part of the names of chunks, where there are no tenants. Source: "Multi-tenancy" of Loki's documentation. */
const singleTenant = 'fake';

/** An S3 bucket that nobody outside the account reads, over TLS only, and whose objects are not lost by an overwrite. */
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import { arn, type AwsAccount } from './account';
import { bucketNameViolations } from './bucket-name';
import { throwViolations } from '../validation/violations';
import { policyDocument, type PolicyStatement } from './policy-document';

export interface PrivateBucketProps {
  readonly account: AwsAccount;
  /** Name of the bucket, unique in all of AWS; see `bucketNameViolations`. */
  readonly name: string;
  /** ARN of the KMS key it is encrypted with. @default - S3's own key (SSE-S3), which services can write with */
  readonly keyArn?: string;
  /** What else its policy says, beside the refusal of requests without TLS. @default - nothing */
  readonly statements?: readonly PolicyStatement[];
  /** Where requests to it are logged: `logsTo` of an `AccessLogBucket` of the region. @default - nowhere */
  readonly accessLogBucket?: string;
  /** Further lifecycle rules. @default - unfinished uploads end after 7 days, old versions after `noncurrentDays` */
  readonly lifecycleRules?: readonly S3BucketLifecycleConfigurationRule[];
  /** Days that an overwritten or deleted object can be had back. @default 90 */
  readonly noncurrentDays?: number;
  /** Whether object lock can be used on its objects; it can't be added to a bucket that exists. @default false */
  readonly objectLock?: boolean;
  /** Whether Terraform refuses to destroy it; S3 does so by itself while there are objects in it. @default true */
  readonly preventDestroy?: boolean;
}

/** ARN of a bucket, known before there is one. */
export function bucketArn(account: Pick<AwsAccount, 'accountId' | 'region'>, name: string): string {
  return arn(account, 's3', name, 'bare');
}

/** Versioned, encrypted, closed to the public, owned by the account, TLS only. */
export class PrivateBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly bucket: S3Bucket;
  /** Complete once the bucket's policy is in force; for what needs a permission of it. */
  readonly policy: S3BucketPolicy;

  /** @throws ViolationsError if S3 would refuse the name */
  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    throwViolations(this.node.path, bucketNameViolations('name', props.name));
    this.name = props.name;
    this.arn = bucketArn(props.account, props.name);
    this.bucket = new S3Bucket(this, 'bucket', {
      bucket: props.name,
      ...(props.objectLock && { objectLockEnabled: true }),
      lifecycle: { preventDestroy: props.preventDestroy ?? true },
    });
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket: this.bucket.id,
      versioningConfiguration: { status: 'Enabled' },
    });
    this.#encrypt(props.keyArn);
    const publicAccess = this.#closeToThePublic();
    this.policy = new S3BucketPolicy(this, 'policy', {
      bucket: this.bucket.id,
      policy: policyDocument([this.#refuseWithoutTls(), ...(props.statements ?? [])]),
      // S3 refuses two changes of a bucket's access at the same time.
      dependsOn: [publicAccess],
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket: this.bucket.id,
      rule: [...generalRules(props.noncurrentDays ?? 90), ...(props.lifecycleRules ?? [])],
      // Rules for old versions mean nothing before there are versions.
      dependsOn: [versioning],
    });
    if (props.accessLogBucket !== undefined) {
      new S3BucketLoggingA(this, 'logging', {
        bucket: this.bucket.id,
        targetBucket: props.accessLogBucket,
        targetPrefix: `${props.name}/`,
      });
    }
  }

  #encrypt(keyArn: string | undefined): void {
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket: this.bucket.id,
      rule: [
        {
          applyServerSideEncryptionByDefault:
            keyArn === undefined ? { sseAlgorithm: 'AES256' } : { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          // One data key a bucket instead of one a request to KMS.
          bucketKeyEnabled: keyArn !== undefined,
          // Keys that come with a request and are kept nowhere: the way to hold data to ransom.
          blockedEncryptionTypes: ['SSE-C'],
        },
      ],
    });
  }

  #closeToThePublic(): S3BucketPublicAccessBlock {
    const block = new S3BucketPublicAccessBlock(this, 'public-access', {
      bucket: this.bucket.id,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket: this.bucket.id,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
      dependsOn: [block],
    });
    return block;
  }

  #refuseWithoutTls(): PolicyStatement {
    return {
      sid: 'RefuseWithoutTls',
      effect: 'Deny',
      principal: '*',
      actions: ['s3:*'],
      resources: [this.arn, `${this.arn}/*`],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    };
  }
}

function generalRules(noncurrentDays: number): S3BucketLifecycleConfigurationRule[] {
  return [
    {
      id: 'unfinished-uploads',
      status: 'Enabled',
      filter: [{ prefix: '' }],
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
    },
    {
      id: 'old-versions',
      status: 'Enabled',
      filter: [{ prefix: '' }],
      noncurrentVersionExpiration: [{ noncurrentDays }],
      // What is left of a deleted object when its versions are gone: one a lock, say.
      expiration: [{ expiredObjectDeleteMarker: true }],
    },
  ];
}

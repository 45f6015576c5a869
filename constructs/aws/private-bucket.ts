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
import { partitionOf, type AwsAccount } from './account';
import { policyDocument, type PolicyStatement } from './policy-document';

export interface PrivateBucketProps {
  readonly account: AwsAccount;
  /** Name of the bucket, unique in all of AWS: 3 to 63 lower-case letters, digits, dots and hyphens. */
  readonly name: string;
  /** ARN of the KMS key it is encrypted with. @default - S3's own key (SSE-S3), which services can write with */
  readonly keyArn?: string;
  /** What else its policy says, beside the refusal of requests without TLS. @default - nothing */
  readonly statements?: readonly PolicyStatement[];
  /** Where requests to it are logged: the name of another bucket. @default - nowhere */
  readonly accessLogBucket?: string;
  /** Further lifecycle rules. @default - unfinished uploads end after 7 days, old versions after `noncurrentDays` */
  readonly lifecycleRules?: readonly S3BucketLifecycleConfigurationRule[];
  /** Days that an overwritten or deleted object can be had back. @default 90 */
  readonly noncurrentDays?: number;
  /** Whether object lock can be used on its objects; it can't be added to a bucket that exists. @default false */
  readonly objectLock?: boolean;
  /** Whether Terraform may destroy it; a bucket with objects in it is refused by S3 in any case. @default true */
  readonly preventDestroy?: boolean;
}

/** Versioned, encrypted, closed to the public, owned by the account, TLS only. */
export class PrivateBucket extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly bucket: S3Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.name = props.name;
    this.arn = `arn:${partitionOf(props.account.region)}:s3:::${props.name}`;
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
    new S3BucketPolicy(this, 'policy', {
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
    },
  ];
}

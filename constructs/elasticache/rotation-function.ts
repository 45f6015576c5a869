/** The Lambda function that changes passwords, with its log and the role it acts in. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { AssetType, TerraformAsset, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { arn } from '../aws/account';
import { functionHandler } from '../aws/function-bundle';
import { policyDocument, type PolicyStatement } from '../aws/policy-document';
import type { PasswordRotationProps } from './password-rotation';

/** Who changed which password when is kept for a year. */
const logRetentionDays = 365;

/**
 * It calls Secrets Manager and ElastiCache by their public addresses and never connects to Redis: whether a password
 * works is told by the state of its user. So it needs no network of the environment, and no way into it.
 */
export class RotationFunction extends Construct {
  /** Name, literal. */
  readonly name: string;
  readonly arn: string;
  /** The function, once it may do its work. */
  readonly resource: ITerraformDependable;

  constructor(scope: Construct, id: string, props: PasswordRotationProps) {
    super(scope, id);
    const { account, bundle, keyArn, users } = props;
    this.name = `${props.name}-password-rotation`;
    this.arn = arn(account, 'lambda', `function:${this.name}`);
    const logGroup = new CloudwatchLogGroup(this, 'log-group', {
      name: `/aws/lambda/${this.name}`,
      retentionInDays: logRetentionDays,
      kmsKeyId: keyArn,
    });
    const role = new IamRole(this, 'role', {
      name: this.name,
      description: `Changes the passwords of ${props.name}`,
      // Lambda is not known to say for whom it acts, so its account can't be a condition.
      assumeRolePolicy: policyDocument([
        { sid: 'Assume', principal: { Service: 'lambda.amazonaws.com' }, actions: ['sts:AssumeRole'] },
      ]),
    });
    const policy = new IamRolePolicy(role, 'policy', {
      role: role.name,
      name: 'rotate',
      policy: policyDocument(permissions(props, this.name)),
    });
    const code = new TerraformAsset(this, 'code', {
      path: bundle.folder,
      type: AssetType.ARCHIVE,
      assetHash: bundle.digest,
    });
    this.resource = new LambdaFunction(this, 'function', {
      functionName: this.name,
      description: `Changes the passwords of ${props.name}`,
      role: role.arn,
      // It brings the AWS SDK that the function uses.
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: functionHandler,
      filename: code.path,
      // Decides whether the code is uploaded; the archive's own hash would differ with each build.
      sourceCodeHash: bundle.digest,
      memorySize: 256,
      // Seconds; a user is busy for some minutes while its password goes to all nodes.
      timeout: 600,
      // All users at once and a question beside them. Nothing that runs wild takes the account's share.
      reservedConcurrentExecutions: users.length + 1,
      environment: {
        variables: {
          USER_IDS: JSON.stringify(Object.fromEntries(users.map((user) => [user.secretName, user.userId]))),
        },
      },
      kmsKeyArn: keyArn,
      loggingConfig: { logFormat: 'JSON', logGroup: logGroup.name },
      tracingConfig: { mode: 'Active' },
      dependsOn: [policy],
    });
  }
}

/** Names are literal, so that the policy reads the same before and after deployment. */
function permissions({ account, keyArn, users }: PasswordRotationProps, name: string): PolicyStatement[] {
  return [
    {
      sid: 'Secrets',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      // Secrets Manager adds a hyphen and six characters to a name.
      resources: users.map(({ secretName }) => arn(account, 'secretsmanager', `secret:${secretName}-??????`)),
    },
    {
      sid: 'SecretsKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${account.region}.amazonaws.com` } },
    },
    {
      sid: 'Users',
      actions: ['elasticache:DescribeUsers', 'elasticache:ModifyUser'],
      resources: users.map(({ userId }) => arn(account, 'elasticache', `user:${userId}`)),
    },
    {
      sid: 'Log',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [arn(account, 'logs', `log-group:/aws/lambda/${name}:*`)],
    },
    // It takes no resource. Source: the service authorization reference of X-Ray.
    { sid: 'Trace', actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
  ];
}

/** The Lambda function that changes passwords. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { arn } from '../aws/account';
import { bundledFunction, functionArn } from '../aws/bundled-function';
import type { AwsNeed } from '../aws/needs';
import type { PolicyStatement } from '../aws/policy-document';
import { secretArnPattern } from '../aws/secret-names';
import type { PasswordRotationProps } from './password-rotation';

/**
 * It calls Secrets Manager and ElastiCache and never connects to Redis: whether a password works is told by the state of
 * its user.
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
    this.arn = functionArn(account, this.name);
    this.resource = bundledFunction(this, {
      account,
      name: this.name,
      description: `Changes the passwords of ${props.name}`,
      bundle,
      keyArn,
      policyName: 'rotate',
      statements: permissions(props),
      variables: {
        USER_IDS: JSON.stringify(Object.fromEntries(users.map((user) => [user.secretName, user.userId]))),
      },
      needs: functionNeeds(props),
      // A user is busy for some minutes while its password goes to all nodes.
      timeoutSeconds: 600,
      // All users at once and a question beside them.
      concurrency: users.length + 1,
    });
  }
}

/** The operations in apps/password-rotation/apis.ts. */
function functionNeeds({ account, users }: PasswordRotationProps): readonly AwsNeed[] {
  return [
    {
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: users.map(({ secretArn }) => secretArn),
      why: 'a new password is made, tried and put in force',
    },
    {
      actions: ['elasticache:DescribeUsers', 'elasticache:ModifyUser'],
      resources: users.map(({ userId }) => arn(account, 'elasticache', `user:${userId}`)),
      why: 'the user gets the password beside the one before',
    },
  ];
}

/** Names are literal, so that the policy reads the same before and after deployment. */
function permissions({ account, keyArn, users }: PasswordRotationProps): PolicyStatement[] {
  return [
    {
      sid: 'Secrets',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: users.map(({ secretName }) => secretArnPattern(account, secretName)),
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
  ];
}

/** A Lambda function of this project, with its log and the role it acts in. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { AssetType, TerraformAsset } from 'cdktf';
import type { Construct } from 'constructs';
import { arn, type AwsAccount } from './account';
import { functionHandler, type FunctionBundle } from './function-bundle';
import { declareAwsNeeds, type AwsNeed } from './needs';
import { policyDocument, type PolicyStatement } from './policy-document';

export interface BundledFunctionProps {
  readonly account: AwsAccount;
  /** Name of the function and of its role. */
  readonly name: string;
  readonly description: string;
  readonly bundle: FunctionBundle;
  /** ARN of the KMS key of its log and its variables. */
  readonly keyArn: string;
  /** Name of the role's policy. */
  readonly policyName: string;
  /** What it may do beside writing its log and its traces. */
  readonly statements: readonly PolicyStatement[];
  /** Requests to AWS that its code makes. */
  readonly needs: readonly AwsNeed[];
  readonly variables: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Runs at a time, at most: nothing that runs wild takes the account's share. */
  readonly concurrency: number;
}

/** Who was told, or changed, what and when is kept for a year. */
const logRetentionDays = 365;

/** ARN of a function, known before there is one. */
export const functionArn = (account: AwsAccount, name: string) => arn(account, 'lambda', `function:${name}`);

/**
 * Such functions call AWS and others by public addresses: they need no network of the environment, and no way into it.
 *
 * @param scope what it is made in, with the ids `log-group`, `role`, `code` and `function`
 * @returns the function, once it may do its work
 */
export function bundledFunction(scope: Construct, props: BundledFunctionProps): LambdaFunction {
  const { name, description, bundle, keyArn } = props;
  const logGroup = new CloudwatchLogGroup(scope, 'log-group', {
    name: `/aws/lambda/${name}`,
    retentionInDays: logRetentionDays,
    kmsKeyId: keyArn,
  });
  const role = new IamRole(scope, 'role', {
    name,
    description,
    // Lambda is not known to say for whom it acts, so its account can't be a condition.
    assumeRolePolicy: policyDocument([
      { sid: 'Assume', principal: { Service: 'lambda.amazonaws.com' }, actions: ['sts:AssumeRole'] },
    ]),
  });
  const policy = new IamRolePolicy(role, 'policy', {
    role: role.name,
    name: props.policyName,
    policy: policyDocument([...props.statements, ...ownStatements(props)]),
  });
  declareAwsNeeds(role, { role: role.name, from: 'aws', needs: props.needs });
  const code = new TerraformAsset(scope, 'code', {
    path: bundle.folder,
    type: AssetType.ARCHIVE,
    assetHash: bundle.digest,
  });
  return new LambdaFunction(scope, 'function', {
    functionName: name,
    description,
    role: role.arn,
    // It brings the AWS SDK that the functions use.
    runtime: 'nodejs22.x',
    architectures: ['arm64'],
    handler: functionHandler,
    filename: code.path,
    // Decides whether the code is uploaded; the archive's own hash would differ with each build.
    sourceCodeHash: bundle.digest,
    memorySize: 256,
    timeout: props.timeoutSeconds,
    reservedConcurrentExecutions: props.concurrency,
    environment: { variables: { ...props.variables } },
    kmsKeyArn: keyArn,
    loggingConfig: { logFormat: 'JSON', logGroup: logGroup.name },
    tracingConfig: { mode: 'Active' },
    dependsOn: [policy],
  });
}

/** Names are literal, so that the policy reads the same before and after deployment. */
const ownStatements = ({ account, name }: BundledFunctionProps): readonly PolicyStatement[] => [
  {
    sid: 'Log',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [arn(account, 'logs', `log-group:/aws/lambda/${name}:*`)],
  },
  // It takes no resource. Source: the service authorization reference of X-Ray.
  { sid: 'Trace', actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], resources: ['*'] },
];

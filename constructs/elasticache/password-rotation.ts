/** Changes the passwords of ElastiCache users by the clock, and tells people when that doesn't happen. */
import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { RotationRequest } from '../../apps/password-rotation/request';
import type { AwsAccount } from '../aws/account';
import type { FunctionBundle } from '../aws/function-bundle';
import { announced } from '../observability/alarms/announcement';
import { RotationFunction } from './rotation-function';

/** A user whose password is changed. */
export interface RotatedUser {
  /** As the servers know it. */
  readonly username: string;
  readonly userId: string;
  readonly secretName: string;
  readonly secretArn: string;
  /** Days from one password to the next. */
  readonly rotationDays: number;
  readonly accessString: string;
  /** Makes secret and user. */
  readonly resource: ITerraformDependable;
}

export interface PasswordRotationProps {
  readonly account: AwsAccount;
  /** Name of the platform. */
  readonly name: string;
  readonly users: readonly RotatedUser[];
  /** ARN of the KMS key for secrets and logs; CloudWatch Logs may use it. */
  readonly keyArn: string;
  /** SNS topic for alarms. */
  readonly topicArn: string;
  /** The function's code, built. */
  readonly bundle: FunctionBundle;
}

const secondsADay = 86_400;

/** The schedule of each secret, the function that they call, and alarms on it. */
export class PasswordRotation extends Construct {
  constructor(scope: Construct, id: string, props: PasswordRotationProps) {
    super(scope, id);
    const rotation = new RotationFunction(this, 'function', props);
    for (const user of props.users) {
      const permission = new LambdaPermission(this, `allow-${user.username}`, {
        functionName: rotation.name,
        action: 'lambda:InvokeFunction',
        principal: 'secretsmanager.amazonaws.com',
        sourceArn: user.secretArn,
        sourceAccount: props.account.accountId,
      });
      new SecretsmanagerSecretRotation(this, user.username, {
        secretId: user.secretArn,
        rotationLambdaArn: rotation.arn,
        // At once, it would keep users busy while the cluster that is made next asks for them.
        rotateImmediately: false,
        rotationRules: { automaticallyAfterDays: user.rotationDays },
        dependsOn: [permission],
      });
    }
    this.#restore(props, rotation);
    this.#checkDaily(rotation);
    this.#alarm(props, rotation);
  }

  /** CloudFormation knows one password of a user. After it changed one, the password before is given back. */
  #restore({ users }: PasswordRotationProps, rotation: RotationFunction): void {
    new LambdaInvocation(this, 'restore', {
      functionName: rotation.name,
      input: JSON.stringify({ action: 'restore-passwords' } satisfies RotationRequest),
      triggers: Object.fromEntries(users.map(({ username, accessString }) => [username, accessString])),
      dependsOn: [rotation.resource, ...users.map(({ resource }) => resource)],
    });
  }

  /** A password that isn't changed any more is silent. So the function is asked every day, and fails if one is old. */
  #checkDaily(rotation: RotationFunction): void {
    const rule = new CloudwatchEventRule(this, 'daily', {
      name: `${rotation.name}-check`,
      description: 'Asks whether passwords were changed when it was time',
      scheduleExpression: 'rate(1 day)',
    });
    const permission = new LambdaPermission(this, 'allow-daily', {
      functionName: rotation.name,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, 'daily-target', {
      rule: rule.name,
      arn: rotation.arn,
      input: JSON.stringify({ action: 'check-rotations' } satisfies RotationRequest),
      dependsOn: [permission],
    });
  }

  #alarm({ topicArn }: PasswordRotationProps, rotation: RotationFunction): void {
    const shared = {
      namespace: 'AWS/Lambda',
      dimensions: { FunctionName: rotation.name },
      statistic: 'Sum',
      evaluationPeriods: 1,
    };
    const told = (severity: 'critical' | 'warning', says: string) =>
      announced({ severity, alert: 'RedisPasswordNotRotated', says: `${rotation.name}: ${says}` }, topicArn);
    new CloudwatchMetricAlarm(this, 'failed', {
      ...shared,
      alarmName: `${rotation.name}-failed`,
      ...told(
        'warning',
        'a password was not changed, and the old one still works; why is told by the log of the function',
      ),
      metricName: 'Errors',
      comparisonOperator: 'GreaterThanThreshold',
      threshold: 0,
      period: 300,
      treatMissingData: 'notBreaching',
    });
    new CloudwatchMetricAlarm(this, 'silent', {
      ...shared,
      alarmName: `${rotation.name}-silent`,
      ...told('warning', 'nobody asked for two days whether passwords are changed'),
      metricName: 'Invocations',
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      period: secondsADay,
      evaluationPeriods: 2,
      treatMissingData: 'breaching',
    });
  }
}

/** Lambda, and what calls its functions. */
import { byRole, byService, takesOn, type ServiceRule } from './service-rule';
import { blocksOf, textOf } from '../../../synthesis/blocks';
import type { ResolvedResource } from '../../../synthesis/resources';
import type { PlanIndex } from '../plan-index';

/** ARN of a function that is named by ARN, qualified or not, or by name. */
function functionArn(plan: PlanIndex, name: string): string {
  return name.startsWith('arn:') ? name : plan.arn('lambda', `function:${name}`);
}

function runs(lambda: ResolvedResource, plan: PlanIndex) {
  const { values } = lambda;
  const [logging] = blocksOf(values.logging_config);
  const [tracing] = blocksOf(values.tracing_config);
  const group =
    logging?.log_group === undefined ? `/aws/lambda/${String(values.function_name)}` : textOf(logging.log_group);
  return [
    ...takesOn(lambda, 'lambda.amazonaws.com', values.role),
    ...byRole(lambda, values.role, {
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      on: plan.arn('logs', `log-group:${group}:log-stream:<stream>`),
      why: 'the function writes its log',
    }),
    ...(tracing?.mode === 'Active'
      ? byRole(lambda, values.role, {
          actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
          on: '*',
          why: 'the function sends traces',
        })
      : []),
  ];
}

export const functionRules: readonly ServiceRule[] = [
  // A key of its variables needs no right of the role: Lambda makes a grant when the function is made.
  { type: 'aws_lambda_function', source: 'Defining Lambda function permissions with an execution role', needs: runs },
  {
    type: 'aws_sns_topic_subscription',
    source: 'Fanout Amazon SNS notifications to Lambda functions',
    needs: (subscription) =>
      subscription.values.protocol !== 'lambda'
        ? []
        : byService(subscription, 'sns.amazonaws.com', {
            actions: ['lambda:InvokeFunction'],
            on: String(subscription.values.endpoint),
            context: { 'aws:SourceArn': String(subscription.values.topic_arn) },
            why: 'the topic calls the function',
          }),
  },
  {
    type: 'aws_cloudwatch_event_target',
    source: 'Using resource-based policies for Amazon EventBridge',
    needs: (target, plan) =>
      byService(target, 'events.amazonaws.com', {
        actions: ['lambda:InvokeFunction'],
        on: String(target.values.arn),
        context: { 'aws:SourceArn': plan.arn('events', `rule/${String(target.values.rule)}`) },
        why: 'the rule calls the function',
      }),
  },
  {
    type: 'aws_secretsmanager_secret_rotation',
    source: 'Permissions for the rotation function of AWS Secrets Manager',
    needs: (rotation, plan) =>
      byService(rotation, 'secretsmanager.amazonaws.com', {
        actions: ['lambda:InvokeFunction'],
        on: functionArn(plan, String(rotation.values.rotation_lambda_arn)),
        context: { 'aws:SourceArn': String(rotation.values.secret_id), 'aws:SourceAccount': plan.accountId },
        why: 'Secrets Manager calls the rotation function',
      }),
  },
];

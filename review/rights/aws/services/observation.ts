/** Logs, alarms and events. */
import { textOf } from '../../../synthesis/blocks';
import type { ResolvedResource } from '../../../synthesis/resources';
import { byRole, byService, publishes, takesOn, type ServiceRule } from './service-rule';

const strings = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);

/** What CloudWatch Logs does with the key of a log group. Source: "Encrypt log data in CloudWatch Logs using AWS KMS". */
const logKeyActions = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
  'kms:GenerateDataKey',
  'kms:DescribeKey',
];

/** Other actions (`arn:aws:automate:…`) are done by a role that AWS keeps in each account. Source: "Add recover actions". */
function topicsOf({ values }: ResolvedResource): readonly string[] {
  const actions = new Set([...strings(values.alarm_actions), ...strings(values.ok_actions)]);
  return [...actions].filter((action) => action.includes(':sns:'));
}

export const observationRules: readonly ServiceRule[] = [
  {
    type: 'aws_cloudwatch_log_group',
    source: 'Encrypt log data in CloudWatch Logs using AWS KMS',
    needs: (group) =>
      group.values.kms_key_id === undefined
        ? []
        : byService(group, `logs.${String(group.region)}.amazonaws.com`, {
            actions: logKeyActions,
            on: textOf(group.values.kms_key_id),
            context: { 'kms:EncryptionContext:aws:logs:arn': String(group.attribute('arn')) },
            why: `the log ${String(group.values.name)} is encrypted`,
          }),
  },
  {
    type: 'aws_cloudwatch_metric_alarm',
    source: 'Amazon SNS topics that CloudWatch alarms publish to: "Restrict access to your alarm actions"',
    needs: (alarm, plan) =>
      topicsOf(alarm).flatMap((topic) =>
        publishes(alarm, plan, 'cloudwatch.amazonaws.com', topic, {
          'aws:SourceAccount': plan.accountId,
          'aws:SourceArn': plan.arn('cloudwatch', `alarm:${String(alarm.values.alarm_name)}`),
        }),
      ),
  },
  {
    type: 'aws_flow_log',
    source: 'IAM role for publishing flow logs to CloudWatch Logs',
    needs: (flowLog, plan) => {
      const { iam_role_arn: role, log_destination: group } = flowLog.values;
      return [
        ...takesOn(flowLog, 'vpc-flow-logs.amazonaws.com', role, {
          'aws:SourceAccount': plan.accountId,
          'aws:SourceArn': plan.arn('ec2', 'vpc-flow-log/<flow log>'),
        }),
        ...byRole(flowLog, role, {
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
          on: `${String(group)}:log-stream:<interface>`,
          why: 'flows of the network are logged',
        }),
        ...byRole(flowLog, role, {
          actions: ['logs:DescribeLogGroups'],
          on: plan.arn('logs', 'log-group:<any>'),
          why: 'flow logs look for their log group',
        }),
      ];
    },
  },
  {
    type: 'aws_db_event_subscription',
    source: 'Granting permissions to publish notifications to an Amazon SNS topic (RDS)',
    needs: (subscription, plan) =>
      publishes(subscription, plan, 'events.rds.amazonaws.com', String(subscription.values.sns_topic), {
        'aws:SourceAccount': plan.accountId,
        'aws:SourceArn': plan.arn('rds', `es:${String(subscription.values.name)}`),
      }),
  },
];

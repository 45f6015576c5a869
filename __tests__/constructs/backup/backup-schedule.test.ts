import { BackupSchedule, cronExpression } from '../../../constructs/backup/backup-schedule';
import { snapshotExport } from '../../support/backup-settings';
import { resourceOf, statementsOf, synthesizeConstruct, testAccount } from '../../support/synthesized-construct';

test.each([
  [{ everyHours: 2, dailyHourUtc: 3, minute: 0 }, 'cron(0 1,3,5,7,9,11,13,15,17,19,21,23 * * ? *)'],
  [{ everyHours: 4, dailyHourUtc: 3, minute: 15 }, 'cron(15 3,7,11,15,19,23 * * ? *)'],
  [{ everyHours: 12, dailyHourUtc: 23, minute: 59 }, 'cron(59 11,23 * * ? *)'],
  [{ everyHours: 24, dailyHourUtc: 3, minute: 0 }, 'cron(0 3 * * ? *)'],
] as const)('%j is %s', (times, expression) => {
  expect(cronExpression(times)).toBe(expression);
});

test("one of the hours is always the day's", () => {
  for (const everyHours of [2, 3, 4, 6, 8, 12, 24] as const) {
    for (let dailyHourUtc = 0; dailyHourUtc < 24; dailyHourUtc++) {
      const [, hours = ''] = cronExpression({ everyHours, dailyHourUtc, minute: 0 }).split(' ');
      expect(hours.split(',')).toHaveLength(24 / everyHours);
      expect(hours.split(',')).toContain(String(dailyHourUtc));
    }
  }
});

describe('the schedule', () => {
  const stateMachineArn = 'arn:aws:states:eu-central-1:111122223333:stateMachine:test-redis-backup';
  const queueArn = 'arn:aws:sqs:eu-central-1:111122223333:test-redis-backup-not-started';
  const configuration = synthesizeConstruct(
    (scope) =>
      new BackupSchedule(scope, 'schedule', { account: testAccount, settings: snapshotExport, stateMachineArn }),
  );

  test('starts the state machine with the time it was due, and keeps what it could not start', () => {
    expect(resourceOf(configuration, 'aws_scheduler_schedule')).toMatchObject({
      schedule_expression_timezone: 'UTC',
      flexible_time_window: { mode: 'OFF' },
      target: {
        arn: stateMachineArn,
        input: '{"scheduledTime":"<aws.scheduler.scheduled-time>"}',
        retry_policy: { maximum_event_age_in_seconds: 3600, maximum_retry_attempts: 10 },
        dead_letter_config: { arn: queueArn },
      },
    });
  });

  test('may do that and nothing else', () => {
    const { Start, DeadLetter, ...others } = statementsOf(resourceOf(configuration, 'aws_iam_role_policy').policy);
    expect(Start).toMatchObject({ Action: ['states:StartExecution'], Resource: [stateMachineArn] });
    expect(DeadLetter).toMatchObject({ Action: ['sqs:SendMessage'], Resource: [queueArn] });
    expect(others).toEqual({});
    expect(statementsOf(resourceOf(configuration, 'aws_iam_role').assume_role_policy).Assume).toMatchObject({
      Principal: { Service: 'scheduler.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
    });
  });

  test('has an encrypted queue that takes no request without TLS', () => {
    expect(resourceOf(configuration, 'aws_sqs_queue')).toMatchObject({
      name: 'test-redis-backup-not-started',
      sqs_managed_sse_enabled: true,
    });
    expect(statementsOf(resourceOf(configuration, 'aws_sqs_queue_policy').policy).RefuseWithoutTls).toMatchObject({
      Effect: 'Deny',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    });
  });
});

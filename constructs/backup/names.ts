/** What backups go by, for whoever makes them and whoever watches them. */
import { arn, type AwsAccount } from '../aws/account';

/** Name of the workflow, of its schedule and of their roles. */
export const backupName = ({ environment }: Pick<AwsAccount, 'environment'>) => `${environment}-redis-backup`;

/** ARN of the workflow, known before there is one. */
export const backupStateMachineArn = (account: AwsAccount) =>
  arn(account, 'states', `stateMachine:${backupName(account)}`);

/** Name of the queue of the starts that failed. */
export const notStartedQueueName = (account: Pick<AwsAccount, 'environment'>) => `${backupName(account)}-not-started`;

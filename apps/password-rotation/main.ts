/** The entry of the Lambda function that changes passwords of ElastiCache users. */
import { setTimeout as pause } from 'node:timers/promises';
import { ElastiCache } from '@aws-sdk/client-elasticache';
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { isRecord, parseRequest } from './request';
import { Rotation } from './rotation';

/** What Lambda tells of a run. */
interface Context {
  getRemainingTimeInMillis(): number;
}

const secrets = new SecretsManager();
const users = new ElastiCache();

export async function handler(event: unknown, context: Context): Promise<void> {
  const rotation = new Rotation({
    secrets,
    users,
    userIds: userIds(process.env),
    patience: {
      remaining: () => context.getRemainingTimeInMillis(),
      pause: (milliseconds) => pause(milliseconds),
    },
    now: () => new Date(),
    log: (message) => console.info(message),
  });
  await rotation.handle(parseRequest(event));
}

/** @throws Error if the variable is missing or no object of texts */
function userIds({ USER_IDS: text = '' }: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const value: unknown = text === '' ? undefined : JSON.parse(text);
  if (!isRecord(value)) throw new Error('USER_IDS: expected a JSON object, ids of users by names of secrets');
  return Object.fromEntries(Object.entries(value).map(([name, id]) => [name, String(id)]));
}

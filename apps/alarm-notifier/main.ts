/** The entry of the Lambda function that tells receivers of alarms. */
import { SecretsManager } from '@aws-sdk/client-secrets-manager';
import { Notifier } from './notifier';
import type { NotificationRequest } from './requests';
import { notifierSettings } from './settings';

/** Milliseconds a receiver may take to answer. */
const patienceMilliseconds = 5_000;

/** Milliseconds for which a secret isn't read again, as External Secrets does it on Kubernetes. */
const freshMilliseconds = 300_000;

const secrets = new SecretsManager();
const known = new Map<string, { readonly text: string; readonly readAt: number }>();

async function readSecret(name: string): Promise<string> {
  const before = known.get(name);
  if (before && Date.now() - before.readAt < freshMilliseconds) return before.text;
  const { SecretString: text = '' } = await secrets.getSecretValue({ SecretId: name });
  known.set(name, { text, readAt: Date.now() });
  return text;
}

async function send({ url, body }: NotificationRequest): Promise<number> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    redirect: 'error',
    signal: AbortSignal.timeout(patienceMilliseconds),
  });
  await response.body?.cancel();
  return response.status;
}

export async function handler(event: unknown): Promise<void> {
  await new Notifier({ settings: notifierSettings(process.env), readSecret, send }).handle(event);
}

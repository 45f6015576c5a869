import { createHash } from 'node:crypto';

/** The six characters that Secrets Manager adds to the name of a secret in its ARN, by a text that belongs to the secret alone. */
export function secretSuffix(identity: string): string {
  const digest = createHash('sha256').update(identity).digest('base64');
  return digest.replace(/[^A-Za-z0-9]/g, '').slice(0, 6);
}

/** Passwords that AWS Secrets Manager generates and keeps, encrypted with a key for each group. */
import type { AwsAccount } from '../aws/account';
import { EncryptionKey } from '../aws/encryption-key';
import { GeneratedSecret, passwordField } from '../aws/generated-secret';
import type { PasswordStore } from './password-store';

/** Stage of the password before the present one. Source: "Version" of a secret, Secrets Manager guide. */
const previousStage = 'AWSPREVIOUS';

/** @param topicArn SNS topic that is notified of changes */
export const secretsManagerPasswords =
  (account: AwsAccount, topicArn: string): PasswordStore =>
  (parent, { name, description, preventDestroy }) => {
    const { arn: keyArn } = new EncryptionKey(parent, 'key', { account, name, description, preventDestroy });
    return {
      generate: (scope, id, props) => {
        const secret = new GeneratedSecret(scope, id, { account, keyArn, topicArn, preventDestroy, ...props });
        const current = {
          kind: 'secrets-manager',
          secretArn: secret.arn,
          arnPattern: secret.arnPattern,
          field: passwordField,
        } as const;
        return { current, previous: { ...current, version: previousStage } };
      },
      complete: () => [],
    };
  };

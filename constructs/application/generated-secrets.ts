/** What of the application's secrets is nobody else's: keys of sessions, and the password of the exercise's user. */
import { Construct } from 'constructs';
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import type { AwsAccount } from '../aws/account';
import { EncryptionKey } from '../aws/encryption-key';
import { GeneratedSecret, passwordField } from '../aws/generated-secret';
import { secretNames } from '../aws/secret-names';
import type { SecretPlan, SecretSource } from './secret-sources';
import { SessionKeys } from './session-keys';

export interface GeneratedSecretsProps {
  readonly account: AwsAccount;
  readonly settings: Pick<ApplicationDeploymentSettings, 'sessionKeys' | 'exercise' | 'destruction'>;
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
}

export class GeneratedSecrets extends Construct {
  readonly sessionKeys: SecretPlan;
  /** Undefined where no exercise runs. */
  readonly exercisePassword: SecretSource | undefined;

  constructor(scope: Construct, id: string, { account, settings, topicArn }: GeneratedSecretsProps) {
    super(scope, id);
    const preventDestroy = settings.destruction.kind === 'prevented';
    const { arn: keyArn } = new EncryptionKey(this, 'key', {
      account,
      name: 'application',
      description: `Application of ${account.environment}: keys of sessions, passwords`,
      preventDestroy,
    });
    const shared = { account, keyArn, topicArn, preventDestroy };
    this.sessionKeys = new SessionKeys(this, 'session-keys', { ...shared, names: settings.sessionKeys }).plan;
    if (settings.exercise.kind === 'none') return;
    const { arn: secretArn, arnPattern } = new GeneratedSecret(this, 'exercise-password', {
      ...shared,
      name: secretNames.exerciseUser,
      description: 'Password of the user that the exercise logs in as',
      username: 'user-1',
      generation: 1,
    });
    this.exercisePassword = { kind: 'secrets-manager', secretArn, arnPattern, field: passwordField };
  }
}

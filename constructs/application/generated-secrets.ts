/** What of the application's secrets is nobody else's: keys of sessions, and the password of the exercise's user. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import { secretNames } from '../aws/secret-names';
import type { PasswordGroup, PasswordStore } from '../passwords/password-store';
import type { SecretPlan, SecretSource } from './secret-sources';
import { SessionKeys } from './session-keys';

export interface GeneratedSecretsProps {
  /** Name of the environment. */
  readonly environment: string;
  readonly passwords: PasswordStore;
  readonly settings: Pick<ApplicationDeploymentSettings, 'sessionKeys' | 'exercise' | 'destruction'>;
}

export class GeneratedSecrets extends Construct {
  readonly sessionKeys: SecretPlan;
  /** Undefined where no exercise runs. */
  readonly exercisePassword: SecretSource | undefined;
  /** What has to exist before they can be read. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: GeneratedSecretsProps) {
    super(scope, id);
    const { environment, passwords: store, settings } = props;
    const passwords = store(this, {
      name: 'application',
      description: `Application of ${environment}: keys of sessions, passwords`,
      preventDestroy: settings.destruction.kind === 'prevented',
    });
    this.sessionKeys = new SessionKeys(this, 'session-keys', { names: settings.sessionKeys, passwords }).plan;
    if (settings.exercise.kind !== 'none') this.exercisePassword = this.#exercisePassword(passwords);
    this.dependables = passwords.complete([]);
  }

  #exercisePassword(passwords: PasswordGroup): SecretSource {
    return passwords.generate(this, 'exercise-password', {
      name: secretNames.exerciseUser,
      description: 'Password of the user that the exercise logs in as',
      username: 'user-1',
      generation: 1,
    }).current;
  }
}

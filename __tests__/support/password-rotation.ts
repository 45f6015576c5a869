/** A password that is changed, with AWS in memory. */
import type { SecretsApi, UsersApi } from '../../apps/password-rotation/apis';
import { Rotation } from '../../apps/password-rotation/rotation';
import { MemoryUser } from './elasticache-user';
import { MemorySecret } from './secrets-manager';

export const secretName = 'test-redis/app';
export const secretArn = `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${secretName}-AbC123`;
export const userId = 'test-redis-app';
export const firstPassword = 'the-first-password-of-all';
export const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

/** A user, its secret and what changes them. */
export interface Platform {
  readonly secret: MemorySecret;
  readonly user: MemoryUser;
  readonly rotation: Rotation;
  /** What was logged. */
  readonly log: string[];
  /** Milliseconds left to the function. */
  patience: number;
}

interface Changes {
  /** Stands between the function and AWS. */
  readonly between?: (apis: SecretsApi & UsersApi) => SecretsApi & UsersApi;
  readonly now?: Date;
}

export function makePlatform({ between = (apis) => apis, now = new Date() }: Changes = {}): Platform {
  const secret = new MemorySecret(
    [secretArn, secretName],
    JSON.stringify({ username: 'app', password: firstPassword }),
  );
  const user = new MemoryUser(userId, firstPassword);
  const log: string[] = [];
  const apis = between({
    describeSecret: (input) => secret.describeSecret({ SecretId: input.SecretId }),
    getSecretValue: (input) => secret.getSecretValue(input),
    putSecretValue: (input) => secret.putSecretValue(input),
    updateSecretVersionStage: (input) => secret.updateSecretVersionStage(input),
    describeUsers: (input) => user.describeUsers(input),
    modifyUser: (input) => user.modifyUser(input),
  });
  const platform: Platform = {
    secret,
    user,
    log,
    patience: 600_000,
    rotation: new Rotation({
      secrets: apis,
      users: apis,
      userIds: { [secretName]: userId },
      now: () => now,
      log: (message) => log.push(message),
      patience: {
        remaining: () => platform.patience,
        // A change has gone to all nodes when the function looks again.
        pause: (milliseconds) => {
          platform.patience -= milliseconds;
          user.settle();
          return Promise.resolve();
        },
      },
    }),
  };
  return platform;
}

/** One step of a rotation. */
export const step = ({ rotation }: Platform, name: (typeof steps)[number], token = 'second') =>
  rotation.handle({ Step: name, SecretId: secretArn, ClientRequestToken: token });

/** All steps, as Secrets Manager asks for them. */
export async function rotate(platform: Platform, token = 'second'): Promise<void> {
  for (const name of steps) await step(platform, name, token);
  platform.secret.endRotation();
}

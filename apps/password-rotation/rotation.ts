/**
 * Changes the password of an ElastiCache user so that the one before works on until the next change.
 *
 * Each step does only what isn't done yet, so that any of them may be interrupted and asked for again.
 */
import type { SecretsApi, UsersApi } from './apis';
import type { RotationRequest, RotationStep } from './request';
import { generatePassword, Secret, type Credentials, type Versions } from './secret';
import { User, type Patience } from './user';

export interface RotationOptions {
  readonly secrets: SecretsApi;
  readonly users: UsersApi;
  readonly patience: Patience;
  /** Ids of users by the name of the secret with their password. Nothing else is ever changed. */
  readonly userIds: Readonly<Record<string, string>>;
  readonly now: () => Date;
  /** Told what was done; never a secret. */
  readonly log: (message: string) => void;
}

/** Secrets Manager rotates within a day. */
const graceMilliseconds = 86_400_000;

export class Rotation {
  readonly #options: RotationOptions;

  constructor(options: RotationOptions) {
    this.#options = options;
  }

  /** @throws Error if it can't be done; it may be asked for again */
  async handle(request: RotationRequest): Promise<void> {
    if (!('action' in request)) {
      await this.#rotate(request);
      return;
    }
    const work = request.action === 'restore-passwords' ? this.#restorePasswords : this.#checkRotation;
    const results = await Promise.allSettled(
      Object.entries(this.#options.userIds).map(([name, userId]) =>
        work.call(this, this.#secret(name), this.#user(userId)),
      ),
    );
    const messages = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
    if (messages.length > 0) throw new Error(messages.join('; '));
  }

  async #rotate({ Step: step, SecretId: id, ClientRequestToken: version }: RotationStep): Promise<void> {
    const secret = this.#secret(id);
    const user = this.#user(this.#userIdOf(id));
    const versions = await secret.versions();
    if (versions.AWSCURRENT === version) {
      this.#options.log(`${step}: already the current version of ${id}`);
      return;
    }
    if (versions.AWSPENDING !== version) {
      throw new Error(`Secret '${id}': version ${version} is not pending; cancel the rotation and start it again`);
    }
    switch (step) {
      case 'createSecret':
        await createPending(secret, version);
        break;
      case 'setSecret':
        await setPasswords(secret, user, version);
        break;
      case 'testSecret':
        await testPasswords(secret, user, version);
        break;
      case 'finishSecret':
        await testPasswords(secret, user, version);
        await secret.makeCurrent(version, versions.AWSCURRENT);
        break;
    }
    this.#options.log(`${step}: done for ${id}`);
  }

  /**
   * Gives a user with one password the other one back. A rotation that goes on at the same time is seen by its versions:
   * what it wrote in between is written again.
   */
  async #restorePasswords(secret: Secret, user: User): Promise<void> {
    if ((await user.whenActive()) > 1) return;
    for (;;) {
      const versions = await secret.versions();
      const current = await secret.readCurrent();
      const other = (await this.#pendingOf(secret, versions)) ?? (await secret.read('AWSPREVIOUS'));
      if (!other) return;
      await user.setPasswords([other.password, current.password]);
      await user.whenActive();
      if (sameVersions(versions, await secret.versions())) break;
    }
    this.#options.log(`restored two passwords of ${user.id}`);
  }

  async #pendingOf(
    secret: Secret,
    { AWSPENDING: pending, AWSCURRENT: current }: Versions,
  ): Promise<Credentials | undefined> {
    return pending === undefined || pending === current ? undefined : secret.read('AWSPENDING', pending);
  }

  async #checkRotation(secret: Secret): Promise<void> {
    const due = await secret.dueDate();
    if (this.#options.now().getTime() > due.getTime() + graceMilliseconds) {
      throw new Error(`Secret '${secret.id}' was to be changed by ${due.toISOString()}; look for why in this log`);
    }
  }

  #secret(id: string): Secret {
    return new Secret(id, this.#options.secrets);
  }

  #user(id: string): User {
    return new User(id, this.#options.users, this.#options.patience);
  }

  /** Secrets Manager ends the name in an ARN with a hyphen and six characters. @throws Error if it is no secret of ours */
  #userIdOf(secretArn: string): string {
    const name = /:secret:(.+)-[A-Za-z0-9]{6}$/.exec(secretArn)?.[1] ?? '';
    const { userIds } = this.#options;
    const userId = Object.hasOwn(userIds, name) ? userIds[name] : undefined;
    if (userId === undefined) throw new Error(`Secret '${secretArn}' is not one that this function changes`);
    return userId;
  }
}

async function createPending(secret: Secret, version: string): Promise<void> {
  const { username } = await secret.readCurrent();
  if (await secret.read('AWSPENDING', version)) return;
  await secret.writePending(version, { username, password: generatePassword() });
}

/** The new password and the current one: whoever has not read the new one yet logs in with the other. */
async function setPasswords(secret: Secret, user: User, version: string): Promise<void> {
  const current = await secret.readCurrent();
  const pending = await secret.read('AWSPENDING', version);
  if (!pending) throw new Error(`Secret '${secret.id}': version ${version} is empty; start the rotation again`);
  if (pending.username !== current.username) {
    throw new Error(`Secret '${secret.id}': version ${version} is for another user; cancel the rotation`);
  }
  await user.setPasswords([pending.password, current.password]);
}

/**
 * Waits until all nodes know both passwords.
 *
 * Secrets Manager also asks for this step when a rotation is set up, with a version that has no password of its own:
 * then nothing was changed that could be tested.
 */
async function testPasswords(secret: Secret, user: User, version: string): Promise<void> {
  const passwordCount = await user.whenActive();
  const current = await secret.readCurrent();
  const pending = await secret.read('AWSPENDING', version);
  if (!pending || pending.password === current.password) return;
  if (passwordCount < 2) {
    throw new Error(`User '${user.id}' has one password, the new one was overwritten; it is tried again`);
  }
}

const sameVersions = (one: Versions, other: Versions) =>
  one.AWSCURRENT === other.AWSCURRENT && one.AWSPENDING === other.AWSPENDING;

/** A user of ElastiCache and its passwords, of which it may have two. */
import type { UsersApi } from './apis';
import { hasName, withoutDetails } from './secret';

/** How long something may take, and what passes the time. */
export interface Patience {
  /** Milliseconds that are left. */
  remaining(): number;
  pause(milliseconds: number): Promise<void>;
}

const pollMilliseconds = 5_000;

export class User {
  readonly id: string;
  readonly #api: UsersApi;
  readonly #patience: Patience;

  constructor(id: string, api: UsersApi, patience: Patience) {
    this.id = id;
    this.#api = api;
    this.#patience = patience;
  }

  /**
   * Waits until every node knows what was changed last.
   *
   * @returns how many passwords it has
   * @throws Error if that takes longer than there is time, or the user is being deleted
   */
  async whenActive(): Promise<number> {
    for (;;) {
      const { Users: [user] = [] } = await this.#api.describeUsers({ UserId: this.id });
      if (user?.Status === 'active') return user.Authentication?.PasswordCount ?? 0;
      if (user?.Status === 'deleting') throw new Error(`User '${this.id}' is being deleted`);
      if (this.#patience.remaining() < 2 * pollMilliseconds) {
        throw new Error(`User '${this.id}' is still ${user?.Status ?? 'unknown'}; it is tried again`);
      }
      await this.#patience.pause(pollMilliseconds);
    }
  }

  /** Lets the user log in with these passwords and no other. Connections that are there stay. */
  async setPasswords(passwords: readonly string[]): Promise<void> {
    for (;;) {
      await this.whenActive();
      try {
        await this.#api.modifyUser({ UserId: this.id, Passwords: [...new Set(passwords)] });
        return;
      } catch (error) {
        // Something else changed it in between: a deployment, say.
        if (!hasName(error, 'InvalidUserStateFault')) throw withoutDetails(`changing user '${this.id}'`, error);
        await this.#patience.pause(pollMilliseconds);
      }
    }
  }
}

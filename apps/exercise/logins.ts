/** Logs in, sparingly: logins have a rate limit of their own. */
import type { z } from 'zod';
import type { Answer, Api } from './api';
import { readBody, sessionShape } from './contract';
import { pause } from './poll';
import { readRetryAfterSeconds } from './rate-limit-headers';

export interface Login {
  readonly token: string;
  readonly session: z.infer<typeof sessionShape>;
  readonly answer: Answer;
}

export interface LoginsOptions {
  readonly api: Api;
  readonly username: string;
  readonly password: string;
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

export class Logins {
  readonly username: string;
  readonly #options: LoginsOptions;
  #current: Promise<Login> | undefined;

  constructor(options: LoginsOptions) {
    this.username = options.username;
    this.#options = options;
  }

  /** The session that all checks share; logs in if there is none. */
  current(): Promise<Login> {
    this.#current ??= this.login().catch((error: unknown) => {
      this.#current = undefined;
      throw error;
    });
    return this.#current;
  }

  /** Makes another session the shared one; undefined: the next check that needs one logs in. */
  replace(login: Login | undefined): void {
    this.#current = login && Promise.resolve(login);
  }

  /** A session of its own. `presented` is the token of a session to regenerate. */
  async login(presented?: string): Promise<Login> {
    const answer = await this.attempt({ ...(presented === undefined ? {} : { presented }) });
    const session = readBody(answer, 201, sessionShape);
    return { token: session.token, session, answer };
  }

  /** Tries to log in, and waits for as long as the limit of logins asks it to. */
  async attempt(change: { presented?: string; username?: string; wrongPassword?: boolean }): Promise<Answer> {
    const { api, username, password, signal, progress } = this.#options;
    for (;;) {
      const answer = await api.send({
        method: 'POST',
        path: '/sessions',
        ...(change.presented === undefined ? {} : { token: change.presented }),
        body: {
          username: change.username ?? username,
          password: change.wrongPassword === true ? `${password}-wrong` : password,
        },
      });
      if (answer.status !== 429) return answer;
      const seconds = readRetryAfterSeconds(answer.headers);
      progress(`the limit of logins is used up: waiting ${seconds} s`);
      await pause(seconds * 1_000, signal);
    }
  }

  /** Ends the shared session if there is one. Never throws. */
  async close(): Promise<void> {
    try {
      const login = await this.#current;
      if (login) await this.#options.api.send({ method: 'DELETE', path: '/sessions/me', token: login.token });
    } catch {
      // It ends by itself when it is idle.
    }
  }
}

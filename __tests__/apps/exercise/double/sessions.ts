import { randomBytes } from 'node:crypto';
import type { Fault } from './faults';
import { problem, type DoubleAnswer, type DoubleRequest, type Route } from './routing';

export const username = 'demo';
export const password = 'correct horse battery';

interface Session {
  /** The process that made it. */
  readonly instance: string;
}

export class SessionsDouble {
  readonly #faults: ReadonlySet<Fault>;
  readonly #sessions = new Map<string, Session>();
  logins = 0;

  constructor(faults: ReadonlySet<Fault>) {
    this.#faults = faults;
  }

  /** A refusal unless the request has a session. */
  refusal(request: DoubleRequest): DoubleAnswer | undefined {
    return this.#token(request) === undefined ? problem(401, 'No session') : undefined;
  }

  get routes(): readonly Route[] {
    return [
      { method: 'POST', path: /^\/sessions$/, answer: (request) => this.#logIn(request) },
      {
        method: 'GET',
        path: /^\/sessions\/me$/,
        answer: (request) => this.refusal(request) ?? { status: 200, body: { user, ...expiry() } },
      },
      { method: 'DELETE', path: /^\/sessions\/me$/, answer: (request) => this.#logOut(request) },
      { method: 'DELETE', path: /^\/sessions$/, answer: (request) => this.#revoke(request) },
    ];
  }

  #logIn(request: DoubleRequest): DoubleAnswer {
    this.logins++;
    const known = request.body.username === username;
    const right = known && request.body.password === password;
    if (!right && !(known && this.#faults.has('wrong passwords accepted'))) {
      return problem(
        401,
        !known && this.#faults.has('unknown users told apart') ? 'No such user' : 'Wrong credentials',
      );
    }
    const presented = this.#token(request);
    if (presented !== undefined && !this.#faults.has('the old session survives a login'))
      this.#sessions.delete(presented);
    const part = () => randomBytes(18).toString('base64url');
    const token = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${part()}.${part()}`;
    this.#sessions.set(token, { instance: request.instance });
    const attributes = this.#faults.has('a cookie without HttpOnly') ? 'SameSite=Strict' : 'HttpOnly; SameSite=Strict';
    return {
      status: 201,
      headers: { 'set-cookie': `session=${token}; Path=/; ${attributes}` },
      body: { token, user, ...expiry() },
    };
  }

  #logOut(request: DoubleRequest): DoubleAnswer {
    const token = this.#token(request);
    if (token === undefined && this.#faults.has('a second logout is refused')) return problem(401, 'No session');
    if (token !== undefined && !this.#faults.has('a logout that ends nothing')) this.#sessions.delete(token);
    return { status: 204 };
  }

  #revoke(request: DoubleRequest): DoubleAnswer {
    const refusal = this.refusal(request);
    if (refusal) return refusal;
    const revoked = this.#sessions.size;
    if (this.#faults.has('one session revoked of all')) this.#sessions.delete(this.#token(request) ?? '');
    else this.#sessions.clear();
    return { status: 200, body: { revoked } };
  }

  /** The token of a session that is there. */
  #token({ headers, instance }: DoubleRequest): string | undefined {
    const text = headers.authorization?.replace(/^Bearer /, '') ?? /session=([^;]+)/.exec(headers.cookie ?? '')?.[1];
    if (text === undefined) return undefined;
    const token = this.#sessions.has(text) ? text : this.#similar(text);
    const session = this.#sessions.get(token ?? '');
    if (!session || (this.#faults.has('sessions of one process') && session.instance !== instance)) return undefined;
    return token;
  }

  #similar(text: string): string | undefined {
    const [header, payload, signature] = text.split('.');
    return [...this.#sessions.keys()].find((known) => {
      const parts = known.split('.');
      if (this.#faults.has('altered tokens accepted'))
        return parts[1] === payload && header === parts[0] && signature !== '';
      return this.#faults.has('unsigned tokens accepted') && parts[1] === payload && signature === '';
    });
  }
}

const user = { id: 'a3f1', name: username };

function expiry() {
  return {
    createdAt: new Date().toISOString(),
    idleExpiresAt: new Date(Date.now() + 60_000).toISOString(),
    absoluteExpiresAt: new Date(Date.now() + 600_000).toISOString(),
  };
}

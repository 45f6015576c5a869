/** A client of the api that repeats what wasn't answered, as clients of an idempotent api do, with another pod each time. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface ApiClientProps {
  /** URL of the pod whose turn it is. */
  readonly nextUrl: () => string;
  readonly credentials: Credentials;
  /** Milliseconds for which one request is repeated. */
  readonly patienceMilliseconds: number;
  /** Milliseconds until one try is given up. */
  readonly tryMilliseconds: number;
}

/** No try was answered in time. */
export class UnansweredError extends Error {
  override readonly name = 'UnansweredError';
}

interface Request {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const pauseMilliseconds = 100;

/** Codes that another try may change: 401 after a new login, the others by themselves. */
const temporary: readonly number[] = [401, 429, 500, 502, 503, 504];

export class ApiClient {
  readonly #props: ApiClientProps;
  #token = '';
  #logins = 0;

  constructor(props: ApiClientProps) {
    this.#props = props;
  }

  /** Logins after the first: sessions that the platform has lost. */
  get lostSessions(): number {
    return Math.max(0, this.#logins - 1);
  }

  async login(): Promise<void> {
    this.#token = '';
    const made = await this.#repeat({ method: 'POST', path: '/sessions', body: this.#props.credentials });
    this.#token = (made as { readonly token: string }).token;
    this.#logins++;
  }

  /** @throws UnansweredError; Error for an answer that no repetition changes */
  send(request: Request): Promise<unknown> {
    return this.#repeat(request);
  }

  async #repeat(request: Request): Promise<unknown> {
    const end = performance.now() + this.#props.patienceMilliseconds;
    for (;;) {
      const answer = await this.#try(request).catch((error: unknown) => error);
      if (answer instanceof Response && answer.ok) {
        const body = await answer.json().catch((error: unknown) => new UnansweredError(String(error)));
        // The connection broke within the answer: what it was is asked again.
        if (!(body instanceof UnansweredError)) return body;
      }
      const text = answer instanceof Response ? `${answer.status} ${await textOf(answer)}` : String(answer);
      const code = answer instanceof Response ? answer.status : 0;
      if (code !== 0 && !answerIsTemporary(code)) throw new Error(`${request.method} ${request.path}: ${text}`);
      if (performance.now() > end) throw new UnansweredError(`${request.method} ${request.path}: ${text}`);
      if (code === 401 && this.#token !== '') await this.login();
      else await sleep(code === 429 ? 1_000 : pauseMilliseconds);
    }
  }

  #try({ method, path, body, headers = {} }: Request): Promise<Response> {
    const { nextUrl, tryMilliseconds } = this.#props;
    return fetch(`${nextUrl()}${path}`, {
      method,
      headers: {
        ...(this.#token !== '' && { authorization: `Bearer ${this.#token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(tryMilliseconds),
    });
  }
}

const answerIsTemporary = (code: number) => code < 400 || temporary.includes(code);

const textOf = (answer: Response) => (answer.bodyUsed ? Promise.resolve('') : answer.text().catch(() => ''));

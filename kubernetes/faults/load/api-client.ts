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
  readonly #answers = new Map<string, number>();
  #token = '';
  #logins = 0;
  #login: Promise<void> | undefined;

  constructor(props: ApiClientProps) {
    this.#props = props;
  }

  /** Logins after the first: sessions that the platform has lost. */
  get lostSessions(): number {
    return Math.max(0, this.#logins - 1);
  }

  /** How often what was repeated was answered by which code, or by which error. */
  get repeated(): ReadonlyMap<string, number> {
    return this.#answers;
  }

  /** One at a time: requests that meet a lost session at the same time share its successor. */
  login(): Promise<void> {
    this.#login ??= this.#makeSession().finally(() => {
      this.#login = undefined;
    });
    return this.#login;
  }

  /** @throws UnansweredError; Error for an answer that no repetition changes */
  send(request: Request): Promise<unknown> {
    return this.#repeat(request, () => this.#token);
  }

  async #makeSession(): Promise<void> {
    const made = await this.#repeat({ method: 'POST', path: '/sessions', body: this.#props.credentials }, () => '');
    this.#token = (made as { readonly token: string }).token;
    this.#logins++;
  }

  async #repeat(request: Request, token: () => string): Promise<unknown> {
    const end = performance.now() + this.#props.patienceMilliseconds;
    for (;;) {
      const used = token();
      const answer = await this.#try(request, used).catch((error: unknown) => error);
      if (answer instanceof Response && answer.ok) {
        const body = await answer.json().catch((error: unknown) => new UnansweredError(String(error)));
        // The connection broke within the answer: what it was is asked again.
        if (!(body instanceof UnansweredError)) return body;
      }
      const code = answer instanceof Response ? answer.status : 0;
      const text = answer instanceof Response ? `${code} ${await textOf(answer)}` : nameOf(answer);
      this.#count(code === 0 ? text : String(code));
      if (code !== 0 && !answerIsTemporary(code)) throw new Error(`${request.method} ${request.path}: ${text}`);
      if (performance.now() > end) throw new UnansweredError(`${request.method} ${request.path}: ${text}`);
      if (code === 401 && used !== '' && used === token()) await this.login();
      else await sleep(code === 429 ? 1_000 : pauseMilliseconds);
    }
  }

  #count(answer: string): void {
    this.#answers.set(answer, (this.#answers.get(answer) ?? 0) + 1);
  }

  #try({ method, path, body, headers = {} }: Request, token: string): Promise<Response> {
    const { nextUrl, tryMilliseconds } = this.#props;
    return fetch(`${nextUrl()}${path}`, {
      method,
      headers: {
        ...(token !== '' && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(tryMilliseconds),
    });
  }
}

/** `TimeoutError`, or the code of what broke the connection. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error as { readonly cause?: { readonly code?: string } };
  return cause?.code ?? error.name;
}

const answerIsTemporary = (code: number) => code < 400 || temporary.includes(code);

const textOf = (answer: Response) => (answer.bodyUsed ? Promise.resolve('') : answer.text().catch(() => ''));

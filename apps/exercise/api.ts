/** The api as a client sees it: one or more URLs, and the processes behind them by the name each puts in `X-Instance`. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpAnswer, HttpClient, Method } from './http-client';
import { CannotTell, Unexpected } from './unexpected';

/** Longest time an answer may take unless the request says otherwise. */
const defaultTimeoutMilliseconds = 10_000;

/** Connections tried, to be given to a second process, or to a particular one. */
const connectionAttempts = 30;

const maxJitterMilliseconds = 5;

/**
 * Requests at once for which a balancer is given new connections: those kept from before may all lead to one process.
 * More of them use too many connections for that.
 */
const maxFreshConnections = 200;

export interface ApiRequest {
  readonly path: string;
  /** @default GET */
  readonly method?: Method;
  /** Of a session, sent as bearer token. */
  readonly token?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** @default 10000 */
  readonly timeoutMilliseconds?: number;
}

export interface Answer extends HttpAnswer {
  /** The process that answered; empty if it did not say. */
  readonly instance: string;
}

/** What became of many requests sent at once. */
export interface Burst {
  readonly answers: readonly Answer[];
  /** One for each request without an answer. */
  readonly failures: readonly Error[];
  /** From the first request to the last answer. */
  readonly milliseconds: number;
}

export class Api {
  readonly urls: readonly URL[];
  readonly #client: HttpClient;
  /** Process → URL it was seen at. */
  readonly #seen = new Map<string, URL>();
  #turn = 0;

  constructor(client: HttpClient, urls: readonly URL[]) {
    this.#client = client;
    this.urls = urls;
  }

  /** Names of the processes seen by `discover`. */
  get instances(): readonly string[] {
    return [...this.#seen.keys()];
  }

  /**
   * Learns the processes: those of the given URLs, or those that one URL's balancer gives connections to. Stops once it
   * has seen two, and after 30 connections.
   *
   * @throws Unexpected if a URL does not answer, or answers without `X-Instance`
   */
  async discover(): Promise<void> {
    for (let attempt = 0; attempt < Math.max(connectionAttempts, this.urls.length); attempt++) {
      const url = this.#url(attempt);
      const answer = await this.#request(url, { path: '/healthz' }, true);
      if (answer.status !== 200) throw new Unexpected('GET /healthz: 200', `${answer.status} from ${url.origin}`);
      if (answer.instance === '') throw new Unexpected('GET /healthz with X-Instance', `none from ${url.origin}`);
      if (!this.#seen.has(answer.instance)) this.#seen.set(answer.instance, url);
      if (attempt + 1 >= this.urls.length && this.#seen.size >= Math.max(2, this.urls.length)) return;
    }
  }

  /** Sends to the URLs in turn. */
  send(request: ApiRequest): Promise<Answer> {
    return this.#request(this.#url(this.#turn++), request, false);
  }

  /**
   * Lets a particular process answer. With a balancer in between it repeats the request on new connections until that
   * process answers, so it is for requests that may be repeated.
   *
   * @throws Unexpected if another process answers every time
   */
  async sendTo(instance: string, request: ApiRequest): Promise<Answer> {
    const url = this.#seen.get(instance) ?? this.#url(0);
    const others = new Set<string>();
    for (let attempt = 0; attempt < connectionAttempts; attempt++) {
      const answer = await this.#request(url, request, attempt > 0);
      if (answer.instance === instance) return answer;
      others.add(answer.instance);
      // A balancer that takes turns would give clients that ask in step the same process again and again.
      await delay(Math.random() * maxJitterMilliseconds);
    }
    throw new Unexpected(`an answer of ${instance} to ${request.path}`, `answers of ${[...others].join(', ')} only`);
  }

  /**
   * A process other than this one.
   *
   * @throws CannotTell if only one was seen
   */
  another(instance: string): string {
    const other = this.instances.find((name) => name !== instance);
    if (other === undefined) throw new CannotTell(this.oneInstance);
    return other;
  }

  /** Why what needs two processes cannot be told. */
  get oneInstance(): string {
    return `one instance seen (${this.instances.join('')})`;
  }

  /** Sends `count` requests at once, to all processes. Never throws. */
  async burst(count: number, request: (index: number) => ApiRequest): Promise<Burst> {
    const startedAt = performance.now();
    const fresh = this.urls.length === 1 && count <= maxFreshConnections;
    const outcomes = await Promise.allSettled(
      Array.from({ length: count }, (_, index) => this.#request(this.#url(this.#turn++), request(index), fresh)),
    );
    return {
      answers: outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : [])),
      failures: outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : [])),
      milliseconds: performance.now() - startedAt,
    };
  }

  #url(turn: number): URL {
    const url = this.urls[turn % this.urls.length];
    if (!url) throw new RangeError('Api: give one URL or more');
    return url;
  }

  async #request(base: URL, request: ApiRequest, freshConnection: boolean): Promise<Answer> {
    const { path, method = 'GET', token, body, headers, timeoutMilliseconds = defaultTimeoutMilliseconds } = request;
    const answer = await this.#client.send({
      method,
      url: new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base),
      headers: {
        accept: 'application/json, application/problem+json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      freshConnection,
      timeoutMilliseconds,
    });
    const instance = answer.headers['x-instance'];
    return { ...answer, instance: typeof instance === 'string' ? instance : '' };
  }
}

/**
 * Carries out tasks, so many at a time, in order.
 *
 * @throws what the first failed task threw; no further one is started then
 */
export async function pooled<Item, Result>(
  items: readonly Item[],
  concurrency: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  let next = 0;
  let failed = false;
  const lane = async () => {
    while (next < items.length && !failed) {
      const index = next++;
      try {
        results[index] = await task(items[index] as Item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  return results;
}

/** Orders for as long as a fault and its end take, at a bounded rate, each with a key of its own. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient, UnansweredError, type Credentials } from './api-client';
import type { ApiPods } from './api-pods';
import { Ledger } from './ledger';

export interface OrderLoadProps {
  readonly pods: ApiPods;
  readonly credentials: Credentials;
  /** Orders under way at the same time at most. */
  readonly clients: number;
  /** Sessions, shared by the clients: their keys are in several shards. */
  readonly sessions: number;
  /** Orders a second at most. */
  readonly ordersPerSecond: number;
  /** Orders in all at most. */
  readonly maximumOrders: number;
  /** Milliseconds for which an order is repeated: longer than any fault. */
  readonly patienceMilliseconds: number;
}

/** Source: a try that isn't answered in this time is repeated with another pod; the api itself gives up before. */
const tryMilliseconds = 5_000;

export class OrderLoad {
  readonly #props: OrderLoadProps;
  readonly #sessions: readonly ApiClient[];
  readonly #errors = new Set<string>();
  readonly resourceId = `faults-${randomUUID()}`;
  readonly ledger = new Ledger();
  #started = 0;
  #startedAt = 0;
  #endedAt = 0;
  #isStopping = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(props: OrderLoadProps) {
    this.#props = props;
    const { pods, credentials, patienceMilliseconds } = props;
    const client = { nextUrl: () => pods.next(), credentials, patienceMilliseconds, tryMilliseconds };
    this.#sessions = Array.from({ length: props.sessions }, () => new ApiClient(client));
  }

  /** Logs in, makes the resource that is ordered, and starts. */
  async start(): Promise<void> {
    for (const session of this.#sessions) await session.login();
    await this.#session(0).send({
      method: 'PUT',
      path: `/resources/${this.resourceId}`,
      body: { name: 'Fault', priceCents: 1 },
    });
    this.#startedAt = performance.now();
    this.#work = Promise.all(Array.from({ length: this.#props.clients }, (_, index) => this.#orderOn(index)));
  }

  /** Starts no more orders, and ends when those under way are answered or given up. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    this.#endedAt = performance.now();
    await this.#work;
  }

  /** Answers that no repetition would change: none is expected. */
  get errors(): readonly string[] {
    return [...this.#errors];
  }

  get lostSessions(): number {
    return this.#sessions.reduce((sum, { lostSessions }) => sum + lostSessions, 0);
  }

  /** How often what was repeated was answered by which code, or by which error. */
  get repeated(): Readonly<Record<string, number>> {
    const all: Record<string, number> = {};
    for (const { repeated } of this.#sessions)
      for (const [answer, count] of repeated) all[answer] = (all[answer] ?? 0) + count;
    return all;
  }

  get pauses() {
    return this.ledger.pauses(this.#startedAt, this.#endedAt);
  }

  /** Status of an order by the api. */
  async status(id: string): Promise<string> {
    const found = await this.#session(this.#started).send({ method: 'GET', path: `/orders/${id}` });
    return (found as { readonly status: string }).status;
  }

  async #orderOn(index: number): Promise<void> {
    const { clients, ordersPerSecond, maximumOrders } = this.#props;
    const intervalMilliseconds = (clients * 1_000) / ordersPerSecond;
    await sleep((index * 1_000) / ordersPerSecond);
    while (!this.#isStopping && this.#started < maximumOrders) {
      const startedAt = performance.now();
      await this.#order(this.#started++, startedAt);
      await sleep(Math.max(0, startedAt + intervalMilliseconds - performance.now()));
    }
  }

  async #order(number: number, startedAt: number): Promise<void> {
    const quantity = 1 + (number % 3);
    try {
      const made = await this.#session(number).send({
        method: 'POST',
        path: '/orders',
        body: { resourceId: this.resourceId, quantity },
        headers: { 'idempotency-key': randomUUID() },
      });
      const acceptedAt = performance.now();
      const { id } = made as { readonly id: string };
      this.ledger.accept({ id, quantity, acceptedAt, waited: acceptedAt - startedAt });
    } catch (error) {
      this.ledger.giveUp();
      this.#errors.add(error instanceof UnansweredError ? `given up: ${error.message}` : String(error));
    }
  }

  #session(number: number): ApiClient {
    const session = this.#sessions[number % this.#sessions.length];
    if (!session) throw new Error('sessions: at least one is needed');
    return session;
  }
}

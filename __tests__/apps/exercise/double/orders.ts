import { randomUUID } from 'node:crypto';
import type { Fault } from './faults';
import type { ResourcesDouble } from './resources';
import { problem, type DoubleAnswer, type DoubleRequest, type Route } from './routing';
import type { SessionsDouble } from './sessions';

interface Order {
  readonly id: string;
  readonly resourceId: string;
  readonly quantity: number;
  readonly createdAt: string;
  status: 'accepted' | 'effected' | 'dead';
  effectedAt?: string;
  worker?: string;
  attempts?: number;
  failureReason?: string | undefined;
}

export class OrdersDouble {
  readonly #faults: ReadonlySet<Fault>;
  readonly #sessions: SessionsDouble;
  readonly #resources: ResourcesDouble;
  readonly #orders = new Map<string, Order>();
  readonly #keys = new Map<string, Order>();
  #refusals: number;

  constructor(faults: ReadonlySet<Fault>, sessions: SessionsDouble, resources: ResourcesDouble, refusals: number) {
    this.#refusals = refusals;
    this.#faults = faults;
    this.#sessions = sessions;
    this.#resources = resources;
  }

  get routes(): readonly Route[] {
    const guarded = (answer: (request: DoubleRequest) => DoubleAnswer) => (request: DoubleRequest) =>
      this.#sessions.refusal(request) ?? answer(request);
    return [
      {
        method: 'POST',
        path: /^\/orders$/,
        answer: guarded((request) => this.#overloaded(request) ?? this.#accept(request)),
      },
      { method: 'GET', path: /^\/orders\/([^/]+)$/, answer: guarded((request) => this.#read(request)) },
      { method: 'POST', path: /^\/orders\/([^/]+)\/replay$/, answer: guarded((request) => this.#replay(request)) },
    ];
  }

  #overloaded({ headers }: DoubleRequest): DoubleAnswer | undefined {
    const isFirst = String(headers['idempotency-key'] ?? '').endsWith('order-0');
    const asks: Record<string, string> = this.#faults.has('no Retry-After') ? {} : { 'retry-after': '1' };
    return isFirst && this.#refusals-- > 0 ? problem(503, 'Overloaded', asks) : undefined;
  }

  #accept({ headers, body }: DoubleRequest): DoubleAnswer {
    const key = String(headers['idempotency-key'] ?? '');
    const { resourceId, quantity } = body;
    if (typeof resourceId !== 'string' || typeof quantity !== 'number') return problem(400, 'Bad order');
    const known = this.#keys.get(key);
    const same = known?.resourceId === resourceId && known.quantity === quantity;
    if (known && same && !this.#faults.has('an order for each request')) return this.#repeat(known);
    const refusal = this.#refusal({ key, resourceId, quantity, used: known !== undefined && !same });
    if (refusal) return refusal;
    const createdAt = new Date().toISOString();
    const order: Order = { id: randomUUID(), resourceId, quantity, createdAt, status: 'accepted' };
    this.#orders.set(order.id, order);
    this.#keys.set(key, order);
    setTimeout(() => this.#handle(order, key.endsWith('order-3')), 5);
    return this.#accepted(order, {});
  }

  #refusal(order: { key: string; resourceId: string; quantity: number; used: boolean }): DoubleAnswer | undefined {
    if (order.quantity < 1) return problem(400, 'Bad order');
    if (order.key === '' && !this.#faults.has('a key not required')) return problem(400, 'No Idempotency-Key');
    if (order.used && !this.#faults.has('a key for two orders')) return problem(422, 'A key for two orders');
    const unknown = this.#resources.find(order.resourceId) === undefined;
    return unknown && !this.#faults.has('unknown resources ordered') ? problem(422, 'No such resource') : undefined;
  }

  #repeat(order: Order): DoubleAnswer {
    if (order.status === 'effected' && this.#faults.has('a repetition at the end counts')) this.#effect(order);
    return this.#accepted(
      order,
      this.#faults.has('a repetition that says nothing') ? {} : { 'idempotency-replayed': 'true' },
    );
  }

  #accepted({ id, resourceId, quantity, createdAt }: Order, more: Readonly<Record<string, string>>): DoubleAnswer {
    const location: Record<string, string> = this.#faults.has('no Location') ? {} : { location: `/orders/${id}` };
    return {
      status: 202,
      headers: { 'content-type': 'application/json', ...location, ...more },
      body: { id, status: 'accepted', resourceId, quantity, createdAt },
    };
  }

  /** `chosen`: the one order to which things happen. */
  #handle(order: Order, chosen: boolean): void {
    const happens = (fault: Fault) => chosen && this.#faults.has(fault);
    if (happens('one order lost')) return;
    order.attempts = (order.attempts ?? 0) + 1;
    if (this.#fails(order) || happens('one order dead')) {
      order.status = 'dead';
      order.failureReason = this.#faults.has('poison without a reason') ? undefined : 'the resource is not available';
      return;
    }
    if (!happens('no effect behind the status')) this.#effect(order);
    if (happens('one order effected twice')) this.#effect(order);
    Object.assign(order, { status: 'effected', effectedAt: new Date().toISOString(), worker: 'worker-1' });
    delete order.failureReason;
  }

  #fails({ resourceId }: Order): boolean {
    return this.#resources.find(resourceId)?.available === false && !this.#faults.has('poison effected');
  }

  #effect({ resourceId, quantity }: Order): void {
    this.#resources.sell(resourceId, quantity);
  }

  #read({ parameters: [id = ''] }: DoubleRequest): DoubleAnswer {
    const order = this.#orders.get(id);
    return order ? { status: 200, body: order } : problem(404, 'No such order');
  }

  #replay({ parameters: [id = ''] }: DoubleRequest): DoubleAnswer {
    const order = this.#orders.get(id);
    if (!order) return problem(404, 'No such order');
    if (order.status !== 'dead') {
      return this.#faults.has('effected orders replayed') ? { status: 202 } : problem(409, 'Not dead');
    }
    if (this.#faults.has('poison that stays dead')) return { status: 202 };
    order.status = 'accepted';
    setTimeout(() => this.#handle(order, false), 5);
    return { status: 202, body: order };
  }
}

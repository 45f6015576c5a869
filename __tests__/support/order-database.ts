/** A database for the tests of orders. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { createOrder, type OrderRequest } from '../../apps/database/orders';
import { startDatabase, type TestDatabase } from './postgres';

/** A database for the tests of a file. Each begins with eight resources, `resource-1` and so on, and without orders. */
export class OrderDatabase {
  #database: TestDatabase | undefined;
  readonly resourceIds = Array.from({ length: 8 }, (_, index) => `resource-${index + 1}`);

  constructor() {
    beforeAll(async () => {
      this.#database = await startDatabase();
    });
    beforeEach(async () => {
      await this.owner.query('truncate order_outbox, order_effects, orders, resources');
      await this.owner.query(
        `insert into resources (id, name, price_cents) select id, id, 100 from unnest($1::text[]) id`,
        [this.resourceIds],
      );
    });
    afterAll(() => this.#database?.stop());
  }

  get owner(): Pool {
    return this.#started.owner;
  }

  get application(): Pool {
    return this.#started.application;
  }

  /** Accepts an order. @returns its id */
  async placeOrder(changes: Partial<OrderRequest> = {}): Promise<string> {
    return (await createOrder(this.application, orderRequest(changes))).order.id;
  }

  get #started(): TestDatabase {
    if (!this.#database) throw new Error('the database is not started yet');
    return this.#database;
  }
}

/** A request for two units of `resource-1` but for the changes, under a key of its own. */
export function orderRequest(changes: Partial<OrderRequest> = {}): OrderRequest {
  return { userId: 'user-1', resourceId: 'resource-1', quantity: 2, idempotencyKey: randomUUID(), ...changes };
}

/** Servers, orders and workers for the tests of the worker. */
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import {
  createOrder,
  findOrder,
  type FoundOrder,
  type OrderMessage,
  type OrderRequest,
  type OrderStatus,
} from '../../apps/database/orders';
import { measureBacklog } from '../../apps/database/outbox';
import { createPool } from '../../apps/database/pool';
import { findResource, saveResource } from '../../apps/database/resources';
import { connectRedis, disconnectRedis, type RedisClient } from '../../apps/redis/client';
import { DeadLetters } from '../../apps/redis/stream-queue/dead-letters';
import { StreamProducer } from '../../apps/redis/stream-queue/producer';
import { partitionsOf } from '../../apps/redis/stream-queue/queue';
import { snapshotQueue, type QueueSnapshot } from '../../apps/redis/stream-queue/snapshot';
import { orders } from '../../apps/service/order-queue';
import type { Variables } from '../../apps/service/settings';
import { startServers, type TestServers } from './application';
import { eventually } from './eventually';
import { freePorts } from './free-ports';
import { WorkerProcess, type Exit } from './worker-process';

/** A row of a resource that nobody else can change, so that its effects wait. */
export interface HeldResource {
  release(): Promise<void>;
}

/** Settings with which tests are quick; the outbox is left alone. */
const quick: Variables = {
  LEADER_TTL_MILLISECONDS: '1000',
  RETRY_DELAY_MILLISECONDS: '20',
  OUTBOX_REPLAY_AFTER_MILLISECONDS: '86400000',
};

/**
 * Servers for the tests of a file, and workers that end with their test. Each test begins with an empty queue and without
 * orders.
 */
export class WorkerTests {
  #servers: TestServers | undefined;
  #client: RedisClient | undefined;
  #patient: Pool | undefined;
  readonly #processes: WorkerProcess[] = [];
  readonly #holds: HeldResource[] = [];

  constructor() {
    beforeAll(async () => {
      this.#servers = await startServers();
      this.#client = connectRedis(this.#servers.cluster.settings('worker'));
      const owner = this.#servers.database.databaseSettings('owner');
      this.#patient = createPool({ ...owner, statementTimeoutMilliseconds: 0 }, () => undefined);
    });
    beforeEach(() => this.#reset());
    afterEach(() => this.#endAll());
    afterAll(async () => {
      if (this.#client) await disconnectRedis(this.#client);
      await this.#patient?.end();
      await this.#servers?.stop();
    });
  }

  get servers(): TestServers {
    return started(this.#servers);
  }

  /** As the worker is connected. */
  get client(): RedisClient {
    return started(this.#client);
  }

  /** As the worker is connected, but with more time. */
  get database(): Pool {
    return this.servers.database.application;
  }

  get letters(): DeadLetters {
    return new DeadLetters(this.client, orders);
  }

  get snapshot(): Promise<QueueSnapshot> {
    return snapshotQueue(this.client, orders);
  }

  /** What the runs of the program in this test printed so far. */
  get output(): string {
    return this.#processes.map(({ output }) => output).join('');
  }

  /** Starts a worker, without waiting for it. */
  async spawn(name: string, variables: Variables = {}): Promise<WorkerProcess> {
    const [port = 0] = await freePorts(1);
    return this.run([], { ...this.servers.variables('worker', name), ...quick, PORT: String(port), ...variables });
  }

  /** Starts a worker and waits until it consumes. */
  async start(name: string, variables: Variables = {}): Promise<WorkerProcess> {
    return (await this.spawn(name, variables)).ready();
  }

  /** Starts `worker-1` and `worker-2`. */
  startTwo(variables: Variables = {}): Promise<[WorkerProcess, WorkerProcess]> {
    return Promise.all([this.start('worker-1', variables), this.start('worker-2', variables)]);
  }

  /** Runs a command of the program to its end. */
  command(args: readonly string[], variables: Variables = {}): Promise<Exit> {
    return this.run(args, { ...this.servers.variables('worker', 'command'), ...variables }).exited;
  }

  /** Runs the program with just these variables. */
  run(args: readonly string[], variables: Variables): WorkerProcess {
    const process = new WorkerProcess(variables, args);
    this.#processes.push(process);
    return process;
  }

  /** Accepts orders as the api does, but leaves them in the outbox. */
  async accept(count: number, changes: Partial<OrderRequest> = {}): Promise<OrderMessage[]> {
    const order = { userId: 'user-1', resourceId: 'resource-1', quantity: 1, ...changes };
    const created = Array.from({ length: count }, () =>
      createOrder(this.database, { idempotencyKey: randomUUID(), ...order }),
    );
    return (await Promise.all(created)).map(({ order: { id: orderId, userId, resourceId, quantity } }) => ({
      ...{ orderId, userId, resourceId, quantity },
    }));
  }

  /** Accepts an order and puts it on the queue. */
  async order(changes: Partial<OrderRequest> = {}): Promise<OrderMessage> {
    const [message] = await this.orderMany(1, changes);
    return started(message);
  }

  async orderMany(count: number, changes: Partial<OrderRequest> = {}): Promise<OrderMessage[]> {
    const messages = await this.accept(count, changes);
    await this.publish(messages);
    return messages;
  }

  /** Accepts orders and puts them on the queue, each in another partition as long as there is one. */
  async orderSpread(count: number, changes: Partial<OrderRequest> = {}): Promise<void> {
    const producer = new StreamProducer(this.client, orders);
    for (const message of await this.accept(count, changes)) await producer.add(message);
  }

  /** @param partitionKey to put them all into one partition @default - 64 together into one */
  async publish(messages: readonly OrderMessage[], partitionKey?: string): Promise<void> {
    const options = partitionKey === undefined ? {} : { partitionKey };
    await new StreamProducer(this.client, orders).addMany(messages, options);
  }

  async find({ orderId }: OrderMessage): Promise<FoundOrder | undefined> {
    return findOrder(this.database, orderId);
  }

  /** How many orders each worker effected. */
  async effects(): Promise<Record<string, number>> {
    const { rows } = await this.database.query<{ worker: string; count: number }>(
      'select worker, count(*) as count from order_effects group by worker order by worker',
    );
    return Object.fromEntries(rows.map(({ worker, count }) => [worker, count]));
  }

  async orderCount(status: OrderStatus): Promise<number> {
    const { rowCount } = await this.database.query('select from orders where status = $1', [status]);
    return rowCount ?? 0;
  }

  async unitsSold(resourceId = 'resource-1'): Promise<number> {
    return (await findResource(this.database, resourceId))?.unitsSold ?? NaN;
  }

  /** Waits until every order is effected and nothing of them is left in the queue. */
  async settled(milliseconds = 20_000): Promise<void> {
    await eventually(async () => {
      const { depth, delayed } = await this.snapshot;
      return depth + delayed === 0 && (await measureBacklog(this.database)).pending === 0;
    }, milliseconds);
  }

  async setAvailable(resourceId: string, available: boolean): Promise<void> {
    await saveResource(this.database, { id: resourceId, name: resourceId, priceCents: 1, available });
  }

  /** Makes effects on a resource wait, until they are let go or the test ends. */
  async hold(resourceId: string): Promise<HeldResource> {
    const client = await started(this.#patient).connect();
    await client.query('begin');
    await client.query('select from resources where id = $1 for no key update', [resourceId]);
    let released = false;
    const hold: HeldResource = {
      release: async () => {
        if (released) return;
        released = true;
        await client.query('rollback');
        client.release();
      },
    };
    this.#holds.push(hold);
    return hold;
  }

  /** Waits until so many statements of a worker wait for a row. @param count @default - one or more */
  async blocked(worker: string, count?: number): Promise<void> {
    const waiting = `select from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'`;
    await eventually(async () => {
      const { rowCount } = await this.database.query(waiting, [worker]);
      return count === undefined ? (rowCount ?? 0) > 0 : rowCount === count;
    });
  }

  /** Ends the statements of a worker that died, as the server does once it notices. */
  async disconnect(worker: string): Promise<void> {
    const backends = 'from pg_stat_activity where application_name = $1';
    await this.database.query(`select pg_terminate_backend(pid) ${backends}`, [worker]);
    await eventually(async () => (await this.database.query(`select ${backends}`, [worker])).rowCount === 0);
  }

  async #reset(): Promise<void> {
    const { owner } = this.servers.database;
    await owner.query('truncate order_outbox, order_effects, orders');
    await owner.query('update resources set available = true, units_sold = 0');
    for (const { stream, delayed, deadLetters } of partitionsOf(orders)) {
      await this.client.del(stream, delayed, deadLetters);
    }
  }

  async #endAll(): Promise<void> {
    const processes = this.#processes.splice(0);
    for (const worker of processes) worker.kill('SIGKILL');
    await Promise.all(this.#holds.splice(0).map((hold) => hold.release()));
    await Promise.all(processes.map(({ exited }) => exited));
    for (const { output, passwords } of processes) {
      for (const password of passwords) expect(output).not.toContain(password);
    }
  }
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('there is none yet');
  return value;
}

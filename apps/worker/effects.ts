/** The effect of orders: what the worker is for. */
import { effectOrders, type OrderEffect } from '../database/order-effects';
import type { OrderMessage } from '../database/orders';
import type { Queryable } from '../database/pool';
import type { BatchHandler } from '../redis/stream-queue/consumer-options';
import { PermanentFailure, Postponement } from '../redis/stream-queue/message';

export interface EffectsOptions {
  readonly database: Queryable;
  /** Name kept with each effect. */
  readonly worker: string;
  /** Makes every cache forget a resource that is older than the version. */
  readonly invalidate: (resourceId: string, version: number) => Promise<unknown>;
}

/**
 * Handles orders: all of a batch in one statement, each at most once whoever else handles it too, then the caches.
 *
 * An order whose resource is not on sale fails and is tried again; one that doesn't exist fails for good. While the
 * database can't be reached nothing is an order's fault: all are postponed.
 */
export function effectHandler({ database, worker, invalidate }: EffectsOptions): BatchHandler<OrderMessage> {
  return async (messages) => {
    const ids = messages.map(({ payload }) => payload.orderId);
    const effects = await effectOrders(database, ids, worker).catch((error: unknown) => {
      throw new Postponement('the database did not effect the batch', { cause: error });
    });
    await Promise.all([...newestVersions(effects)].map(([id, version]) => invalidate(id, version)));
    return messages.map(({ payload }, index) => failureOf(payload, effects[index]));
  };
}

/** Changed resources with their newest version. */
function newestVersions(effects: readonly OrderEffect[]): Map<string, number> {
  const versions = new Map<string, number>();
  for (const { resource } of effects) {
    if (resource) versions.set(resource.id, Math.max(resource.version, versions.get(resource.id) ?? 0));
  }
  return versions;
}

function failureOf({ orderId, resourceId }: OrderMessage, effect: OrderEffect | undefined): Error | undefined {
  switch (effect?.outcome) {
    case 'effected':
    case 'settled':
      return undefined;
    case 'unavailable':
      return new Error(`resource '${resourceId}' is not available`);
    default:
      return new PermanentFailure(`there is no order '${orderId}'`);
  }
}

import { z } from 'zod';
import { resourceId } from './resource';

export const orderInput = z.strictObject({ resourceId, quantity: z.int().min(1).max(1_000) });

export const order = z.object({
  id: z.string(),
  status: z.enum(['accepted', 'effected', 'dead']),
  resourceId: z.string(),
  quantity: z.int(),
  createdAt: z.date(),
});

export const foundOrder = order.extend({
  effectedAt: z.date().nullable(),
  /** Worker that effected it. */
  worker: z.string().nullable(),
  /** Why it is dead. */
  failureReason: z.string().nullable(),
});

/** Chosen by the client, one for each order it means to make. */
export const idempotencyKey = z
  .string()
  .regex(/^[\x20-\x7e]{1,255}$/, 'a header Idempotency-Key of 1 to 255 printable characters');

import { z } from 'zod';
import { storableText } from './text';

export const resourceId = z.string().regex(/^[\w.-]{1,128}$/, '1 to 128 letters, digits, dots, hyphens or underscores');

export const resourceInput = z.strictObject({
  name: storableText.trim().min(1).max(200),
  priceCents: z.int().min(0).max(2_147_483_647),
  /** Whether it is on sale. */
  available: z.boolean().default(true),
});

export const resource = z.object({
  id: z.string(),
  name: z.string(),
  priceCents: z.int(),
  available: z.boolean(),
  unitsSold: z.int(),
  /** Grows by one with every change. */
  version: z.int(),
  updatedAt: z.date(),
});

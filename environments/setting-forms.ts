/** Forms that settings of several kinds have in common. */
import { z } from 'zod';

/** Why something dangerous is right here, in words. */
export const reason = z.string().trim().min(10);

/** Nothing, and why that is right here. */
export const none = z.strictObject({ kind: z.literal('none'), reason });

/** Whether Terraform may destroy or replace what can't be made anew. The setting says what that is. */
export const destruction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('prevented') }),
  z.strictObject({ kind: z.literal('allowed'), reason }),
]);

/** Digest of an image. */
export const imageDigest = z.string().regex(/^sha256:[0-9a-f]{64}$/);

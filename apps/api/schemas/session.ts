import { z } from 'zod';
import { storableText } from './text';

export const credentials = z.strictObject({
  username: storableText.min(1).max(128),
  password: z.string().min(1).max(1_024),
});

export const user = z.object({ id: z.string(), name: z.string() });

export const currentSession = z.object({
  user,
  createdAt: z.date(),
  /** Ends then, unless a request comes before. */
  idleExpiresAt: z.date(),
  /** Ends then in any case. */
  absoluteExpiresAt: z.date(),
});

export const newSession = currentSession.extend({ token: z.string() });

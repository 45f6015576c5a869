/** Settings of the receiver of alerts. */
import { z } from 'zod';
import { integer } from '../service/settings';

export const receiverVariables = z.object({
  HOST: z.string().default('127.0.0.1'),
  PORT: integer(1, 65_535),
  /** File that notifications are added to, a line of JSON each. */
  FILE: z.string().min(1),
});

/** Settings of the api. */
import { z } from 'zod';
import { parseSessionKeys } from '../redis/key-ring';
import { cacheTtlMilliseconds, commonVariables, integer, rateLimit, secretFile } from '../service/settings';

const sessionKeysFile = secretFile.transform((text, context) => {
  try {
    return parseSessionKeys(text);
  } catch (error) {
    // Its message tells what is wrong and no key.
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) });
    return z.NEVER;
  }
});

/** @default false */
const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((text) => text === 'true');

/** What the api is told beside what every program is. */
export const apiVariables = commonVariables.extend({
  /** Processes of the api; each takes its share of a rate limit while Redis is down. */
  API_INSTANCES: integer(1, 10_000).default(1),
  /** Whether to believe `X-Forwarded-For` and `X-Forwarded-Proto`: only behind a proxy that sets them. */
  TRUST_PROXY: flag,
  /** Whether there is a page that shows the platform to anyone who reaches the api. */
  CONSOLE: flag,
  /** Names of the users who may act on the console, divided by commas. */
  OPERATORS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((name) => name !== '')),
  /** Where the console asks for alerts. @default - it says that it knows of none */
  ALERTMANAGER_URL: z.url().optional(),
  SESSION_KEYS_FILE: sessionKeysFile,
  SESSION_IDLE_SECONDS: integer(60, 31_536_000).default(1_800),
  SESSION_ABSOLUTE_SECONDS: integer(60, 31_536_000).default(43_200),
  CACHE_TTL_MILLISECONDS: cacheTtlMilliseconds,
  CACHE_LOCAL_TTL_MILLISECONDS: integer(1, 60_000).default(1_000),
  RATE_LIMIT_LOGIN: rateLimit.default({ quota: 20, windowSeconds: 60 }),
  RATE_LIMIT_DEFAULT: rateLimit.default({ quota: 20_000, windowSeconds: 10 }),
  RATE_LIMIT_FIXED: rateLimit.default({ quota: 100, windowSeconds: 10 }),
  RATE_LIMIT_SLIDING: rateLimit.default({ quota: 100, windowSeconds: 10 }),
});

export type ApiSettings = z.output<typeof apiVariables>;

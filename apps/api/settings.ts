/** Settings of the api. */
import { z } from 'zod';
import { commonVariables, integer, rateLimit, secretFile } from '../service/settings';

const key = z.strictObject({
  id: z.string().min(1),
  key: z.string().refine((text) => Buffer.from(text, 'base64url').length === 32, '32 bytes in base64url'),
});

/** Keys for sessions: the first of each kind is used, all are accepted. */
const sessionKeys = z.strictObject({ encryption: z.array(key).min(1), signing: z.array(key).min(1) });

/** The content of `SESSION_KEYS_FILE`. */
export type SessionKeys = z.output<typeof sessionKeys>;

const sessionKeysFile = secretFile.transform((text, context): SessionKeys => {
  try {
    return sessionKeys.parse(JSON.parse(text));
  } catch {
    // Nothing of the file's content goes into the message: it holds keys.
    context.addIssue({
      code: 'custom',
      message: 'JSON {"encryption":[{"id","key"}],"signing":[{"id","key"}]}, each key 32 bytes in base64url',
    });
    return z.NEVER;
  }
});

/** What the api is told beside what every program is. */
export const apiVariables = commonVariables.extend({
  /** Processes of the api; each takes its share of a rate limit while Redis is down. */
  API_INSTANCES: integer(1, 10_000).default(1),
  /** Whether to believe `X-Forwarded-For` and `X-Forwarded-Proto`: only behind a proxy that sets them. */
  TRUST_PROXY: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
  SESSION_KEYS_FILE: sessionKeysFile,
  SESSION_IDLE_SECONDS: integer(60, 31_536_000).default(1_800),
  SESSION_ABSOLUTE_SECONDS: integer(60, 31_536_000).default(43_200),
  CACHE_TTL_MILLISECONDS: integer(100, 86_400_000).default(60_000),
  CACHE_LOCAL_TTL_MILLISECONDS: integer(1, 60_000).default(1_000),
  RATE_LIMIT_LOGIN: rateLimit.default({ quota: 20, windowSeconds: 60 }),
  RATE_LIMIT_DEFAULT: rateLimit.default({ quota: 20_000, windowSeconds: 10 }),
  RATE_LIMIT_FIXED: rateLimit.default({ quota: 100, windowSeconds: 10 }),
  RATE_LIMIT_SLIDING: rateLimit.default({ quota: 100, windowSeconds: 10 }),
});

export type ApiSettings = z.output<typeof apiVariables>;

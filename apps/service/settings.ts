/** Settings of a program, from its environment variables: validated at its start, all problems at once. */
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { violationsOf } from '../../constructs/validation/schema-violations';
import { throwViolations } from '../../constructs/validation/violations';
import type { DatabaseSettings } from '../database/pool';
import type { RedisSettings } from '../redis/settings';

/** Environment variables. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Text that is allowed, with what is said if it isn't: of a pattern a reader would be shown the pattern alone. */
function text(isAllowed: (value: string) => boolean, expected: string) {
  return z.string().refine(isAllowed, expected);
}

const isWithin = (value: string, least: number, most: number) =>
  /^\d+$/.test(value) && Number(value) >= least && Number(value) <= most;

/** An integer within a range, written in digits. */
export function integer(least: number, most: number) {
  return text((value) => isWithin(value, least, most), `a whole number from ${least} to ${most}`).transform(Number);
}

/** `<quota>/<seconds>`, such as `20/60`. */
export const rateLimit = text(
  (value) => /^[1-9]\d{0,6}\/[1-9]\d{0,4}$/.test(value),
  '<quota>/<seconds>, such as 20/60',
).transform((value) => {
  const [quota = 0, windowSeconds = 0] = value.split('/').map(Number);
  return { quota, windowSeconds };
});

/** The content of a file whose path is the value: there, not empty, and closed to everyone but owner and group. */
export const secretFile = z.string().transform((file, context) => {
  const problem = problemOf(file);
  if (problem === undefined) return readFileSync(file, 'utf8').trim();
  context.addIssue({ code: 'custom', message: problem });
  return z.NEVER;
});

/** The path of such a file, for what reads it again at each use. */
export const secretFilePath = z.string().superRefine((file, context) => {
  const problem = problemOf(file);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

/** The path of a file that is there and not empty. */
export const publicFile = z
  .string()
  .refine((file) => sizeOf(file) > 0, 'the path of a readable file that is not empty');

const addresses = text(
  (value) => value.split(',').every(isAddress),
  'host:port, several divided by commas, ports from 1 to 65535',
).transform((value) =>
  value.split(',').map((part) => {
    const [host = '', port = ''] = part.split(':');
    return { host, port: Number(port) };
  }),
);

function isAddress(value: string): boolean {
  const port = /^[\w.-]+:(\d{1,5})$/.exec(value)?.[1];
  return port !== undefined && isWithin(port, 1, 65_535);
}

/**
 * Longest time for which the cache of resources serves what it has. The same for all programs: what one can't invalidate at
 * once it tries again for that long.
 */
export const cacheTtlMilliseconds = integer(100, 86_400_000).default(60_000);

/** What every program of the application is told. */
export const commonVariables = z.object({
  INSTANCE_NAME: text((value) => /^[\w.-]{1,64}$/.test(value), '1 to 64 letters, digits, dots, hyphens or underscores'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: integer(0, 65_535),
  REDIS_TOPOLOGY: z.enum(['cluster', 'sentinel', 'standalone']),
  REDIS_ADDRESSES: addresses,
  REDIS_MASTER_NAME: z.string().min(1).optional(),
  REDIS_SENTINEL_USERNAME: z.string().min(1).optional(),
  REDIS_SENTINEL_PASSWORD_FILE: secretFile.optional(),
  REDIS_USERNAME: z.string().min(1),
  REDIS_PASSWORD_FILE: secretFile,
  REDIS_CA_FILE: publicFile,
  REDIS_FAILOVER_MILLISECONDS: integer(1_000, 300_000).default(15_000),
  REDIS_DEADLINE_MILLISECONDS: integer(10, 60_000).default(1_000),
  DATABASE_HOST: z.string().min(1),
  DATABASE_PORT: integer(1, 65_535),
  DATABASE_NAME: z.string().min(1),
  DATABASE_USERNAME: z.string().min(1),
  DATABASE_PASSWORD_FILE: secretFilePath,
  DATABASE_CA_FILE: publicFile,
  DATABASE_POOL_SIZE: integer(1, 1_000).default(10),
});

/** Values of the common variables. */
export type CommonSettings = z.output<typeof commonVariables>;

/**
 * Reads the settings of a program.
 *
 * @throws ViolationsError with every bad variable: its name, value (of a file its path, never its content), what is allowed and the remedy
 */
export function readSettings<Schema extends z.ZodType>(
  program: string,
  schema: Schema,
  variables: Variables,
): z.output<Schema> {
  // An empty variable is one that isn't set: that is how manifests and shells leave one out.
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success) throwViolations(`settings of ${program}`, violationsOf(parsed.error, schema, given));
  return parsed.data as z.output<Schema>;
}

/** How to reach Redis. @throws ViolationsError if the Sentinels' master has no name */
export function redisSettings(settings: CommonSettings): RedisSettings {
  const common = {
    username: settings.REDIS_USERNAME,
    password: settings.REDIS_PASSWORD_FILE,
    caCertificate: readFileSync(settings.REDIS_CA_FILE, 'utf8'),
    failoverMilliseconds: settings.REDIS_FAILOVER_MILLISECONDS,
    connectionName: settings.INSTANCE_NAME,
  };
  const nodes = settings.REDIS_ADDRESSES;
  switch (settings.REDIS_TOPOLOGY) {
    case 'cluster':
      return { ...common, topology: 'cluster', seeds: nodes };
    case 'sentinel':
      return {
        ...common,
        topology: 'sentinel',
        sentinels: nodes,
        masterName: masterName(settings),
        ...sentinelLogin(settings),
      };
    case 'standalone':
      return { ...common, topology: 'standalone', address: nodes[0] ?? { host: '', port: 0 } };
  }
}

/** Nothing, if Sentinels know the program as the servers do. */
function sentinelLogin({ REDIS_SENTINEL_USERNAME: username, REDIS_SENTINEL_PASSWORD_FILE: password }: CommonSettings) {
  if (password === undefined) return {};
  return { sentinelLogin: { ...(username !== undefined && { username }), password } };
}

/** How to reach Postgres. */
export function databaseSettings(settings: CommonSettings): DatabaseSettings {
  return {
    host: settings.DATABASE_HOST,
    port: settings.DATABASE_PORT,
    database: settings.DATABASE_NAME,
    user: settings.DATABASE_USERNAME,
    passwordFile: settings.DATABASE_PASSWORD_FILE,
    caFile: settings.DATABASE_CA_FILE,
    applicationName: settings.INSTANCE_NAME,
    poolSize: settings.DATABASE_POOL_SIZE,
  };
}

function masterName({ REDIS_MASTER_NAME: name }: CommonSettings): string {
  throwViolations(
    'settings',
    name === undefined
      ? [
          {
            setting: 'REDIS_MASTER_NAME',
            value: name,
            expected: 'the name under which the Sentinels watch the master, since REDIS_TOPOLOGY is sentinel',
            remedy: 'Set REDIS_MASTER_NAME',
          },
        ]
      : [],
  );
  return name ?? '';
}

function problemOf(file: string): string | undefined {
  if (sizeOf(file) <= 0) return 'the path of a readable file that is not empty';
  return (statSync(file).mode & 0o007) === 0 ? undefined : 'a file that others can not open (chmod o= it)';
}

function sizeOf(file: string): number {
  try {
    return readFileSync(file).length;
  } catch {
    return -1;
  }
}

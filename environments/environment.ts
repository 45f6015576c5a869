/**
 * What an environment is: its one typed description, from which every stack is made.
 *
 * The schemas are strict: an unknown key is an error that names the nearest known one. `parseEnvironment` reports
 * everything that is wrong at once.
 */
import type { z } from 'zod';
import { didYouMean } from '../constructs/validation/did-you-mean';
import { violationsOf } from '../constructs/validation/schema-violations';
import { throwViolations, ViolationsError } from '../constructs/validation/violations';
import { cloudEnvironmentSchema, cloudViolations, type CloudEnvironment } from './cloud-environment';
import { localEnvironmentSchema, localViolations, type LocalEnvironment } from './local-environment';

export type { CloudEnvironment, LocalEnvironment };

/** A validated environment. */
export type Environment = LocalEnvironment | CloudEnvironment;

/** What an environment's file states. */
export type EnvironmentInput = DeepReadonly<
  z.input<typeof localEnvironmentSchema> | z.input<typeof cloudEnvironmentSchema>
>;

/** The same value, unchangeable at every level. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Every kind of platform. */
export type PlatformKind = Environment['platform']['kind'];

const isCloud: Readonly<Record<PlatformKind, boolean>> = {
  'local-processes': false,
  elasticache: true,
  'elasticache-serverless': true,
  'bitnami-cluster': true,
  'bitnami-sentinel': true,
  machines: true,
};

/** Whether an environment is in AWS. */
export const isCloudEnvironment = (environment: Environment): environment is CloudEnvironment =>
  isCloud[environment.platform.kind];

/**
 * Validates an environment.
 *
 * @param today the day on which versions must be supported. @default - the day of the call
 * @throws ViolationsError listing every violation with setting, value, what is allowed and the remedy
 */
export function parseEnvironment(input: unknown, today = new Date()): Environment {
  const name = field(input, 'name');
  const subject = `environment '${typeof name === 'string' ? name : '(no name)'}'`;
  const kind = platformKind(input, subject);
  const schema = isCloud[kind] ? cloudEnvironmentSchema : localEnvironmentSchema;
  const parsed = schema.safeParse(input);
  if (!parsed.success) throwViolations(subject, violationsOf(parsed.error, schema, input));
  const environment = parsed.data as Environment;
  throwViolations(
    subject,
    isCloudEnvironment(environment) ? cloudViolations(environment, today) : localViolations(environment),
  );
  return environment;
}

/** The kind of platform decides which other settings there are, so that no other error can be told without it. */
function platformKind(input: unknown, subject: string): PlatformKind {
  const kinds = Object.keys(isCloud) as PlatformKind[];
  const kind = field(field(input, 'platform'), 'kind');
  const known = kinds.find((candidate) => candidate === kind);
  if (known !== undefined) return known;
  throw new ViolationsError(subject, [
    {
      setting: 'platform.kind',
      value: kind,
      expected: `one of: ${kinds.join(', ')}`,
      remedy: typeof kind === 'string' ? didYouMean(kind, kinds) : 'Set it to one of them',
    },
  ]);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

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
import {
  kubernetesEnvironmentSchema,
  kubernetesEnvironmentViolations,
  type KubernetesEnvironment,
} from './kubernetes-environment';
import { localEnvironmentSchema, localViolations, type LocalEnvironment } from './local-environment';

export type { CloudEnvironment, KubernetesEnvironment, LocalEnvironment };

/** A validated environment. */
export type Environment = LocalEnvironment | CloudEnvironment | KubernetesEnvironment;

/** What an environment's file states. */
export type EnvironmentInput = DeepReadonly<
  | z.input<typeof localEnvironmentSchema>
  | z.input<typeof cloudEnvironmentSchema>
  | z.input<typeof kubernetesEnvironmentSchema>
>;

/** The same value, unchangeable at every level. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** Every kind of platform. */
export type PlatformKind = Environment['platform']['kind'];

const platformKinds = [
  'local-processes',
  'elasticache',
  'elasticache-serverless',
  'bitnami-cluster',
  'bitnami-sentinel',
  'machines',
] as const satisfies readonly PlatformKind[];

/** Kinds of platforms that run on any Kubernetes cluster. */
const onAnyCluster: readonly PlatformKind[] = ['bitnami-cluster', 'bitnami-sentinel'];

/** Whether an environment is on a Kubernetes cluster that exists, without AWS. */
export const isKubernetesEnvironment = (environment: Environment): environment is KubernetesEnvironment =>
  'kubernetes' in environment && 'kind' in environment.kubernetes;

/** Whether an environment is processes of this machine. */
export const isLocalEnvironment = (environment: Environment): environment is LocalEnvironment =>
  environment.platform.kind === 'local-processes';

/** Whether an environment is in AWS. */
export const isCloudEnvironment = (environment: Environment): environment is CloudEnvironment =>
  !isLocalEnvironment(environment) && !isKubernetesEnvironment(environment);

/**
 * Validates an environment.
 *
 * @param today the day on which versions must be supported. @default - the day of the call
 * @throws ViolationsError listing every violation with setting, value, what is allowed and the remedy
 */
export function parseEnvironment(input: unknown, today = new Date()): Environment {
  const name = field(input, 'name');
  const subject = `environment '${typeof name === 'string' ? name : '(no name)'}'`;
  const schema = schemaOf(input, subject);
  const parsed = schema.safeParse(input);
  if (!parsed.success) throwViolations(subject, violationsOf(parsed.error, schema, input));
  const environment = parsed.data as Environment;
  throwViolations(subject, crossFieldViolations(environment, today));
  return environment;
}

function crossFieldViolations(environment: Environment, today: Date) {
  if (isLocalEnvironment(environment)) return localViolations(environment);
  return isKubernetesEnvironment(environment)
    ? kubernetesEnvironmentViolations(environment)
    : cloudViolations(environment, today);
}

/** @throws ViolationsError if it can't be known which settings there are */
function schemaOf(input: unknown, subject: string) {
  const kind = platformKind(input, subject);
  if (kind === 'local-processes') return localEnvironmentSchema;
  if (field(field(input, 'kubernetes'), 'kind') === undefined) return cloudEnvironmentSchema;
  if (onAnyCluster.includes(kind)) return kubernetesEnvironmentSchema;
  throw new ViolationsError(subject, [
    {
      setting: 'platform.kind',
      value: kind,
      expected: `one of: ${onAnyCluster.join(', ')}, on a Kubernetes cluster without AWS`,
      remedy: 'Set it to one of them, or describe a cluster of EKS in kubernetes, without kind',
    },
  ]);
}

/** The kind of platform decides which other settings there are, so that no other error can be told without it. */
function platformKind(input: unknown, subject: string): PlatformKind {
  const kind = field(field(input, 'platform'), 'kind');
  const known = platformKinds.find((candidate) => candidate === kind);
  if (known !== undefined) return known;
  throw new ViolationsError(subject, [
    {
      setting: 'platform.kind',
      value: kind,
      expected: `one of: ${platformKinds.join(', ')}`,
      remedy: typeof kind === 'string' ? didYouMean(kind, platformKinds) : 'Set it to one of them',
    },
  ]);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

/**
 * The place of AWS Secrets Manager: values in a Secret, and the ARNs that the role of External Secrets may read, in a
 * ConfigMap. The deployment writes both; the policies of the stacks decide about the second.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { KubernetesApi } from '../api';
import { configMapObject, secretObject, type RemoteReference } from './objects';

/** Where the deployment keeps them. */
export const secretsManager = {
  namespace: 'stand-ins',
  secret: 'secrets-manager',
  access: 'secrets-manager-access',
} as const;

/** Key of a secret in the Secret: an ARN has characters that keys can't have. */
export const keyOfArn = (arn: string) => createHash('sha256').update(arn).digest('hex');

/** One secret, with its values by stage. */
export const managedSecret = z.strictObject({
  arn: z.string(),
  /** What its values are made from: another text makes another value. */
  madeFrom: z.string(),
  stages: z.strictObject({ AWSCURRENT: z.string(), AWSPREVIOUS: z.string().optional() }),
});

export type ManagedSecret = z.output<typeof managedSecret>;

/** By ARN: how the policies decide about reading it. */
export const accessList = z.record(z.string(), z.strictObject({ allowed: z.boolean(), why: z.string() }));

export type AccessList = z.output<typeof accessList>;

/** Key of the list in the ConfigMap. */
export const accessKey = 'decisions';

/** @throws Error as AWS would refuse: no right, no such secret, no such stage or field */
export async function readFromSecretsManager(api: KubernetesApi, reference: RemoteReference): Promise<string> {
  const { key: arn, property, version: stage = 'AWSCURRENT' } = reference;
  await requireRight(api, arn);
  const { stages } = await secretOf(api, arn);
  const value = stage === 'AWSCURRENT' || stage === 'AWSPREVIOUS' ? stages[stage] : undefined;
  if (value === undefined) throw new Error(`ResourceNotFoundException: ${arn} has no value of the stage ${stage}`);
  if (property === undefined) return value;
  const field = (JSON.parse(value) as Readonly<Record<string, unknown>>)[property];
  if (typeof field !== 'string') throw new Error(`the secret ${arn} has no field '${property}'`);
  return field;
}

async function requireRight(api: KubernetesApi, arn: string): Promise<void> {
  const { namespace, access } = secretsManager;
  const list = configMapObject.parse(await api.get(`/api/v1/namespaces/${namespace}/configmaps/${access}`));
  const decision = accessList.parse(JSON.parse(list.data[accessKey] ?? '{}'))[arn];
  if (decision?.allowed === true) return;
  const why = decision?.why ?? 'no stack of the environment has this secret read';
  throw new Error(`AccessDeniedException: secretsmanager:GetSecretValue on ${arn}: ${why}`);
}

async function secretOf(api: KubernetesApi, arn: string): Promise<ManagedSecret> {
  const { namespace, secret } = secretsManager;
  const values = secretObject.parse(await api.get(`/api/v1/namespaces/${namespace}/secrets/${secret}`));
  const encoded = values.data[keyOfArn(arn)];
  if (encoded === undefined) throw new Error(`ResourceNotFoundException: there is no secret ${arn}`);
  return managedSecret.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
}

/** The Secret that an ExternalSecret makes. */
import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { KubernetesApi } from '../api';
import { secretObject, type CustomObject, type ExternalSecretSpec } from './objects';
import { fillIn, type Values } from './template';

/** By which External Secrets knows what is its own, and whether others have changed it. */
export const managedLabel = 'reconcile.external-secrets.io/managed';
const digestAnnotation = 'reconcile.external-secrets.io/data-hash';

export const targetName = ({ metadata }: CustomObject, { target }: ExternalSecretSpec) => target.name ?? metadata.name;

/** Templates filled in, or the values as they are. @throws Error for a template that can't be filled in */
export function dataOf({ target: { template } }: ExternalSecretSpec, values: Values): Values {
  const { data: texts } = template ?? {};
  if (texts === undefined) return values;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, fillIn(text, values)]));
}

const encoded = (data: Values) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

const digestOf = (data: Readonly<Record<string, string>>) =>
  createHash('sha256')
    .update(JSON.stringify(Object.entries(data).sort(([one], [other]) => (one < other ? -1 : 1))))
    .digest('hex');

/**
 * Whether a Secret is there and is what was written last. What an ExternalSecret does not own is taken as it is, also if it
 * is gone. Source: `isSecretValid` of External Secrets 2.9.
 */
export function isValid(secret: unknown, { target }: ExternalSecretSpec): boolean {
  if (target.creationPolicy === 'Orphan') return true;
  if (secret === undefined) return false;
  const { metadata, data } = secretObject.parse(secret);
  return metadata.labels[managedLabel] === 'true' && metadata.annotations[digestAnnotation] === digestOf(data);
}

/** Creates the Secret, or replaces its values. @throws ApiError; Error if somebody else made a Secret of this name */
export async function write(
  api: KubernetesApi,
  object: CustomObject,
  spec: ExternalSecretSpec,
  values: Values,
): Promise<void> {
  const name = targetName(object, spec);
  const folder = `/api/v1/namespaces/${object.metadata.namespace}/secrets`;
  const existing = await api.find(`${folder}/${name}`);
  const body = bodyOf(object, spec, values, existing);
  if (body === undefined) return;
  await (existing === undefined ? api.create(folder, body) : api.replace(`${folder}/${name}`, body));
}

/**
 * The Secret as it is to be; undefined if the one that exists stays: the data of an immutable one never changes.
 * Source: `mutationFunc` in `reconcileTargetSecret` of External Secrets 2.9.
 *
 * @param found the Secret that exists
 * @throws Error if somebody else made it
 */
export function bodyOf(object: CustomObject, spec: ExternalSecretSpec, values: Values, found?: unknown) {
  const name = targetName(object, spec);
  const existing = found === undefined ? undefined : secretObject.parse(found).metadata;
  if (existing && existing.labels[managedLabel] !== 'true') {
    throw new Error(`the Secret ${name} is not of this ExternalSecret`);
  }
  const { template, immutable, creationPolicy } = spec.target;
  if (existing && immutable === true) return undefined;
  const data = encoded(dataOf(spec, values));
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: template?.type ?? 'Opaque',
    ...(immutable !== undefined && { immutable }),
    metadata: {
      ...metadataOf(name, object, { template, existing, data }),
      ...(creationPolicy === 'Owner' && { ownerReferences: [ownedBy(object)] }),
    },
    data,
  };
}

interface MetadataProps {
  readonly template: ExternalSecretSpec['target']['template'];
  /** Of the Secret that is there. */
  readonly existing: z.output<typeof secretObject>['metadata'] | undefined;
  readonly data: Readonly<Record<string, string>>;
}

function metadataOf(name: string, object: CustomObject, { template, existing, data }: MetadataProps) {
  return {
    name,
    namespace: object.metadata.namespace,
    ...(existing && { resourceVersion: existing.resourceVersion }),
    labels: { ...existing?.labels, ...template?.metadata?.labels, [managedLabel]: 'true' },
    annotations: {
      ...existing?.annotations,
      ...template?.metadata?.annotations,
      [digestAnnotation]: digestOf(data),
    },
  };
}

/** The Secret ends with the object that had it made. */
const ownedBy = ({ apiVersion, kind, metadata: { name, uid } }: CustomObject) => ({
  ...{ apiVersion, kind, name, uid },
  ...{ controller: true, blockOwnerDeletion: true },
});

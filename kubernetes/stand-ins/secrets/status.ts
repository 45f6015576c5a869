/** Conditions, by which others see how far an object is. */
import type { KubernetesApi } from '../api';
import type { Condition, CustomObject } from './objects';

export interface Readiness {
  readonly ready: boolean;
  /** One word: `SecretSynced`. */
  readonly reason: string;
  readonly message: string;
}

const typeOf = 'Ready';

/** The condition `Ready`; its time changes with its status alone. */
function conditionsWith(
  conditions: readonly Condition[],
  { ready, reason, message }: Readiness,
  now: Date,
): Condition[] {
  const status = ready ? 'True' : 'False';
  const former = conditions.find(({ type }) => type === typeOf);
  const since = former?.status === status ? former.lastTransitionTime : undefined;
  const condition = {
    type: typeOf,
    ...{ status, reason, message },
    lastTransitionTime: since ?? now.toISOString().replace(/\.\d+Z$/, 'Z'),
  };
  return [...conditions.filter(({ type }) => type !== typeOf), condition];
}

export const isReadyAs = ({ status }: CustomObject, { ready, reason, message }: Readiness) =>
  status.conditions.some(
    (one) =>
      one.type === typeOf &&
      one.status === (ready ? 'True' : 'False') &&
      one.reason === reason &&
      one.message === message,
  );

/** @param plural name of the type in paths @param members further members of the status */
export async function writeStatus(
  api: KubernetesApi,
  object: CustomObject,
  plural: string,
  readiness: Readiness,
  members: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const { namespace, name } = object.metadata;
  const place = namespace === '' ? '' : `namespaces/${namespace}/`;
  const conditions = conditionsWith(object.status.conditions, readiness, new Date());
  await api.replace(`/apis/${object.apiVersion}/${place}${plural}/${name}/status`, {
    ...object,
    status: { ...object.status, conditions, ...members },
  });
}

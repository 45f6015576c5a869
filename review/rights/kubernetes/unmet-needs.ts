/** Needs that no binding allows. */
import type { KubernetesNeed } from '../../../constructs/kubernetes/needs';
import { allowedBy, serviceAccountCaller, type Caller, type ResourceRequest } from './evaluator';
import type { RbacObjects } from './rbac-objects';

/** Who asks, in a need. */
export const callerOf = ({ subject }: Pick<KubernetesNeed, 'subject'>): Caller =>
  serviceAccountCaller({ namespace: subject.namespace, name: subject.serviceAccount });

/** What is asked, in a need. */
export const requestOf = ({ verb, group, resource, namespace, name }: KubernetesNeed): ResourceRequest => ({
  verb,
  group,
  resource,
  ...(namespace !== undefined && { namespace }),
  ...(name !== undefined && { name }),
});

/** Needs without a right. A need in all namespaces is met by a right in all of them alone. */
export function unmetNeeds(objects: RbacObjects, needs: readonly KubernetesNeed[]): readonly KubernetesNeed[] {
  return needs.filter((need) => allowedBy(objects, callerOf(need), requestOf(need)) === undefined);
}

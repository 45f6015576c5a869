/** Who is let into the cluster by IAM. */
import type { PlanIndex } from './plan-index';

/**
 * Roles of the plan are those of pods, nodes and services: with an access entry they would be administrators or viewers of
 * the cluster. Groups of Kubernetes have rights that no table here shows.
 */
export function clusterAccessProblems(plan: PlanIndex): readonly string[] {
  const own = new Set(plan.ofType('aws_iam_role').map((role) => role.attribute('arn')));
  return plan.ofType('aws_eks_access_entry').flatMap(({ address, values }) => {
    const groups = (values.kubernetes_groups ?? []) as readonly string[];
    return [
      ...(own.has(values.principal_arn)
        ? [`${address}: ${String(values.principal_arn)} is a role of the platform: name a role of people or pipelines`]
        : []),
      ...(groups.length > 0 ? [`${address}: nothing reads kubernetes_groups: associate an access policy instead`] : []),
    ];
  });
}

/** Rights among the facts of a chart, as objects of access control. */
import { chartFacts } from '../../charts/facts';
import type { ChartRights } from './environment-rights';
import { rbacObjectsOf } from './manifests';
import type { RbacObjects } from './rbac-objects';

/** The part of a release's facts that is about rights. */
export interface ChartRbacFacts {
  readonly serviceAccounts: readonly { readonly name: string; readonly namespace: string }[];
  readonly roles: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly rules: readonly object[];
    /** Labels by which other cluster roles take these rules in. */
    readonly aggregatesTo?: readonly string[];
  }[];
  readonly bindings: readonly {
    readonly kind: string;
    readonly name: string;
    readonly namespace?: string;
    readonly role: { readonly kind: string; readonly name: string };
    readonly subjects: readonly object[];
  }[];
}

/** @param chart its name, for reviewers @param namespace of the release */
export function factsObjects(chart: string, namespace: string, facts: ChartRbacFacts): RbacObjects {
  const place = (object: { readonly name: string; readonly namespace?: string }) => ({
    name: object.name,
    ...(object.namespace !== undefined && { namespace: object.namespace }),
  });
  const manifests = [
    ...facts.serviceAccounts.map((account) => ({ kind: 'ServiceAccount', metadata: place(account) })),
    ...facts.roles.map((role) => ({
      kind: role.kind,
      metadata: {
        ...place(role),
        labels: Object.fromEntries((role.aggregatesTo ?? []).map((label) => [label, 'true'])),
      },
      rules: role.rules,
    })),
    ...facts.bindings.map((binding) => ({
      kind: binding.kind,
      metadata: place(binding),
      roleRef: binding.role,
      subjects: binding.subjects,
    })),
  ];
  return rbacObjectsOf(manifests, { origin: `chart ${chart}`, namespace });
}

/** Rights of releases that there are facts of. @throws Error that names the release and the remedy for any other */
export const chartRightsByFacts: ChartRights = (id, { chart, namespace }) =>
  factsObjects(chart, namespace, chartFacts(id));

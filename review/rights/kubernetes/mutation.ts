/** Removes rules of roles, one at a time, and checks that a need misses each: a rule that no need misses is too much. */
import type { KubernetesNeed } from '../../../constructs/kubernetes/needs';
import { builtIn } from './default-roles';
import { exceptionOf } from './over-grants';
import type { Binding, PolicyRule, RbacObjects, Role } from './rbac-objects';
import { resourceText } from './request-text';
import { unmetNeeds } from './unmet-needs';

export interface RuleMutation {
  /** Rules that were taken away. */
  readonly taken: number;
  /** Rules that no need misses and no exception explains. */
  readonly unnoticed: readonly string[];
}

/** Roles that Kubernetes and EKS bring stay as they are. */
export function mutateRules(objects: RbacObjects, needs: readonly KubernetesNeed[]): RuleMutation {
  const rules = objects.roles
    .filter((role) => bindingsOf(objects, role).length > 0)
    .flatMap((role) => role.rules.map((rule) => ({ role, rule })));
  const unnoticed = rules.filter(
    ({ role, rule }) => unmetNeeds(without(objects, role, rule), needs).length === 0 && !isExcused(objects, role, rule),
  );
  return {
    taken: rules.length,
    unnoticed: unnoticed.map(({ role, rule }) => `${role.kind} ${role.name}: ${JSON.stringify(rule)}`),
  };
}

const bindingsOf = ({ bindings }: RbacObjects, role: Role): readonly Binding[] =>
  bindings.filter(
    ({ role: named, namespace, origin }) =>
      origin !== 'EKS' &&
      origin !== builtIn &&
      named.name === role.name &&
      named.kind === role.kind &&
      (role.namespace === undefined || role.namespace === namespace),
  );

function without(objects: RbacObjects, role: Role, rule: PolicyRule): RbacObjects {
  const mutated = { ...role, rules: role.rules.filter((other) => other !== rule) };
  return { ...objects, roles: objects.roles.map((other) => (other === role ? mutated : other)) };
}

/** Whether exceptions say why the rule stays: of everything that it allows, or of the account. */
function isExcused(objects: RbacObjects, role: Role, rule: PolicyRule): boolean {
  const accounts = bindingsOf(objects, role).flatMap((binding) =>
    binding.subjects.map(({ name, namespace = binding.namespace ?? '' }) => `${namespace}/${name}`),
  );
  const resources = [
    ...rule.apiGroups.flatMap((group) => rule.resources.map((resource) => resourceText({ group, resource }))),
    ...rule.nonResourceURLs,
  ];
  return accounts.every(
    (account) => isRepeated(account) || resources.every((resource) => exceptionOf(account, resource) !== undefined),
  );
}

/**
 * Accounts whose charts say the same in several roles: one of them can go, the right stays. That no right is there
 * without a need is what over-grants.ts says of them.
 */
const repeated: readonly { readonly account: string; readonly reason: string; readonly since: string }[] = [
  {
    account: 'cert-manager/cert-manager',
    reason:
      'the chart has a role for each controller, which share Secrets, issuers and events, and one account for all',
    since: '2026-11-30',
  },
  {
    account: 'keda/keda-operator',
    reason: 'the chart repeats its minimal role in the full one',
    since: '2026-11-30',
  },
];

const isRepeated = (account: string) => repeated.some((other) => other.account === account);

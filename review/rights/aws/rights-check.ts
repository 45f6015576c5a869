/**
 * Compares what is needed in AWS with what the policies of a plan grant, both ways: every need is allowed, nothing that
 * must not be is, and nothing is granted that no need asks for.
 */
import { evaluate, type Decision } from '../evaluation/evaluate';
import { grantName, grantsOf, matchingGrants } from '../evaluation/grants';
import type { EnvironmentPlan } from '../../synthesis/environment-plan';
import { declaredNeeds, externalSecretNeeds, type DeclaredNeeds } from './declared-needs';
import { excusedGrant } from './excused-grants';
import { forbiddenRequests, type ForbiddenRequest } from './forbidden-requests';
import { impliedNeeds } from './implied-needs';
import type { NeededRequest } from './needed-request';
import { PlanIndex } from './plan-index';
import { PlannedPolicies } from './policies';
import { serviceNeeds } from './service-needs';

export interface JudgedNeed {
  readonly need: NeededRequest;
  readonly decision: Decision;
}

export interface AwsRights {
  readonly needs: readonly JudgedNeed[];
  /** Requests that must not be allowed, and are. */
  readonly wronglyAllowed: readonly { readonly forbidden: ForbiddenRequest; readonly decision: Decision }[];
  /** Requests that must not be allowed, and aren't. */
  readonly forbiddenCount: number;
  /** Grants that no need asks for, one text each. */
  readonly unneeded: readonly string[];
  /** All grants of the environment's own policies. */
  readonly grantCount: number;
  /** Policies kept by AWS that a role has and doesn't declare, or declares and hasn't. */
  readonly managedPolicyDifferences: readonly string[];
}

/** What a check is made from. */
export interface RightsSubject {
  readonly plan: PlanIndex;
  readonly policies: PlannedPolicies;
  readonly needs: readonly NeededRequest[];
  readonly declared: DeclaredNeeds;
}

/** @throws Error if a policy can't be read exactly, or a need names what isn't in the plan */
export function rightsSubject({ environment, resources, declarations }: EnvironmentPlan): RightsSubject {
  const plan = new PlanIndex(resources, environment);
  const declared = declaredNeeds(declarations, plan);
  const direct = [...declared.requests, ...externalSecretNeeds(plan), ...serviceNeeds(plan)];
  const needs = distinct([...direct, ...direct.flatMap((need) => impliedNeeds(need, plan))]);
  return { plan, policies: new PlannedPolicies(plan), needs, declared };
}

export function checkAwsRights({ plan, policies, needs, declared }: RightsSubject): AwsRights {
  const granted = policies.own.flatMap((policy) => grantsOf(policy));
  const used = new Set(
    needs.flatMap((need) => matchingGrants(requestOf(need, plan), policies.applyingTo(need)).map(grantName)),
  );
  const forbidden = forbiddenRequests(plan, policies);
  return {
    needs: needs.map((need) => ({ need, decision: decide(need, plan, policies) })),
    wronglyAllowed: forbidden
      .map((request) => ({ forbidden: request, decision: decide(request, plan, policies) }))
      .filter(({ decision }) => decision.allowed),
    forbiddenCount: forbidden.length,
    unneeded: granted.filter((grant) => !used.has(grantName(grant)) && !excusedGrant(grant)).map(grantName),
    grantCount: granted.length,
    managedPolicyDifferences: managedPolicyDifferences(policies, declared),
  };
}

/** Several resources may ask for the same. */
function distinct(needs: readonly NeededRequest[]): readonly NeededRequest[] {
  const byText = new Map(
    needs.map((need) => [JSON.stringify([need.caller, need.action, need.resource, need.context, need.from]), need]),
  );
  return [...byText.values()];
}

function decide(need: NeededRequest, plan: PlanIndex, policies: PlannedPolicies): Decision {
  return evaluate(requestOf(need, plan), policies.applyingTo(need));
}

/** All clients here use TLS; ARNs of buckets and objects don't have their account. */
export function requestOf({ caller, action, resource, context }: NeededRequest, { accountId }: PlanIndex) {
  return {
    principal: caller,
    action,
    resource,
    context: { 'aws:SecureTransport': 'true', 'aws:ResourceAccount': accountId, ...context },
  };
}

function managedPolicyDifferences(policies: PlannedPolicies, declared: DeclaredNeeds): readonly string[] {
  return policies.roles.flatMap((role) => {
    const attached = policies.managedPoliciesOf(role);
    const wanted = declared.managedPolicies.get(role) ?? [];
    return [
      ...attached.filter((name) => !wanted.includes(name)).map((name) => `${role} has ${name}, which nothing declares`),
      ...wanted.filter((name) => !attached.includes(name)).map((name) => `${role} lacks ${name}, which it declares`),
    ];
  });
}

/**
 * Compares what is needed in AWS with what the policies of a plan grant, both ways: every need is allowed, nothing that
 * must not be is, and nothing is granted that no need asks for.
 */
import { evaluate, type Decision } from '../evaluation/evaluate';
import { grantName, grantsOf, matchingGrants, type Grant } from '../evaluation/grants';
import type { EnvironmentPlan } from '../../synthesis/environment-plan';
import { declaredNeeds, externalSecretNeeds, type DeclaredNeeds } from './declared-needs';
import { excusedGrant } from './excused-grants';
import { forbiddenRequests, type ForbiddenRequest } from './forbidden-requests';
import { impliedNeeds } from './implied-needs';
import { serviceOf, type NeededRequest } from './needed-request';
import { outsiderRequests } from './outsiders';
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
  /** Grants of roles that are wider than the needs that use them, one text each. */
  readonly tooBroad: readonly string[];
  /** ARNs of the account that a need names, and that no stack makes. */
  readonly missing: readonly string[];
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
  const users = usersOf({ plan, policies, needs });
  const forbidden = [...forbiddenRequests(plan, policies), ...outsiderRequests(plan, needs)];
  return {
    needs: needs.map((need) => ({ need, decision: decide(need, plan, policies) })),
    wronglyAllowed: forbidden
      .map((request) => ({ forbidden: request, decision: decide(request, plan, policies) }))
      .filter(({ decision }) => decision.allowed),
    forbiddenCount: forbidden.length,
    unneeded: granted.filter((grant) => !users.has(grantName(grant)) && !excusedGrant(grant)).map(grantName),
    tooBroad: policies.ofIdentities
      .flatMap((policy) => grantsOf(policy))
      .filter((grant) => isTooBroad(grant, users.get(grantName(grant)) ?? []))
      .map(grantName),
    missing: [...new Set(needs.filter((need) => !isMade(need, plan)).map(({ resource }) => resource))],
    grantCount: granted.length,
    managedPolicyDifferences: managedPolicyDifferences(policies, declared),
  };
}

/** The needs that match a grant, by its name. */
export function usersOf({ plan, policies, needs }: Pick<RightsSubject, 'plan' | 'policies' | 'needs'>) {
  const users = new Map<string, NeededRequest[]>();
  for (const need of needs) {
    for (const grant of matchingGrants(requestOf(need, plan), policies.applyingTo(need))) {
      const name = grantName(grant);
      users.set(name, [...(users.get(name) ?? []), need]);
    }
  }
  return users;
}

/** Patterns of actions that AWS' guides ask for as they are. */
const documentedPatterns = new Set(['kms:ReEncrypt*', 'kms:GenerateDataKey*']);

/** A pattern of actions also allows what comes later, and `*` what no need names. */
function isTooBroad({ action, resource }: Grant, users: readonly NeededRequest[]): boolean {
  if (action.includes('*') && !documentedPatterns.has(action)) return true;
  return resource === '*' && users.length > 0 && users.every((need) => need.resource !== '*');
}

/** Services whose resources only stacks make, with the type that makes them. */
const makers: Readonly<Partial<Record<string, string>>> = {
  lambda: 'aws_lambda_function',
  s3: 'aws_s3_bucket',
  sns: 'aws_sns_topic',
  sqs: 'aws_sqs_queue',
  states: 'aws_sfn_state_machine',
};

/** Whether what a need names by a whole ARN is made by a stack. */
function isMade({ action, resource }: NeededRequest, plan: PlanIndex): boolean {
  const maker = makers[serviceOf(action)];
  if (maker === undefined || resource === '*') return true;
  const whole = serviceOf(action) === 's3' ? (resource.split('/')[0] ?? '') : resource;
  return plan.ofType(maker).some((made) => made.attribute('arn') === whole);
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

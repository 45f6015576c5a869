/** Removes grants, one at a time, and checks that the check of rights fails: a grant that no need misses is too much. */
import { evaluate } from '../evaluation/evaluate';
import { grantName, grantsOf, type Grant } from '../evaluation/grants';
import type { Policy } from '../evaluation/policy';
import type { Policies } from '../evaluation/request';
import { excusedGrant } from './excused-grants';
import { requestOf, usersOf, type RightsSubject } from './rights-check';

export interface MutationResult {
  /** Grants that were taken away. */
  readonly taken: number;
  /** Grants whose absence no need misses. */
  readonly unnoticed: readonly string[];
}

/** Excused grants are left where they are. */
export function mutateGrants({ plan, policies, needs }: RightsSubject): MutationResult {
  const users = usersOf({ plan, policies, needs });
  const grants = policies.own.flatMap((policy) => grantsOf(policy)).filter((grant) => !excusedGrant(grant));
  const isMissed = (grant: Grant) =>
    (users.get(grantName(grant)) ?? []).some(
      (need) => !evaluate(requestOf(need, plan), without(policies.applyingTo(need), grant)).allowed,
    );
  return { taken: grants.length, unnoticed: grants.filter((grant) => !isMissed(grant)).map(grantName) };
}

function without({ identity, boundary, resource, endpoint }: Policies, grant: Grant): Policies {
  return {
    identity: identity.map((policy) => withoutGrant(policy, grant)),
    ...(boundary && { boundary: withoutGrant(boundary, grant) }),
    ...(resource && { resource: withoutGrant(resource, grant) }),
    ...(endpoint && { endpoint: withoutGrant(endpoint, grant) }),
  };
}

/** The statement becomes two: other actions on everything, and the action on other resources. */
function withoutGrant<Kind extends Policy['kind']>(policy: Policy<Kind>, grant: Grant): Policy<Kind> {
  if (policy.name !== grant.policy) return policy;
  const statements = policy.statements.flatMap((statement) => {
    const { location, actions, resources } = statement;
    if (location.sid !== grant.sid) return [statement];
    const others = actions.patterns.filter(({ text }) => text !== grant.action);
    const same = actions.patterns.filter(({ text }) => text === grant.action);
    const elsewhere = (resources?.patterns ?? []).filter(({ text }) => text !== grant.resource);
    return [
      ...(others.length > 0 ? [{ ...statement, actions: { ...actions, patterns: others } }] : []),
      ...(resources && elsewhere.length > 0
        ? [
            {
              ...statement,
              actions: { ...actions, patterns: same },
              resources: { ...resources, patterns: elsewhere },
            },
          ]
        : []),
    ];
  });
  return { ...policy, statements };
}

/** What roles and services may do in AWS, in each environment and with every member of its unions. */
import { mutateGrants } from '../../../../review/rights/aws/mutation';
import { callerName } from '../../../../review/rights/aws/needed-request';
import { checkAwsRights, rightsSubject, type RightsSubject } from '../../../../review/rights/aws/rights-check';
import { plannedEnvironments, planNamed } from '../../../support/environment-plans';

const subjects = new Map<string, RightsSubject>();

function subjectOf(name: string): RightsSubject {
  const subject = subjects.get(name) ?? rightsSubject(planNamed(name));
  subjects.set(name, subject);
  return subject;
}

describe.each(Object.keys(plannedEnvironments))('%s', (name) => {
  test('every need is granted, nothing that must not be, and nothing more', () => {
    const rights = checkAwsRights(subjectOf(name));
    const denied = rights.needs.filter(({ decision }) => !decision.allowed);
    expect(denied.map(({ need, decision }) => `${callerName(need.caller)}: ${decision.explanation}`)).toEqual([]);
    const wrong = rights.wronglyAllowed.map(({ forbidden, decision }) => `${forbidden.rule}: ${decision.explanation}`);
    expect(wrong).toEqual([]);
    expect(rights.unneeded).toEqual([]);
    expect(rights.managedPolicyDifferences).toEqual([]);
    expect(rights.needs.length).toBeGreaterThan(150);
    expect(rights.forbiddenCount).toBeGreaterThan(3_000);
  });

  test('every role and every service with rights is a caller in the table', () => {
    const { policies, needs } = subjectOf(name);
    const callers = new Set(needs.map(({ caller }) => (caller.kind === 'role' ? caller.arn : caller.name)));
    const named = policies.own.flatMap(({ statements }) =>
      statements
        .flatMap(({ principals }) => principals?.entries ?? [])
        .flatMap((entry) => ('name' in entry ? entry.name : [])),
    );
    expect([...new Set(named)].filter((service) => !callers.has(service))).toEqual([]);
    const without = policies.roles.filter((role) => !callers.has(role) && policies.hasRights(role));
    expect(without).toEqual([]);
  });

  test('each grant that is taken away is missed', () => {
    const { taken, unnoticed } = mutateGrants(subjectOf(name));
    expect(taken).toBeGreaterThan(150);
    expect(unnoticed).toEqual([]);
  });
});

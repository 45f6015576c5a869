/** What service accounts of each environment may do, against what they need and what they must not. */
import { denials, unusedExceptions, violations, type Denial } from '../../../../review/rights/kubernetes/denials';
import { environmentNeeds } from '../../../../review/rights/kubernetes/environment-needs';
import { overGrants, unexplained, unusedOverGrantExceptions } from '../../../../review/rights/kubernetes/over-grants';
import { requestText } from '../../../../review/rights/kubernetes/request-text';
import { requestOf, unmetNeeds } from '../../../../review/rights/kubernetes/unmet-needs';
import { reviewedEnvironments, rightsOf } from '../../../support/reviewed-environments';

const denialText = ({ account, prohibition, request }: Denial) =>
  `${account.namespace}/${account.name}: ${requestText(request)} (${prohibition.why})`;

describe.each(reviewedEnvironments)('%s', (name) => {
  test('every need has a right', () => {
    const { objects, placed } = rightsOf(name);
    const needs = environmentNeeds(placed, objects.serviceAccounts);
    // Fewer without the services of AWS and of observability.
    expect(needs.length).toBeGreaterThan(name === 'kubernetes' ? 130 : 200);
    const unmet = unmetNeeds(objects, needs);
    expect(
      unmet.map((need) => `${need.subject.namespace}/${need.subject.serviceAccount}: ${requestText(requestOf(need))}`),
    ).toEqual([]);
  });

  test('no service account may do what none may', () => {
    const { objects } = rightsOf(name);
    expect(denials(objects).length).toBeGreaterThan(1_000);
    expect(violations(objects).map(denialText)).toEqual([]);
  });

  test('no right is without a need, or an exception', () => {
    const { objects, placed } = rightsOf(name);
    const lines = unexplained(overGrants(objects, environmentNeeds(placed, objects.serviceAccounts))).map(
      ({ subject, resource, unusedVerbs, usedIn, origin }) =>
        `${subject}: ${resource}: ${unusedVerbs.length > 0 ? `unused ${unusedVerbs.join(', ')}` : 'all verbs are used'}${usedIn ? `, needed in ${usedIn.join(', ')} alone` : ''} (${origin})`,
    );
    expect(lines).toEqual([]);
  });
});

test('every exception is of something that is there', () => {
  const all = reviewedEnvironments.map(rightsOf);
  const used = all.map(({ objects }) => unusedExceptions(objects));
  expect(used.reduce((one, other) => one.filter((exception) => other.includes(exception)))).toEqual([]);
  const over = all.flatMap(({ objects, placed }) =>
    overGrants(objects, environmentNeeds(placed, objects.serviceAccounts)),
  );
  expect(unusedOverGrantExceptions(over)).toEqual([]);
});

/** Every environment and every setting: what is needed is open, all else is closed or named with a reason. */
import { awsNeedsKey, type AwsNeeds } from '../../../constructs/aws/needs';
import { exceptions } from '../../../review/reachability/exceptions';
import { checkReachability, namesOf } from '../../../review/reachability/reachability-check';
import { rowsOf } from '../../../review/reachability/reachability-table';
import { reachabilitySubject } from '../../../review/reachability/subject';
import { planOf } from '../../support/environment-plan';
import { reachabilityVariants } from '../../support/reachability-variants';

/** Names of endpoints that aren't the prefix of the actions. */
const endpointNames: Readonly<Record<string, string>> = { ecr: 'ecr.api', cloudwatch: 'monitoring' };

/** Elastic Load Balancing asks IAM in the controller's name. */
const askedByAws = ['iam'];

const usedExceptions = new Set<unknown>();

describe.each(Object.entries(reachabilityVariants))('%s', (_name, input) => {
  const plan = planOf(input);
  const subject = reachabilitySubject(plan);
  const reachability = checkReachability(subject);
  for (const { exception } of reachability.excepted) usedExceptions.add(exception);

  test('lets every needed connection pass', () => {
    expect(rowsOf(reachability.closed)).toEqual([]);
    expect(reachability.needed.length).toBeGreaterThan(100);
  });

  test('lets no other pass', () => {
    expect(reachability.undeclared.map(namesOf)).toEqual([]);
    expect(reachability.closedPairs).toBeGreaterThan(1_000);
  });

  test('has a connection to every service of AWS that requests come out of the network for', () => {
    const requested = plan.declarations
      .filter(({ key }) => key === awsNeedsKey)
      .map(({ data }) => data as AwsNeeds)
      .filter(({ from }) => from === 'network')
      .flatMap(({ needs }) => needs.flatMap(({ actions }) => actions.map((action) => action.split(':')[0] ?? '')));
    const services = new Set(subject.flows.map(({ to }) => (to.kind === 'aws' ? to.service : '')));
    const missing = requested
      .filter((prefix) => !askedByAws.includes(prefix))
      .map((prefix) => endpointNames[prefix] ?? prefix)
      .filter((name) => !services.has(name));
    expect(missing).toEqual([]);
  });
});

test('every exception names something that is open', () => {
  expect(exceptions.filter((exception) => !usedExceptions.has(exception))).toEqual([]);
});

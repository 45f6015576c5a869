import { mutateReachability } from '../../../review/reachability/mutation';
import { planNamed } from '../../support/environment-plans';

/** The shipped environments, and the variants whose connections differ most. */
const mutated = [
  ['production', 10],
  ['staging', 11],
  ['development', 12],
  ['machines', 10],
  ['public endpoint, internet gateway, viewers, pinned nodes', 10],
] as const;

test.each(mutated)('misses every rule, route, endpoint and policy of %s that has no excuse', (name, excuses) => {
  const { taken, excused, unnoticed } = mutateReachability(planNamed(name));
  expect(unnoticed).toEqual([]);
  expect(excused).toHaveLength(excuses);
  expect(taken).toBeGreaterThan(100);
});

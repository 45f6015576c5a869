import { productionEnvironment } from '../../../environments/production';
import { mutateReachability } from '../../../review/reachability/mutation';
import { planOf } from '../../support/environment-plan';

test('misses every rule, route, endpoint and policy of production that has no excuse', () => {
  const { taken, excused, unnoticed } = mutateReachability(planOf(productionEnvironment));
  expect(unnoticed).toEqual([]);
  expect(excused).toHaveLength(10);
  expect(taken).toBeGreaterThan(100);
});

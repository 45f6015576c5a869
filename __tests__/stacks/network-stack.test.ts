import { NetworkStack } from '../../stacks/network-stack';
import { testNetwork } from '../support/network';
import { synthesizeStack, testAccount } from '../support/synthesized-construct';

test('the stack', () => {
  expect(
    synthesizeStack(
      (app) =>
        new NetworkStack(app, 'test-network', { account: testAccount, settings: testNetwork, clusterName: 'test-eks' }),
    ),
  ).toMatchSnapshot();
});

import { KubernetesStack } from '../../stacks/kubernetes-stack';
import { testDay, testKubernetes, testNetworkValue } from '../support/kubernetes';
import { messageOf, synthesizeStack, testAccount } from '../support/synthesized-construct';

const stackOn = (today: Date) =>
  synthesizeStack(
    (app) =>
      new KubernetesStack(app, 'test-kubernetes', {
        account: testAccount,
        settings: testKubernetes,
        network: testNetworkValue,
        today,
      }),
  );

test('the stack', () => {
  expect(stackOn(testDay)).toMatchSnapshot();
});

test('is refused when its version is supported no more', () => {
  expect(messageOf(() => stackOn(new Date('2027-03-28T00:00:00Z')))).toMatch(
    /^test-kubernetes\/kubernetes has 1 problem:\n {2}- kubernetes\.version: "1\.35"/,
  );
});

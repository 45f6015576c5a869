/** What synthesis reads beside the environment, as it is in tests: nothing of this machine, and no build. */
import { neverDeployed, type LocalObservation } from '../../constructs/local/observation';
import type { Surroundings } from '../../stacks/environment-stacks';
import { testBundle } from './function-bundle';
import { testDay } from './kubernetes';

/** @param observation what runs already. @default - nothing was ever deployed */
export function testSurroundings(observation: LocalObservation = neverDeployed): Surroundings {
  return {
    observeLocalPlatform: () => observation,
    bundleDigests: () => ({
      api: 'digest-of-api',
      worker: 'digest-of-worker',
      'alert-receiver': 'digest-of-alert-receiver',
    }),
    alarmNotifier: () => testBundle,
    passwordRotation: () => testBundle,
    ownState: () => 'bucket',
    kubeconfigPaths: () => ['/kubeconfig'],
    today: testDay,
  };
}

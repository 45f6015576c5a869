/** What synthesis reads of this machine and of what was built, for the CDKTF CLI and for the commands that review. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import { functionBundle } from '../constructs/aws/function-bundle';
import { localDirectory } from '../constructs/local/layout';
import { observeLocalPlatform } from '../constructs/local/observation';
import type { Surroundings } from './environment-stacks';
import { ownStateOf } from './terraform-state-stack';

/** @param root folder of the checkout, with `dist` built */
export function readSurroundings(root: string): Surroundings {
  const bundle = (program: string) => path.resolve(root, 'dist', program);
  return {
    observeLocalPlatform: () => observeLocalPlatform(path.resolve(root, localDirectory)),
    bundleDigests: () => ({
      api: digestOf(bundle('api.js')),
      worker: digestOf(bundle('worker.js')),
      'alert-receiver': digestOf(bundle('alert-receiver.js')),
    }),
    alarmNotifier: () => functionBundle(bundle('alarm-notifier')),
    passwordRotation: () => functionBundle(bundle('password-rotation')),
    ownState: () => ownStateOf(process.env),
    kubeconfigPaths: () => kubeconfigPathsOf(process.env),
    today: new Date(),
  };
}

/** As kubectl finds them. Relative ones are of the working folder. */
const kubeconfigPathsOf = ({ KUBECONFIG: paths = '' }: Readonly<Record<string, string | undefined>>) =>
  paths === ''
    ? [path.join(homedir(), '.kube', 'config')]
    : paths
        .split(path.delimiter)
        .filter((part) => part !== '')
        .map((part) => path.resolve(part));

const digestOf = (file: string) => createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16);

/** What faults act on, from the command line and the cluster. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Kubectl } from '../deployment/kubectl';
import type { Progress } from '../deployment/progress';
import { namespaces } from '../../constructs/cluster-services/names';
import type { FaultContext } from './fault';
import type { Credentials } from './load/api-client';
import { Machine } from './machine';
import type { Options } from './options';
import { RedisPods } from './redis/redis-pods';
import { DeployedSettings } from './settings';
import { platformFindings, waitUntilSteady } from './steadiness';

const run = promisify(execFile);

/** A deployment prints a line for each thing that it waits for. */
const outputBytes = 16 * 1024 * 1024;

export function contextOf(options: Options, kubectl: Kubectl, progress: Progress): FaultContext {
  const settings = new DeployedSettings(options.state, options.environment);
  const redis = new RedisPods(kubectl, () => settings.platform);
  const say = (text: string) => progress.sayOnce(text);
  return {
    ...{ kubectl, redis, say },
    machine: new Machine(options.run),
    steady: async (limitSeconds) => {
      const { seconds, findings } = await waitUntilSteady(() => platformFindings(kubectl, redis), limitSeconds, say);
      if (seconds === undefined) throw new Error(`not steady after ${limitSeconds} s: ${findings.join('; ')}`);
    },
    deploy: async (changes, stacks) => {
      settings.change(changes);
      await deployAgain(options, settings.changes, stacks);
    },
  };
}

/** The program that deploys, as people run it. @throws Error with what it printed */
async function deployAgain(options: Options, changes: readonly string[], stacks: readonly string[]): Promise<void> {
  const { environment, kubeconfig, state, images, kubectl } = options;
  const words = [
    ...['deploy', environment, '--kubeconfig', kubeconfig, '--state', state, '--images', images],
    ...changes.flatMap((change) => ['--set', change]),
    ...stacks.flatMap((stack) => ['--stack', stack]),
  ];
  await run(process.execPath, ['--import', 'tsx', path.resolve(__dirname, '../main.ts'), ...words], {
    cwd: path.resolve(__dirname, '../..'),
    env: { ...process.env, KUBECTL: kubectl },
    maxBuffer: outputBytes,
  });
}

/** The user of the exercise. @throws Error if its Secret isn't there */
export async function credentialsOf(kubectl: Kubectl): Promise<Credentials> {
  const secret = await kubectl.get({
    ...{ apiVersion: 'v1', kind: 'Secret', name: 'exercise-user' },
    namespace: namespaces.application,
  });
  const { password = '' } = (secret.data ?? {}) as { readonly password?: string };
  return { username: 'user-1', password: Buffer.from(password, 'base64').toString('utf8') };
}

export async function kubernetesVersion(kubectl: Kubectl): Promise<string> {
  const { serverVersion } = JSON.parse(await kubectl.text(['version', '--output=json'])) as {
    readonly serverVersion: { readonly gitVersion: string };
  };
  return serverVersion.gitVersion.replace(/^v/, '');
}

/** The command `destroy`: removes what the deployment's inventory names, with the volumes' folders. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { Inventory } from './inventory';
import { Kubectl } from './kubectl';
import { referenceText, type ObjectReference } from './manifests/manifest';
import type { Options } from './options';
import { Progress } from './progress';
import { requireLocalCluster } from './target';

/** Objects that are removed with others: those in namespaces that are removed. */
function roots(objects: readonly ObjectReference[]): readonly ObjectReference[] {
  const namespaces = new Set(objects.filter(({ kind }) => kind === 'Namespace').map(({ name }) => name));
  return objects.filter(({ namespace }) => namespace === undefined || !namespaces.has(namespace));
}

/** In this order: namespaces with all that is in them, then the rest, what was applied last first, definitions last of all. */
export function removalSteps(objects: readonly ObjectReference[]): readonly (readonly ObjectReference[])[] {
  const reversed = [...roots(objects)].reverse();
  const of = (test: (kind: string) => boolean) => reversed.filter(({ kind }) => test(kind));
  const isLast = (kind: string) => kind === 'CustomResourceDefinition';
  return [of((kind) => kind === 'Namespace'), of((kind) => kind !== 'Namespace' && !isLast(kind)), of(isLast)];
}

/** @throws Error if something stays */
export async function destroy(options: Options): Promise<number> {
  const progress = new Progress();
  const kubectl = new Kubectl(options.kubeconfig, options.kubectl);
  await requireLocalCluster(kubectl);
  const { objects } = new Inventory(options.state, options.environment);
  for (const step of removalSteps(objects)) {
    if (step.length === 0) continue;
    progress.say(
      `removes ${step.length}: ${step.slice(0, 8).map(referenceText).join(', ')}${step.length > 8 ? ', …' : ''}`,
    );
    await kubectl.remove(step, options.longestWaitSeconds);
  }
  const left = await remaining(kubectl, objects);
  if (left.length > 0) throw new Error(`still there: ${left.map(referenceText).join(', ')}`);
  rmSync(path.join(options.state, 'volumes'), { recursive: true, force: true });
  rmSync(path.join(options.state, 'objects.json'), { force: true });
  progress.say('destroyed; volumes and their folders are gone');
  return 0;
}

/** Objects that can be looked for still: kinds of definitions that are gone are gone with them. */
async function remaining(kubectl: Kubectl, objects: readonly ObjectReference[]): Promise<readonly ObjectReference[]> {
  const candidates = roots(objects).filter(({ apiVersion }) => !isCustom(apiVersion));
  const found = await Promise.all(candidates.map(async (one) => ((await kubectl.find(one)) ? [one] : [])));
  return found.flat();
}

/** Groups of Kubernetes' own have no dot, or end with `k8s.io`. */
const isCustom = (apiVersion: string) => {
  const [group = ''] = apiVersion.split('/');
  return group.includes('.') && !group.endsWith('k8s.io');
};

/** Claims that a StatefulSet waits for. */
import type { Kubectl } from './kubectl';
import { referenceOf, type Manifest } from './manifests/manifest';

/** An annotation of StatefulSets; docs/guides/self-hosted.md has an operator set it after Terraform. */
const annotation = 'redis-platform/claim-made';

/** Namespaces of claims that are not in the cluster yet, each once. */
export async function namespacesOfNewClaims(
  kubectl: Kubectl,
  objects: readonly Manifest[],
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const object of objects) {
    if (object.kind !== 'PersistentVolumeClaim') continue;
    if (!(await kubectl.find(referenceOf(object)))) found.add(object.metadata.namespace ?? '');
  }
  return [...found];
}

/**
 * Has StatefulSets try again at once to make pods whose claims were missing. By itself their controller waits longer after
 * each failed try, up to a quarter of an hour, and a claim that comes is no event for it.
 */
export async function retryPods(kubectl: Kubectl, namespace: string): Promise<void> {
  for (const { metadata } of await kubectl.list('statefulsets', { namespace })) {
    const set = [`statefulset/${metadata.name}`, `--namespace=${namespace}`];
    await kubectl.text(['annotate', ...set, `${annotation}=${new Date().toISOString()}`, '--overwrite']);
  }
}

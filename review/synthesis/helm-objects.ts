/** Objects of Kubernetes that a stack installs by the chart that is nothing but objects. */
import type { KubernetesObject } from '../../constructs/kubernetes/custom-resources';
import { textOf } from './blocks';
import type { ResolvedResource } from './resources';

export interface InstalledObject {
  /** Address of the release. */
  readonly address: string;
  /** Namespace of the object, or of the release. */
  readonly namespace: string;
  readonly object: KubernetesObject;
}

/** Whether a release is of that chart, and not one of others. */
export const isCustomResources = ({ type, values }: ResolvedResource) =>
  type === 'helm_release' && values.repository === undefined && textOf(values.chart).startsWith('assets/');

/** Values of a release. @throws Error if there are several documents, which Helm would merge */
export function valuesOf({ address, values }: ResolvedResource): Readonly<Record<string, unknown>> {
  const [text = '{}', ...others] = (values.values ?? []) as readonly string[];
  if (others.length > 0) throw new Error(`${address}: its values are in several documents; write one`);
  return JSON.parse(text) as Readonly<Record<string, unknown>>;
}

export function customObjects(resources: readonly ResolvedResource[]): readonly InstalledObject[] {
  return resources.filter(isCustomResources).flatMap((release) => {
    const { objects } = valuesOf(release) as { readonly objects: readonly KubernetesObject[] };
    return objects.map((object) => ({
      address: release.address,
      namespace: object.metadata.namespace ?? textOf(release.values.namespace),
      object,
    }));
  });
}

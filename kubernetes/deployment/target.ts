/** The cluster that an environment is deployed to: what has to be so before anything is. */
import type { Kubectl, LiveObject } from './kubectl';
import type { Manifest } from './manifests/manifest';

const zoneLabel = 'topology.kubernetes.io/zone';

/** Providers of nodes that are containers of one machine. Source: `providerID` as kind and k3s set it. */
const localProviders = ['kind', 'k3s'];

/**
 * Refuses clusters of a cloud, where the stand-ins would take the places of the real services.
 *
 * @throws Error that says which node is of a cloud
 */
export async function requireLocalCluster(kubectl: Kubectl): Promise<void> {
  const nodes = await kubectl.list('nodes');
  const ofCloud = nodes.find(({ spec }) => isOfCloud(spec?.providerID));
  if (!ofCloud) return;
  throw new Error(
    `--kubeconfig: the node ${ofCloud.metadata.name} is of a cloud (${String(ofCloud.spec?.providerID)}), where stand-ins would replace ` +
      'real services: deploy there by Terraform (docs/guides/deploy-to-aws.md, docs/guides/any-kubernetes-cluster.md)',
  );
}

/** @param id such as `aws:///us-east-1a/i-0123`, `kind://docker/kind/kind-worker`; undefined where no provider made the node */
export function isOfCloud(id: unknown): boolean {
  if (typeof id !== 'string' || id === '') return false;
  return !localProviders.includes(id.split(':')[0] ?? '');
}

/**
 * Refuses clusters whose nodes are in other zones than volumes are to be: their pods would wait indefinitely.
 *
 * @throws Error that names the zones, and how a cluster of this machine gets them
 */
export async function requireZones(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<void> {
  const wanted = [...new Set(manifests.flatMap((manifest) => zonesOf(manifest)))].sort();
  const nodes = await kubectl.list('nodes');
  const found = new Set(nodes.map(({ metadata: { labels } }: LiveObject) => labels?.[zoneLabel]));
  const missing = wanted.filter((zone) => !found.has(zone));
  if (missing.length === 0) return;
  throw new Error(
    `no node is in the zones ${missing.join(', ')}: start the cluster with ZONES=${wanted.join(',')} kubernetes/nodes/up.sh`,
  );
}

interface Term {
  readonly matchLabelExpressions?: readonly { readonly key: string; readonly values: readonly string[] }[];
}

/** Zones of a storage class; none for other kinds. */
export function zonesOf({ kind, allowedTopologies }: Manifest): readonly string[] {
  if (kind !== 'StorageClass') return [];
  const terms = (allowedTopologies ?? []) as readonly Term[];
  return terms
    .flatMap(({ matchLabelExpressions = [] }) => matchLabelExpressions)
    .flatMap(({ key, values }) => (key === zoneLabel ? values : []));
}

interface Placed {
  readonly replicas?: number;
  readonly template?: { readonly spec?: { readonly nodeSelector?: Readonly<Record<string, string>> } };
}

/**
 * Refuses clusters without the nodes that pods of a StatefulSet select: they would wait indefinitely.
 *
 * @throws Error that names labels and number
 */
export async function requireNodes(kubectl: Kubectl, manifests: readonly Manifest[]): Promise<void> {
  const nodes = await kubectl.list('nodes');
  for (const { kind, metadata, spec } of manifests) {
    const { replicas = 1, template } = (spec ?? {}) as Placed;
    const labels = Object.entries(template?.spec?.nodeSelector ?? {});
    if (kind !== 'StatefulSet' || labels.length === 0) continue;
    const fitting = nodes.filter((node) => labels.every(([key, value]) => node.metadata.labels?.[key] === value));
    if (fitting.length >= replicas) continue;
    const wanted = labels.map(([key, value]) => `${key}=${value}`).join(',');
    throw new Error(
      `the ${replicas} pods of ${metadata.name} are to be on nodes with the label ${wanted}, and there are ${fitting.length}: ` +
        `start the cluster with DEDICATED_NODES=${replicas} kubernetes/nodes/up.sh`,
    );
  }
}

/**
 * Volumes in the place of disks of a cloud: folders of the host, which all nodes of a cluster of one machine see. A volume is
 * bound to a zone, as those are, and any node of the zone has it.
 */
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Manifest } from '../deployment/manifests/manifest';

interface ClaimSpec {
  readonly accessModes: readonly string[];
  readonly storageClassName?: string;
  readonly resources: { readonly requests: { readonly storage: string } };
}

interface PodSpec {
  readonly securityContext?: Owner & { readonly fsGroup?: number };
  readonly containers: readonly { readonly securityContext?: Owner }[];
  readonly volumes?: readonly { readonly persistentVolumeClaim?: { readonly claimName: string } }[];
}

interface Owner {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
}

/** A claim that is there or that a StatefulSet will make. */
export interface Claim {
  readonly namespace: string;
  readonly name: string;
  readonly spec: ClaimSpec;
}

/** Claims among objects: those that are written out, and those of StatefulSets, each once. */
export function claimsOf(manifests: readonly Manifest[]): readonly Claim[] {
  const written = manifests
    .filter(({ kind }) => kind === 'PersistentVolumeClaim')
    .map(({ metadata, spec }) => ({
      namespace: metadata.namespace ?? '',
      name: metadata.name,
      spec: spec as ClaimSpec,
    }));
  const made = manifests.filter(({ kind }) => kind === 'StatefulSet').flatMap(claimsOfSet);
  const byName = new Map([...made, ...written].map((claim) => [`${claim.namespace}/${claim.name}`, claim]));
  return [...byName.values()];
}

interface SetSpec {
  readonly replicas?: number;
  readonly volumeClaimTemplates?: readonly { readonly metadata: { readonly name: string }; readonly spec: ClaimSpec }[];
  readonly template: { readonly spec: PodSpec };
}

function claimsOfSet({ metadata, spec }: Manifest): readonly Claim[] {
  const { replicas = 1, volumeClaimTemplates = [] } = spec as SetSpec;
  return volumeClaimTemplates.flatMap((template) =>
    Array.from({ length: replicas }, (_, ordinal) => ({
      namespace: metadata.namespace ?? '',
      name: `${template.metadata.name}-${metadata.name}-${ordinal}`,
      spec: template.spec,
    })),
  );
}

/** Who owns the folder of a volume: the kubelet changes no owner of folders of the host. @throws Error if no pod uses the claim */
export function ownerOf(
  { namespace, name }: Claim,
  manifests: readonly Manifest[],
): { readonly user: number; readonly group: number } {
  const pods = manifests
    .filter(({ metadata }) => metadata.namespace === namespace)
    .flatMap((manifest) => {
      const pod = podOf(manifest);
      if (!pod) return [];
      const claims = (pod.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
      const ofSet = manifest.kind === 'StatefulSet' ? claimsOfSet(manifest).map((claim) => claim.name) : [];
      return [...claims, ...ofSet].includes(name) ? [pod] : [];
    });
  const [pod] = pods;
  if (!pod) throw new Error(`no pod uses the claim ${namespace}/${name}: whose its folder is isn't known`);
  const users = pod.containers.flatMap(({ securityContext }) => securityContext?.runAsUser ?? []);
  const user = users[0] ?? pod.securityContext?.runAsUser;
  const group = pod.securityContext?.fsGroup ?? pod.securityContext?.runAsGroup ?? user;
  if (user === undefined || group === undefined) {
    throw new Error(`the pod of the claim ${namespace}/${name} names no user: set runAsUser and fsGroup`);
  }
  return { user, group };
}

function podOf({ spec }: Manifest): PodSpec | undefined {
  const { template } = (spec ?? {}) as { readonly template?: { readonly spec: PodSpec } };
  return template?.spec;
}

/** Makes the folder of a volume, for its owner and group alone. It is empty if it is new, and stays as it is if not. */
export function makeFolder(folder: string, { user, group }: { readonly user: number; readonly group: number }): void {
  mkdirSync(folder, { recursive: true });
  chownSync(folder, user, group);
  // New files belong to the group, as where the kubelet prepares a volume.
  chmodSync(folder, 0o2770);
}

export const volumeName = ({ namespace, name }: Pick<Claim, 'namespace' | 'name'>) => `${namespace}-${name}`;

/** Where a volume's folder is. */
export const volumeFolder = (volumes: string, claim: Pick<Claim, 'namespace' | 'name'>) =>
  path.resolve(volumes, volumeName(claim));

/** The volume, reserved for its claim. @param zones in which its pod may run. @default - all */
export function volumeOf(claim: Claim, folder: string, zones: readonly string[] = []): Manifest {
  const { namespace, name, spec } = claim;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: { name: volumeName(claim) },
    spec: {
      capacity: { storage: spec.resources.requests.storage },
      accessModes: spec.accessModes,
      persistentVolumeReclaimPolicy: 'Retain',
      storageClassName: spec.storageClassName ?? '',
      claimRef: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', namespace, name },
      hostPath: { path: folder, type: 'Directory' },
      ...(zones.length > 0 && {
        nodeAffinity: {
          required: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: zones }] },
            ],
          },
        },
      }),
    },
  };
}

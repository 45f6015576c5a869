/** Facts of pods. */
import type { Claim, Container, Metadata, PodSpec, SecurityContext, WorkloadSpec } from './documents';
import type { ClaimFacts, ContainerFacts, ContainerSecurity, EmptyDirFacts, WorkloadFacts } from './fact-types';

/** Without members that are undefined: JSON has none. */
export type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

export function present<T extends object>(object: T): Present<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** What a container may do: its own word counts, or else its pod's. */
export function containerSecurity(own: SecurityContext = {}, pod: SecurityContext = {}): ContainerSecurity {
  return present({
    runAsUser: own.runAsUser ?? pod.runAsUser,
    runAsGroup: own.runAsGroup ?? pod.runAsGroup,
    runAsNonRoot: own.runAsNonRoot ?? pod.runAsNonRoot,
    readOnlyRootFilesystem: own.readOnlyRootFilesystem,
    allowPrivilegeEscalation: own.allowPrivilegeEscalation,
    privileged: own.privileged,
    droppedCapabilities: own.capabilities?.drop,
    addedCapabilities: own.capabilities?.add,
    seccompProfile: (own.seccompProfile ?? pod.seccompProfile)?.type,
  });
}

export function containerFacts(container: Container, pod: PodSpec, isInitial: boolean): ContainerFacts {
  const { name, image, command = [], securityContext, resources, ports = [] } = container;
  return {
    name,
    image,
    isInitial,
    hasCommand: command.length > 0,
    security: containerSecurity(securityContext, pod.securityContext),
    resources: resources ?? {},
    ports: ports.map(
      ({ name: port, containerPort, protocol }) =>
        present({ name: port, containerPort, protocol: protocol === 'TCP' ? undefined : protocol }) as never,
    ),
  };
}

const emptyDirs = ({ volumes = [] }: PodSpec): EmptyDirFacts[] =>
  volumes.flatMap(({ name, emptyDir }) => (emptyDir === undefined ? [] : [{ name, ...emptyDir }]));

export const claimFacts = ({ metadata, spec }: Claim, name: string): ClaimFacts =>
  present({
    name: metadata?.name ?? name,
    size: spec.resources.requests.storage,
    storageClass: spec.storageClassName,
  });

/** Facts of a pod that don't depend on what makes it. */
export function podFacts(pod: PodSpec) {
  const { initContainers = [], containers } = pod;
  return {
    ...present({
      serviceAccount: pod.serviceAccountName,
      automountToken: pod.automountServiceAccountToken,
      hostNetwork: pod.hostNetwork === true ? true : undefined,
      priorityClass: pod.priorityClassName,
      nodeSelector: pod.nodeSelector,
      fsGroup: pod.securityContext?.fsGroup,
    }),
    containers: [
      ...initContainers.map((container) => containerFacts(container, pod, true)),
      ...containers.map((container) => containerFacts(container, pod, false)),
    ],
    emptyDirs: emptyDirs(pod),
  };
}

/** @param namespace of the release */
export function workloadFacts(
  kind: string,
  metadata: Metadata,
  { replicas, selector, template, ...spec }: WorkloadSpec,
  namespace: string,
): WorkloadFacts {
  const { volumeClaimTemplates = [], persistentVolumeClaimRetentionPolicy: claimRetention } = spec;
  return {
    kind,
    name: metadata.name,
    namespace: metadata.namespace ?? namespace,
    ...(present({
      hook: metadata.annotations?.['helm.sh/hook'],
      replicas,
      selector: selector?.matchLabels,
      claimRetention,
    }) as object),
    podLabels: template.metadata?.labels ?? {},
    ...podFacts(template.spec),
    claims: volumeClaimTemplates.map((claim) => claimFacts(claim, '')),
  };
}

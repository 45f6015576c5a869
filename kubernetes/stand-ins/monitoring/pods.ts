/** The StatefulSets that the operator makes of Prometheus and Alertmanager, without its programs that reload configurations. */
import type { ContainerFacts, WorkloadFacts } from '../../../review/charts/fact-types';
import { remedy } from '../../../review/charts/facts';
import type { Manifest } from '../../deployment/manifests/manifest';
import { programContainer, programVolume } from '../node-program';

/** Folder of the configuration in a pod, and that of the volume. */
export const configurationFolder = '/etc/stand-in';
export const dataFolder = '/data';

/** Mebibytes. */
const sidecarMemory = 128;

export interface Sidecar {
  readonly name: string;
  readonly image: string;
  /** ConfigMap of its program. */
  readonly program: Manifest;
}

export interface PodProps {
  readonly arguments: readonly string[];
  /** Name of the ConfigMap with its files. */
  readonly configuration: string;
  /** A program beside it. @default - none */
  readonly sidecar?: Sidecar;
}

/** Name of the service by which pods of a StatefulSet have names. */
export const governing = (workload: string) => `${workload}-operated`;

/** The container of the program itself. @throws Error if there is none */
export function mainContainer({ name, madeFrom = '', containers }: WorkloadFacts): ContainerFacts {
  const found = containers.find((container) => container.name === madeFrom.toLowerCase());
  if (!found) throw new Error(`${name} has no container ${madeFrom.toLowerCase()}; ${remedy}`);
  return found;
}

export function statefulSet(workload: WorkloadFacts, props: PodProps): Manifest {
  const { name, namespace, replicas = 1, podLabels, claims, claimRetention } = workload;
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name, namespace, labels: podLabels },
    spec: {
      replicas,
      serviceName: governing(name),
      podManagementPolicy: 'Parallel',
      ...(claimRetention && { persistentVolumeClaimRetentionPolicy: claimRetention }),
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: podSpec(workload, props) },
      volumeClaimTemplates: claims.map(({ name: claim, size, storageClass }) => ({
        metadata: { name: claim },
        spec: {
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: String(size) } },
          ...(storageClass !== undefined && { storageClassName: storageClass }),
        },
      })),
    },
  };
}

function podSpec(workload: WorkloadFacts, { arguments: given, configuration, sidecar }: PodProps) {
  const { serviceAccount, automountToken, priorityClass, fsGroup, podLabels } = workload;
  const { seccompProfile } = mainContainer(workload).security;
  return {
    serviceAccountName: serviceAccount,
    automountServiceAccountToken: automountToken,
    enableServiceLinks: false,
    priorityClassName: priorityClass,
    securityContext: { fsGroup, runAsNonRoot: true, seccompProfile: { type: seccompProfile } },
    affinity: {
      podAntiAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [
          { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: podLabels } },
        ],
      },
    },
    containers: [
      programOf(workload, given),
      ...(sidecar ? [programContainer(sidecar.name, sidecar.image, sidecarMemory)] : []),
    ],
    volumes: [
      { name: 'configuration', configMap: { name: configuration } },
      ...(sidecar ? [programVolume(sidecar.program)] : []),
    ],
  };
}

function programOf(workload: WorkloadFacts, given: readonly string[]) {
  const { name, image, resources, security, ports } = mainContainer(workload);
  const { runAsUser, runAsGroup, readOnlyRootFilesystem, allowPrivilegeEscalation, droppedCapabilities } = security;
  return {
    ...{ name, image, args: given, resources },
    env: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    ports,
    securityContext: {
      ...{ runAsUser, runAsGroup, readOnlyRootFilesystem, allowPrivilegeEscalation },
      capabilities: { drop: droppedCapabilities },
    },
    readinessProbe: { httpGet: { path: '/-/ready', port: 'http-web' }, periodSeconds: 2, timeoutSeconds: 5 },
    volumeMounts: [
      { name: 'configuration', mountPath: configurationFolder, readOnly: true },
      ...workload.claims.map((claim) => ({ name: claim.name, mountPath: dataFolder })),
    ],
  };
}

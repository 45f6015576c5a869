/**
 * Pods that the Prometheus operator makes from its custom resources, which a chart has in place of workloads. Source:
 * `makeStatefulSetSpec` in pkg/prometheus/server/statefulset.go and pkg/alertmanager/statefulset.go, and
 * pkg/operator/config-reloader.go, of the operator 0.93.
 */
import type { Container, Metadata, OperatedSpec, PodSpec, SecurityContext, Template } from './documents';
import type { WorkloadFacts } from './fact-types';
import { claimFacts, podFacts, present } from './pods';

/** What the operator itself is told about the containers that reload configurations. */
export interface OperatorOptions {
  readonly reloaderImage: string;
  readonly reloaderResources: NonNullable<Container['resources']>;
}

/** Reads the operator's arguments. A quantity of 0 is none. @throws Error if the image of the reloader isn't there */
export function operatorOptions(args: readonly string[]): OperatorOptions {
  const option = (name: string) => args.find((arg) => arg.startsWith(`--${name}=`))?.slice(`--${name}=`.length);
  const reloaderImage = option('prometheus-config-reloader');
  if (reloaderImage === undefined) throw new Error('The operator has no --prometheus-config-reloader');
  const quantities = (part: 'request' | 'limit') =>
    Object.fromEntries(
      ['cpu', 'memory'].flatMap((resource) => {
        const quantity = option(`config-reloader-${resource}-${part}`);
        return quantity === undefined || quantity === '0' ? [] : [[resource, quantity]];
      }),
    );
  return { reloaderImage, reloaderResources: { requests: quantities('request'), limits: quantities('limit') } };
}

/** Kinds of custom resources of which pods are made. */
export type OperatedKind = 'Prometheus' | 'Alertmanager';

export const isOperated = (kind: string): kind is OperatedKind => kind === 'Prometheus' || kind === 'Alertmanager';

const webPorts: Readonly<Record<OperatedKind, number>> = { Prometheus: 9090, Alertmanager: 9093 };
const reloaderPort = 8080;
const peerPort = 9094;

/** Containers that reload: what the operator gives them. */
const reloaderSecurity: SecurityContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

export function operatedWorkload(
  kind: OperatedKind,
  { name }: Metadata,
  spec: OperatedSpec,
  options: OperatorOptions,
  namespace: string,
): WorkloadFacts {
  const program = kind.toLowerCase();
  const labels = podLabels(program, name);
  const { volumeClaimTemplate } = spec.storage ?? {};
  return {
    kind: 'StatefulSet',
    name: `${program}-${name}`,
    namespace,
    madeFrom: kind,
    ...present({ replicas: spec.replicas ?? 1, claimRetention: spec.persistentVolumeClaimRetentionPolicy }),
    selector: labels,
    podLabels: labels,
    ...podFacts(podOf(kind, spec, options)),
    claims: volumeClaimTemplate ? [claimFacts(volumeClaimTemplate, `${program}-${name}-db`)] : [],
  };
}

function podLabels(program: string, name: string): NonNullable<NonNullable<Template['metadata']>['labels']> {
  return {
    'app.kubernetes.io/instance': name,
    'app.kubernetes.io/managed-by': 'prometheus-operator',
    'app.kubernetes.io/name': program,
    [program]: name,
    ...(program === 'prometheus' && { 'operator.prometheus.io/name': name, 'operator.prometheus.io/shard': '0' }),
  };
}

function podOf(kind: OperatedKind, spec: OperatedSpec, options: OperatorOptions): PodSpec {
  const { containers = [], initContainers = [], image, resources, portName = 'web', ...pod } = spec;
  const reloader = (name: string): Container => ({
    name,
    image: options.reloaderImage,
    args: [],
    securityContext: reloaderSecurity,
    resources: options.reloaderResources,
    ports: name.startsWith('init') ? [] : [{ name: 'reloader-web', containerPort: reloaderPort }],
  });
  const main: Container = {
    name: kind.toLowerCase(),
    image,
    securityContext: reloaderSecurity,
    ...(resources && { resources }),
    ports: [
      { name: portName, containerPort: webPorts[kind] },
      ...(kind === 'Alertmanager'
        ? [
            { name: 'mesh-tcp', containerPort: peerPort },
            { name: 'mesh-udp', containerPort: peerPort, protocol: 'UDP' },
          ]
        : []),
    ],
  };
  return {
    ...pod,
    initContainers: [merged(reloader('init-config-reloader'), initContainers)],
    containers: [merged(main, containers), merged(reloader('config-reloader'), containers)],
    // In memory, as what is in it may be secret.
    volumes: [{ name: 'config-out', emptyDir: { medium: 'Memory' } }],
  };
}

/** The operator's container with what the resource says about the one of its name. */
function merged(container: Container, changes: readonly Container[]): Container {
  const change = changes.find(({ name }) => name === container.name);
  if (!change) return container;
  return {
    ...container,
    ...change,
    image: container.image,
    securityContext: { ...container.securityContext, ...change.securityContext },
    resources: {
      requests: { ...container.resources?.requests, ...change.resources?.requests },
      limits: { ...container.resources?.limits, ...change.resources?.limits },
    },
  };
}

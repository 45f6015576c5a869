/**
 * Prometheus and Alertmanager as the operator would run them: its StatefulSets and services, with the programs of Debian's
 * packages. What pods have of accounts, users, labels, sizes and claims comes from the chart's facts.
 */
import { shortDigest } from '../../../constructs/application/secret-sources';
import type { Labels } from '../../../constructs/cluster-services/pods';
import { watcherPorts } from '../../../constructs/observability/cluster/names';
import type { ReleaseFacts, WorkloadFacts } from '../../../review/charts/fact-types';
import { chartFacts, remedy } from '../../../review/charts/facts';
import type { SynthesizedRelease } from '../../../review/charts/releases';
import type { InstalledObject } from '../../../review/synthesis/helm-objects';
import type { Manifest } from '../../deployment/manifests/manifest';
import { programConfigMap } from '../node-program';
import { alertmanagerFiles, prometheusFiles, readMonitoringValues } from './configuration';
import { configurationFolder, dataFolder, governing, mainContainer, statefulSet } from './pods';

interface Program {
  /** Name of the kind of which the operator makes pods. */
  readonly kind: 'Prometheus' | 'Alertmanager';
  readonly files: Readonly<Record<string, string>>;
  readonly arguments: readonly string[];
  /** A program beside it. @default - none */
  readonly sidecar?: { readonly name: string; readonly entry: string; readonly image: string };
}

export interface MonitoringProps {
  readonly release: SynthesizedRelease;
  /** Objects of the environment, whose monitors and rules Prometheus gets. */
  readonly objects: readonly InstalledObject[];
  /** Image with Node.js. */
  readonly applicationImage: string;
}

/** @throws Error if there are no facts of the release */
export function monitoringManifests(props: MonitoringProps): readonly Manifest[] {
  const facts = chartFacts(props.release.id);
  const alertmanagers = hostNames(workloadOf(facts, 'Alertmanager'));
  return [alertmanager(props, alertmanagers), prometheus(props, alertmanagers)].flatMap((program) =>
    programManifests(program, facts),
  );
}

/** @param peers host names of all pods */
function alertmanager({ release }: MonitoringProps, peers: readonly string[]): Program {
  return {
    kind: 'Alertmanager',
    files: alertmanagerFiles(readMonitoringValues(release.values)),
    arguments: [
      `--config.file=${configurationFolder}/alertmanager.yaml`,
      `--storage.path=${dataFolder}`,
      `--cluster.listen-address=[$(POD_IP)]:${watcherPorts.alertmanagerMesh}`,
      ...peers.map((peer) => `--cluster.peer=${peer}:${watcherPorts.alertmanagerMesh}`),
    ],
  };
}

function prometheus(
  { release, objects, applicationImage }: MonitoringProps,
  alertmanagers: readonly string[],
): Program {
  const values = readMonitoringValues(release.values);
  return {
    kind: 'Prometheus',
    files: prometheusFiles(
      values,
      objects.filter(({ namespace }) => namespace === release.namespace),
      alertmanagers.map((host) => `${host}:${watcherPorts.alertmanager}`),
    ),
    arguments: [
      `--config.file=${configurationFolder}/prometheus.yaml`,
      `--storage.tsdb.path=${dataFolder}`,
      `--storage.tsdb.retention.time=${values.prometheus.prometheusSpec.retention}`,
    ],
    sidecar: {
      name: 'discovery',
      entry: 'kubernetes/stand-ins/monitoring/discovery-program/main.ts',
      image: applicationImage,
    },
  };
}

/** @throws Error if the facts have none */
function workloadOf({ workloads }: ReleaseFacts, kind: Program['kind']): WorkloadFacts {
  const found = workloads.find(({ madeFrom }) => madeFrom === kind);
  if (!found) throw new Error(`the chart has no ${kind}; ${remedy}`);
  return found;
}

/** Of each pod, within the namespace. */
const hostNames = ({ name, replicas = 1 }: WorkloadFacts) =>
  Array.from({ length: replicas }, (_, ordinal) => `${name}-${ordinal}.${governing(name)}`);

function programManifests(
  { kind, files, arguments: given, sidecar }: Program,
  facts: ReleaseFacts,
): readonly Manifest[] {
  const workload = workloadOf(facts, kind);
  const { name, namespace } = workload;
  const configuration: Manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${name}-stand-in-${shortDigest(files)}`, namespace },
    data: files,
  };
  const program = sidecar && programConfigMap(`${name}-${sidecar.name}`, namespace, sidecar.entry);
  return [
    configuration,
    ...(program ? [program] : []),
    ...servicesOf(workload, facts),
    statefulSet(workload, {
      arguments: given,
      configuration: configuration.metadata.name,
      ...(sidecar && program && { sidecar: { ...sidecar, program } }),
    }),
  ];
}

/** The one by which pods have names, and those of the chart, without the port of the program that reloads configurations. */
function servicesOf(workload: WorkloadFacts, { services }: ReleaseFacts): readonly Manifest[] {
  const { namespace, podLabels, name } = workload;
  const service = (serviceName: string, spec: object): Manifest => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: serviceName, namespace },
    spec,
  });
  const ports = mainContainer(workload).ports.map(({ name: portName, containerPort, protocol }) => ({
    name: portName,
    port: containerPort,
    ...(protocol !== undefined && { protocol }),
  }));
  const isOfPods = (selector: Labels) => Object.entries(selector).every(([label, value]) => podLabels[label] === value);
  return [
    service(governing(name), { clusterIP: 'None', publishNotReadyAddresses: true, selector: podLabels, ports }),
    ...services
      .filter((one) => one.namespace === namespace && isOfPods(one.selector))
      .map((one) =>
        service(one.name, { selector: one.selector, ports: one.ports.filter((port) => port.name !== 'reloader-web') }),
      ),
  ];
}

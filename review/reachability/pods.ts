/** Pods of a plan: of its workloads, its charts and its add-ons. */
import { addOnNamespace } from '../../constructs/kubernetes/add-on-pods';
import { blocksOf, textOf } from '../synthesis/blocks';
import { isCustomResources } from '../synthesis/helm-objects';
import type { ResolvedResource } from '../synthesis/resources';
import { addOnPods, chartsWithoutPods, type ChartPods, type ListenersOfCharts } from './chart-pods';
import type { Listener } from './party';

export interface PlannedPods extends ChartPods {
  readonly namespace: string;
}

/** @throws Error for a chart or an add-on whose pods aren't known */
export function plannedPods(resources: readonly ResolvedResource[], charts: ListenersOfCharts): readonly PlannedPods[] {
  const all = resources.filter(({ mode }) => mode === 'managed').flatMap((resource) => podsOf(resource, charts));
  const byName = new Map(all.map((pods) => [`${pods.namespace}/${pods.name}`, pods]));
  return [...byName.values()];
}

function podsOf(resource: ResolvedResource, charts: ListenersOfCharts): readonly PlannedPods[] {
  switch (resource.type) {
    case 'kubernetes_deployment_v1':
    case 'kubernetes_stateful_set_v1':
    case 'kubernetes_daemon_set_v1':
    case 'kubernetes_job_v1':
      return [workload(resource, resource.values.spec)];
    case 'kubernetes_cron_job_v1': {
      const [spec = {}] = blocksOf(resource.values.spec);
      const [template = {}] = blocksOf(spec.job_template);
      return [workload(resource, template.spec)];
    }
    case 'helm_release':
      return isCustomResources(resource) ? [] : ofChart(resource, charts);
    case 'aws_eks_addon': {
      const name = textOf(resource.values.addon_name);
      return known(resource, name, addOnPods[name]).map((pods) => ({ ...pods, namespace: addOnNamespace }));
    }
    default:
      return [];
  }
}

function ofChart(release: ResolvedResource, charts: ListenersOfCharts): readonly PlannedPods[] {
  const chart = textOf(release.values.chart);
  if (chartsWithoutPods.includes(chart)) return [];
  const namespace = textOf(release.values.namespace);
  return known(release, chart, charts[chart]).map((pods) => ({ ...pods, namespace }));
}

function known<Value>({ address }: ResolvedResource, name: string, value: Value | undefined): Value {
  if (value === undefined)
    throw new Error(`${address}: the pods of ${name} aren't in review/reachability/chart-pods.ts; add them`);
  return value;
}

function workload(resource: ResolvedResource, specification: unknown): PlannedPods {
  const [spec = {}] = blocksOf(specification);
  const [template = {}] = blocksOf(spec.template);
  const [metadata = {}] = blocksOf(template.metadata);
  const [pod = {}] = blocksOf(template.spec);
  const [own = {}] = blocksOf(resource.values.metadata);
  if (pod.host_network === true)
    throw new Error(`${resource.address}: pods with the network of the node aren't read here`);
  const labels = (metadata.labels ?? {}) as Readonly<Record<string, string>>;
  return {
    namespace: textOf(own.namespace),
    name: labels['app.kubernetes.io/name'] ?? textOf(own.name),
    labels,
    listeners: blocksOf(pod.container).flatMap((container) => blocksOf(container.port).map(listener)),
  };
}

function listener({ container_port: port, protocol = 'TCP' }: Readonly<Record<string, unknown>>): Listener {
  return { port: Number(port), protocol: protocol === 'UDP' ? 'udp' : 'tcp' };
}

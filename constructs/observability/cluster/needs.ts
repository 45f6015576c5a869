/** What monitoring asks of the API of Kubernetes. Grafana, Loki and Alertmanager ask nothing. */
import { needsOf, observe, type KubernetesNeed } from '../../kubernetes/needs';
import { observabilityNamespace as namespace, releases } from './names';

const account = (suffix: string) => ({ namespace, serviceAccount: `${releases.monitoring}-${suffix}` });
const own = [namespace];
const operatorSource = 'Documentation/platform/rbac.md of the Prometheus Operator';

/** Kinds of the operator that it acts on: its own namespace alone is watched. */
const actedOn = ['alertmanagers', 'prometheuses', 'prometheusagents', 'thanosrulers'];
const readKinds = [
  'alertmanagerconfigs',
  'podmonitors',
  'probes',
  'prometheusrules',
  'scrapeconfigs',
  'servicemonitors',
];

const operator = needsOf(account('operator'), [
  {
    verbs: observe,
    group: 'monitoring.coreos.com',
    resources: [...actedOn, ...readKinds],
    namespaces: own,
    why: 'its own kinds, in the namespace that it watches',
    source: operatorSource,
  },
  {
    verbs: ['update'],
    group: 'monitoring.coreos.com',
    resources: [
      ...actedOn.flatMap((kind) => [`${kind}/status`, `${kind}/finalizers`]),
      ...['podmonitors', 'probes', 'prometheusrules', 'scrapeconfigs', 'servicemonitors'].map(
        (kind) => `${kind}/status`,
      ),
    ],
    namespaces: own,
    why: 'how far each of its kinds is',
    source: operatorSource,
  },
  {
    verbs: [...observe, 'create', 'update', 'delete'],
    group: 'apps',
    resources: ['statefulsets'],
    namespaces: own,
    why: 'Prometheus and Alertmanager are stateful sets that it makes',
    source: operatorSource,
  },
  {
    verbs: [...observe, 'create', 'update', 'delete'],
    resources: ['configmaps', 'secrets'],
    namespaces: own,
    why: 'rules and configurations that it makes',
    source: operatorSource,
  },
  {
    verbs: ['list', 'delete'],
    resources: ['pods'],
    namespaces: own,
    why: 'pods of an older version',
    source: operatorSource,
  },
  {
    verbs: ['get', 'create', 'update'],
    resources: ['services'],
    namespaces: [...own, 'kube-system'],
    why: 'the services of the stateful sets, and that of the kubelets',
    source: operatorSource,
  },
  {
    verbs: ['get', 'create', 'update'],
    resources: ['endpoints'],
    namespaces: ['kube-system'],
    why: 'addresses of the kubelets',
    source: operatorSource,
  },
  { verbs: observe, resources: ['nodes'], why: 'addresses of the kubelets', source: operatorSource },
  {
    verbs: observe,
    resources: ['namespaces'],
    why: 'labels of namespaces that monitors choose',
    source: operatorSource,
  },
  {
    verbs: ['create', 'patch'],
    group: 'events.k8s.io',
    resources: ['events'],
    why: 'what it did, and why it could not',
  },
  {
    verbs: ['get'],
    group: 'storage.k8s.io',
    resources: ['storageclasses'],
    why: 'whether volumes of a class can grow',
    source: operatorSource,
  },
]);

const stateMetrics = needsOf(
  account('kube-state-metrics'),
  Object.entries({
    '': [
      ...['configmaps', 'limitranges', 'namespaces', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'pods'],
      ...['replicationcontrollers', 'resourcequotas', 'services'],
    ],
    'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
    apps: ['daemonsets', 'deployments', 'replicasets', 'statefulsets'],
    autoscaling: ['horizontalpodautoscalers'],
    batch: ['cronjobs', 'jobs'],
    'certificates.k8s.io': ['certificatesigningrequests'],
    'coordination.k8s.io': ['leases'],
    'discovery.k8s.io': ['endpointslices'],
    'networking.k8s.io': ['ingresses', 'networkpolicies'],
    policy: ['poddisruptionbudgets'],
    'storage.k8s.io': ['storageclasses', 'volumeattachments'],
  }).map(([group, resources]) => ({
    verbs: observe,
    group,
    resources,
    why: 'what it exports, by its option --resources',
    source: 'docs/developer/cli-arguments.md of kube-state-metrics',
  })),
);

const alloy = needsOf({ namespace, serviceAccount: releases.alloy }, [
  {
    verbs: [...observe, 'get'],
    resources: ['pods'],
    why: 'which containers there are; whether one that said its last is gone',
    source: 'discovery.kubernetes and loki.source.kubernetes of the Alloy reference',
  },
  {
    verbs: ['get'],
    resources: ['pods/log'],
    why: 'their output',
    source: 'loki.source.kubernetes of the Alloy reference',
  },
]);

/** Namespaces of pods that Prometheus is told to scrape by their monitors. */
const prometheus = (podNamespaces: readonly string[]) =>
  needsOf(account('prometheus'), [
    {
      verbs: observe,
      resources: ['pods'],
      namespaces: [...new Set([...podNamespaces, namespace, 'kube-system'])],
      why: 'pods of monitors and behind services',
      source: 'kubernetes_sd_config of the Prometheus documentation',
    },
    {
      verbs: observe,
      resources: ['services', 'endpoints'],
      namespaces: [namespace, 'kube-system'],
      why: 'services that are scraped: its own, the kubelets and DNS',
      source: 'kubernetes_sd_config of the Prometheus documentation',
    },
    { verbs: observe, resources: ['nodes'], why: 'zones of nodes, a label of each series', source: 'attachMetadata' },
    {
      verbs: ['get'],
      resources: ['nodes/metrics'],
      why: 'the kubelet asks whether the caller may read its metrics',
      source: '"Kubelet authentication/authorization" of the Kubernetes documentation',
    },
  ]);

/** @param podNamespaces namespaces whose pods are scraped */
export const monitoringNeeds = (podNamespaces: readonly string[]): readonly KubernetesNeed[] => [
  ...operator,
  ...stateMetrics,
  ...alloy,
  ...prometheus(podNamespaces),
];

/** What the provider for Kubernetes reads back otherwise than it was written. */
import { refusedTexts, valuesAt } from './argument-paths';
import { isCanonicalQuantity } from './quantity';
import type { HiddenReshape, Reshape, ResourceArguments, StackJson } from './reshape';

const provider = 'kubernetes 2.38.0';

const workloads = [
  'kubernetes_deployment_v1',
  'kubernetes_stateful_set_v1',
  'kubernetes_daemon_set_v1',
  'kubernetes_job_v1',
  'kubernetes_cron_job_v1',
];
const autoscalers = ['kubernetes_horizontal_pod_autoscaler_v2'];

/** Blocks of one projected source. */
const projections = ['secret', 'config_map', 'downward_api', 'service_account_token'];

const countBlocks = (block: unknown) => projections.flatMap((name) => valuesAt(block, name)).length;

/** Field of a metric's target by the type of the target. */
const targetFields: Readonly<Record<string, string>> = {
  AverageValue: 'average_value',
  Utilization: 'average_utilization',
  Value: 'value',
};

const otherTargetFields = (target: ResourceArguments) =>
  Object.values(targetFields).filter((field) => field in target && field !== targetFields[String(target.type)]);

/** Whether something in the stack scales a Deployment of this name: an autoscaler, or an object of KEDA. */
function isScaled(name: string, { resource = {} }: StackJson): boolean {
  const targets = Object.values(resource.kubernetes_horizontal_pod_autoscaler_v2 ?? {}).flatMap((autoscaler) =>
    valuesAt(autoscaler, 'spec.scale_target_ref.name').map(({ value }) => value),
  );
  const objects = Object.values(resource.helm_release ?? {}).flatMap(({ values }) => [values].flat().map(String));
  return targets.includes(name) || objects.some((text) => text.includes(`"scaleTargetRef":{"name":"${name}"`));
}

const ignores = (resource: ResourceArguments, argument: string) =>
  valuesAt(resource, 'lifecycle.ignore_changes').some(({ value }) => String(value).startsWith(argument));

export const kubernetesReshapes: readonly Reshape[] = [
  {
    name: 'projected-sources',
    provider,
    types: workloads,
    path: 'spec.template.spec.volume.projected.sources',
    reads: 'a block of sources for each Secret, ConfigMap, field or token, however many one block had',
    source: 'kubernetes/structures_pod.go flattenProjectedVolumeSource; hashicorp/terraform-provider-kubernetes#1358',
    remedy: 'Give each its own block of sources; several items of one Secret may share one',
    violations: (resource) =>
      valuesAt(resource, 'spec.**.projected.sources')
        .map(({ place, value }) => ({ place, count: countBlocks(value) }))
        .filter(({ count }) => count !== 1)
        .map(({ place, count }) => `${place}: ${count} blocks`),
  },
  {
    name: 'file-modes',
    provider,
    types: workloads,
    path: 'spec.template.spec.volume.*.default_mode, items.mode',
    reads: 'octal digits after one zero',
    source:
      'kubernetes/structures_pod.go flattenSecretVolumeSource, flattenConfigMapVolumeSource, flattenSecretProjection',
    remedy: "Write the mode as '0440'",
    violations: (resource) =>
      refusedTexts(
        resource,
        ['spec.**.volume.**.default_mode', 'spec.**.volume.**.items.mode'],
        (mode) => !/^0(?:0|[1-7][0-7]*)$/.test(mode),
      ),
  },
  {
    name: 'volumes-of-tokens',
    provider,
    types: workloads,
    path: 'spec.template.spec.volume.name, container.volume_mount.name',
    reads: 'nothing: they are taken for those of the account that Kubernetes adds',
    source: 'kubernetes/structures_pod.go flattenPodSpec; kubernetes/structures_container.go flattenContainers',
    remedy: 'Give the volume a name that neither begins with kube-api-access nor has -token- and five characters in it',
    violations: (resource) =>
      refusedTexts(resource, ['spec.**.volume.name', 'spec.**.volume_mount.name'], (name) =>
        /^kube-api-access|-token-[a-z0-9]{5}/.test(name),
      ),
  },
  {
    name: 'numbers-as-texts',
    provider,
    types: workloads,
    path: 'run_as_user, run_as_group, fs_group, toleration_seconds, replicas',
    reads: 'the number without leading zeros or signs',
    source:
      'kubernetes/structures_pod.go flattenPodSecurityContext, flattenTolerations; kubernetes/structures_deployment.go flattenDeploymentSpec',
    remedy: 'Write the number as a number is written',
    violations: (resource) =>
      refusedTexts(
        resource,
        ['run_as_user', 'run_as_group', 'fs_group', 'toleration_seconds', 'replicas'].map((name) => `spec.**.${name}`),
        (text) => !/^(?:0|[1-9]\d*)$/.test(text),
      ),
  },
  {
    name: 'replicas-of-the-autoscaled',
    provider,
    types: ['kubernetes_deployment_v1', 'kubernetes_stateful_set_v1'],
    path: 'spec.replicas',
    reads: 'what the autoscaler set last',
    source: 'kubernetes/structures_deployment.go flattenDeploymentSpec',
    remedy: "Put 'spec[0].replicas' into lifecycle.ignore_changes",
    violations: (resource, stack) =>
      valuesAt(resource, 'metadata.name')
        .filter(({ value }) => isScaled(String(value), stack) && !ignores(resource, 'spec[0].replicas'))
        .map(({ value }) => `spec.replicas: of ${String(value)}`),
  },
  {
    name: 'annotations-of-reloader',
    provider,
    types: ['kubernetes_deployment_v1', 'kubernetes_stateful_set_v1', 'kubernetes_daemon_set_v1'],
    path: 'spec.template.metadata.annotations',
    reads:
      'all annotations of the template, those that Reloader adds too: only those of the object itself are filtered',
    source:
      'kubernetes/structures.go flattenMetadataFields, as kubernetes/structures_deployment.go flattenDeploymentSpec has it',
    remedy:
      "Put the annotation 'reloader.stakater.com/last-reloaded-from' of the template into lifecycle.ignore_changes",
    violations: (resource) =>
      valuesAt(resource, 'metadata.annotations')
        .filter(({ value }) => Object.keys(value as object).some((key) => key.startsWith('reloader.stakater.com/')))
        .filter(() => !ignores(resource, 'spec[0].template[0].metadata[0].annotations'))
        .map(({ place }) => `${place}: Reloader changes the template`),
  },
  {
    name: 'jobs-with-an-end',
    provider,
    types: ['kubernetes_job_v1'],
    path: 'spec.ttl_seconds_after_finished',
    reads: 'no Job, once Kubernetes has removed it: every plan makes it again, and it runs again',
    source: 'kubernetes/resource_kubernetes_job_v1.go resourceKubernetesJobV1Read',
    remedy: 'Leave it out; the next Job has another name',
    violations: (resource) => refusedTexts(resource, ['spec.ttl_seconds_after_finished'], () => true),
  },
  {
    name: 'autoscaler-quantities',
    provider,
    types: autoscalers,
    path: 'spec.metric.*.target.average_value, value',
    reads: 'the canonical quantity; nothing suppresses the difference here',
    source: 'kubernetes/structure_horizontal_pod_autoscaler_v2.go flattenV2MetricTarget',
    remedy: "Write '1' for '1000m', '500m' for '0.5' and '1Gi' for '1024Mi'",
    violations: (resource) =>
      refusedTexts(
        resource,
        ['spec.metric.**.target.average_value', 'spec.metric.**.target.value'],
        (text) => !isCanonicalQuantity(text),
      ),
  },
  {
    name: 'autoscaler-targets',
    provider,
    types: autoscalers,
    path: 'spec.metric.*.target',
    reads: 'the one value that belongs to the type of the target',
    source: 'kubernetes/structure_horizontal_pod_autoscaler_v2.go flattenV2MetricTarget',
    remedy: 'Give the target the value of its type alone',
    violations: (resource) =>
      valuesAt(resource, 'spec.metric.**.target').flatMap(({ place, value }) =>
        otherTargetFields(value as ResourceArguments).map((field) => `${place}.${field}`),
      ),
  },
  {
    name: 'autoscaler-behavior',
    provider,
    types: autoscalers,
    path: 'spec.behavior.scale_up, scale_down',
    reads: 'the select_policy, and the window of scale_down, that Kubernetes filled in: neither is a computed argument',
    source:
      'kubernetes/schema_horizontal_pod_autoscaler.go scalingRulesSpecFields; kubernetes/structure_horizontal_pod_autoscaler_v2.go flattenV2ScalingRules',
    remedy:
      "Say select_policy, 'Max' for the default, and stabilization_window_seconds of scale_down, 300 for the default",
    violations: (resource) =>
      ['scale_up', 'scale_down'].flatMap((direction) =>
        valuesAt(resource, `spec.behavior.${direction}`).flatMap(({ place, value }) =>
          ['select_policy', ...(direction === 'scale_down' ? ['stabilization_window_seconds'] : [])]
            .filter((argument) => !(argument in (value as object)))
            .map((argument) => `${place}.${argument}: absent`),
        ),
      ),
  },
  {
    name: 'services-without-load-balancer',
    provider,
    types: ['kubernetes_service_v1'],
    path: 'spec.allocate_load_balancer_node_ports, load_balancer_class',
    reads: 'true, and no class, for services of any other type than LoadBalancer',
    source: 'kubernetes/structure_service_spec.go flattenServiceSpec',
    remedy: 'Leave both out unless the type is LoadBalancer',
    violations: (resource) =>
      valuesAt(resource, 'spec')
        .filter(({ value }) => (value as ResourceArguments).type !== 'LoadBalancer')
        .flatMap(({ place, value: spec }) => {
          const { allocate_load_balancer_node_ports: ports = true, load_balancer_class: name } =
            spec as ResourceArguments;
          return [
            ...(ports === true ? [] : [`${place}.allocate_load_balancer_node_ports: ${String(ports)}`]),
            ...(name === undefined ? [] : [`${place}.load_balancer_class: ${JSON.stringify(name)}`]),
          ];
        }),
  },
];

export const hiddenKubernetesReshapes: readonly HiddenReshape[] = [
  {
    name: 'resource-quantities',
    provider,
    types: [...workloads, 'kubernetes_persistent_volume_claim_v1'],
    path: 'resources.limits, resources.requests, empty_dir.size_limit',
    reads: "the canonical quantity, '1' for '1000m'",
    source: 'kubernetes/schema_container.go resourcesFieldV1; kubernetes/schema_persistent_volume_claim.go',
    hiddenBy: 'kubernetes/diff_supress_funcs.go suppressEquivalentResourceQuantity',
  },
  {
    name: 'internal-annotations',
    provider,
    types: ['all'],
    path: 'metadata.annotations, metadata.labels',
    reads: 'no keys of kubernetes.io that the configuration has not, but for app.kubernetes.io',
    source: 'kubernetes/structures.go flattenMetadata',
    hiddenBy: 'kubernetes/structures.go removeInternalKeys, for the object itself, not for a template in it',
  },
  {
    name: 'built-in-tolerations',
    provider,
    types: workloads,
    path: 'spec.template.spec.toleration',
    reads: 'all of them in templates; kubernetes_pod_v1 loses those for not-ready, unreachable and pressure',
    source: 'kubernetes/structures_pod.go flattenTolerations',
    hiddenBy: 'its argument isTemplate, since 2.38.0: hashicorp/terraform-provider-kubernetes#2380',
  },
  {
    name: 'generated-labels-of-jobs',
    provider,
    types: ['kubernetes_job_v1', 'kubernetes_cron_job_v1'],
    path: 'spec.template.metadata.labels',
    reads: 'no labels with the id of the controller or the name of the Job',
    source: 'kubernetes/structure_job.go flattenJobV1Spec',
    hiddenBy: 'removeGeneratedLabels',
  },
  {
    name: 'autoscaler-directions',
    provider,
    types: autoscalers,
    path: 'spec.behavior.scale_up, scale_down',
    reads: 'both, where the configuration has one',
    source: 'kubernetes/structure_horizontal_pod_autoscaler_v2.go flattenV2Behavior',
    hiddenBy: 'kubernetes/schema_horizontal_pod_autoscaler.go: both blocks are computed',
  },
];

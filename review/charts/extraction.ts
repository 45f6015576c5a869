/** Facts of a release, read from the objects that its chart renders. */
import type {
  ApiServiceSpec,
  AutoscalerSpec,
  BudgetSpec,
  KubernetesDocument,
  OperatedSpec,
  ServiceSpec,
  WorkloadSpec,
} from './documents';
import type { BindingFacts, ReleaseFacts, RoleFacts, Rule, WebhookFacts, WorkloadFacts } from './fact-types';
import { isOperated, operatedWorkload, operatorOptions } from './operated-pods';
import { present, workloadFacts } from './pods';

const workloadKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job'];

/** @param namespace of the release, for objects that name none */
export function releaseFacts(documents: readonly KubernetesDocument[], namespace: string): ReleaseFacts {
  const of = (...kinds: readonly string[]) => documents.filter(({ kind }) => kinds.includes(kind));
  const where = ({ metadata }: KubernetesDocument) => ({
    name: metadata.name,
    namespace: metadata.namespace ?? namespace,
  });
  return sorted({
    serviceAccounts: of('ServiceAccount').map((account) => ({
      ...where(account),
      ...present({ automountToken: account.automountServiceAccountToken }),
    })),
    roles: of('ClusterRole', 'Role').map((role) => roleFacts(role, namespace)),
    bindings: of('ClusterRoleBinding', 'RoleBinding').map((binding) => bindingFacts(binding, namespace)),
    workloads: workloads(documents, namespace),
    services: of('Service').map((service) => {
      const { type, clusterIP, selector = {}, ports = [] } = service.spec as ServiceSpec;
      return {
        ...where(service),
        ...present({ type: type === 'ClusterIP' ? undefined : type, clusterIP }),
        selector,
        ports: ports.map(
          ({ name, port, targetPort, protocol }) =>
            present({ name, port, targetPort, protocol: protocol === 'TCP' ? undefined : protocol }) as never,
        ),
      };
    }),
    webhooks: documents.flatMap((document) => webhookFacts(document, namespace)),
    disruptionBudgets: of('PodDisruptionBudget').map((budget) => {
      const { selector, minAvailable, maxUnavailable } = budget.spec as BudgetSpec;
      return { ...where(budget), selector: selector?.matchLabels ?? {}, ...present({ minAvailable, maxUnavailable }) };
    }),
    autoscalers: of('HorizontalPodAutoscaler').map((autoscaler) => {
      const { scaleTargetRef, minReplicas = 1, maxReplicas } = autoscaler.spec as AutoscalerSpec;
      return {
        ...where(autoscaler),
        target: `${scaleTargetRef.kind}/${scaleTargetRef.name}`,
        minReplicas,
        maxReplicas,
      };
    }),
  });
}

/** Each list by kind and name: the order of a chart's files is no fact. */
function sorted(facts: ReleaseFacts): ReleaseFacts {
  const key = (item: { readonly kind?: string; readonly name: string; readonly namespace?: string }) =>
    [item.kind, item.namespace, item.name].join('/');
  return Object.fromEntries(
    Object.entries(facts).map(([name, list]: [string, readonly { readonly name: string }[]]) => [
      name,
      [...list].sort((one, other) => (key(one) < key(other) ? -1 : 1)),
    ]),
  ) as unknown as ReleaseFacts;
}

function workloads(documents: readonly KubernetesDocument[], namespace: string): WorkloadFacts[] {
  return documents.flatMap(({ kind, metadata, spec }) => {
    if (workloadKinds.includes(kind)) return [workloadFacts(kind, metadata, spec as WorkloadSpec, namespace)];
    if (kind === 'CronJob') {
      const { jobTemplate } = spec as { readonly jobTemplate: { readonly spec: WorkloadSpec } };
      return [workloadFacts(kind, metadata, jobTemplate.spec, namespace)];
    }
    if (!isOperated(kind)) return [];
    return [operatedWorkload(kind, metadata, spec as OperatedSpec, operatorOptions(argumentsIn(documents)), namespace)];
  });
}

/** Arguments of all containers of Deployments: the operator's are among them. */
const argumentsIn = (documents: readonly KubernetesDocument[]) =>
  documents
    .filter(({ kind }) => kind === 'Deployment')
    .flatMap(({ spec }) => (spec as WorkloadSpec).template.spec.containers.flatMap(({ args = [] }) => args));

function roleFacts({ kind, metadata, rules }: KubernetesDocument, namespace: string): RoleFacts {
  const aggregatesTo = Object.keys(metadata.labels ?? {}).filter((label) =>
    label.startsWith('rbac.authorization.k8s.io/aggregate-to-'),
  );
  return {
    kind: kind as RoleFacts['kind'],
    name: metadata.name,
    ...(kind === 'Role' && { namespace: metadata.namespace ?? namespace }),
    rules: (rules ?? []).map(
      ({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) =>
        present({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }) as Rule,
    ),
    ...(aggregatesTo.length > 0 && { aggregatesTo }),
  };
}

function bindingFacts({ kind, metadata, roleRef, subjects = [] }: KubernetesDocument, namespace: string): BindingFacts {
  return {
    kind: kind as BindingFacts['kind'],
    name: metadata.name,
    ...(kind === 'RoleBinding' && { namespace: metadata.namespace ?? namespace }),
    role: { kind: roleRef?.kind ?? '', name: roleRef?.name ?? '' },
    subjects: subjects.map(
      (subject) => present({ kind: subject.kind, name: subject.name, namespace: subject.namespace }) as never,
    ),
  };
}

const defaultPort = 443;

function webhookFacts({ kind, metadata, webhooks = [], spec }: KubernetesDocument, namespace: string): WebhookFacts[] {
  const called = (
    name: string,
    service: NonNullable<ApiServiceSpec['service']>,
    failurePolicy?: string,
  ): WebhookFacts => ({
    kind,
    name,
    service: { name: service.name, namespace: service.namespace, port: service.port ?? defaultPort },
    ...(failurePolicy !== undefined && { failurePolicy }),
  });
  if (kind === 'APIService') {
    const { service } = spec as ApiServiceSpec;
    return service ? [called(metadata.name, { ...service, namespace: service.namespace || namespace })] : [];
  }
  return webhooks.flatMap(({ name, failurePolicy, clientConfig: { service } }) =>
    service ? [called(`${metadata.name}/${name}`, service, failurePolicy)] : [],
  );
}

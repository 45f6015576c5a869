/**
 * Facts of what charts render: rights, pods, services and webhooks, without the templates that they come from.
 *
 * Absent means that the chart leaves it out, and that Kubernetes' default holds.
 */

/** A quantity of Kubernetes as the chart writes it: `50m`, `256Mi`, or a plain number. */
export type Quantity = string | number;

export interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

export interface RoleFacts {
  readonly kind: 'ClusterRole' | 'Role';
  readonly name: string;
  /** Of a Role. */
  readonly namespace?: string;
  readonly rules: readonly Rule[];
  /** Labels by which other ClusterRoles take these rules in, such as `rbac.authorization.k8s.io/aggregate-to-view`. */
  readonly aggregatesTo?: readonly string[];
}

export interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

export interface BindingFacts {
  readonly kind: 'ClusterRoleBinding' | 'RoleBinding';
  readonly name: string;
  /** Of a RoleBinding: where the rights hold. */
  readonly namespace?: string;
  readonly role: { readonly kind: string; readonly name: string };
  readonly subjects: readonly Subject[];
}

export interface ServiceAccountFacts {
  readonly name: string;
  readonly namespace: string;
  readonly automountToken?: boolean;
}

/** Of the container, where it says so itself, or else of its pod. */
export interface ContainerSecurity {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly droppedCapabilities?: readonly string[];
  readonly addedCapabilities?: readonly string[];
  readonly seccompProfile?: string;
}

export interface Resources {
  readonly requests?: Readonly<Record<string, Quantity>>;
  readonly limits?: Readonly<Record<string, Quantity>>;
}

export interface PortFacts {
  readonly name?: string;
  readonly containerPort: number;
  /** @default TCP */
  readonly protocol?: string;
}

export interface ContainerFacts {
  readonly name: string;
  /** Registry, repository, and tag or digest. */
  readonly image: string;
  /** Whether it runs before the others, and ends. */
  readonly isInitial: boolean;
  /** Whether it has a command instead of the image's entrypoint. */
  readonly hasCommand: boolean;
  readonly security: ContainerSecurity;
  readonly resources: Resources;
  readonly ports: readonly PortFacts[];
}

export interface EmptyDirFacts {
  readonly name: string;
  readonly sizeLimit?: Quantity;
  /** `Memory`, or the node's disk if absent. */
  readonly medium?: string;
}

export interface ClaimFacts {
  readonly name: string;
  readonly size: Quantity;
  readonly storageClass?: string;
}

export interface WorkloadFacts {
  /** `Deployment`, `StatefulSet`, `DaemonSet`, `Job` or `CronJob`. */
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  /** Custom resource of which an operator makes the workload; see `operated-pods.ts`. @default - the chart makes it */
  readonly madeFrom?: string;
  /** Event of Helm at which it runs, such as `post-install`. @default - it is part of the release */
  readonly hook?: string;
  /** Absent where an autoscaler decides. */
  readonly replicas?: number;
  readonly selector?: Readonly<Record<string, string>>;
  readonly podLabels: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  readonly automountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly priorityClass?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly fsGroup?: number;
  readonly containers: readonly ContainerFacts[];
  readonly emptyDirs: readonly EmptyDirFacts[];
  /** Claims that each pod gets. */
  readonly claims: readonly ClaimFacts[];
  readonly claimRetention?: { readonly whenDeleted?: string; readonly whenScaled?: string };
}

export interface ServiceFacts {
  readonly name: string;
  readonly namespace: string;
  readonly type?: string;
  /** `None` of a headless one. */
  readonly clusterIP?: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly {
    readonly name?: string;
    readonly port: number;
    readonly targetPort?: string | number;
    readonly protocol?: string;
  }[];
}

/** A Service that the control plane calls. */
export interface WebhookFacts {
  /** `ValidatingWebhookConfiguration`, `MutatingWebhookConfiguration` or `APIService`. */
  readonly kind: string;
  readonly name: string;
  readonly service: { readonly name: string; readonly namespace: string; readonly port: number };
  readonly failurePolicy?: string;
}

export interface DisruptionBudgetFacts {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly minAvailable?: string | number;
  readonly maxUnavailable?: string | number;
}

export interface AutoscalerFacts {
  readonly name: string;
  readonly namespace: string;
  /** `Deployment/traefik`. */
  readonly target: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** What one release renders. */
export interface ReleaseFacts {
  readonly serviceAccounts: readonly ServiceAccountFacts[];
  readonly roles: readonly RoleFacts[];
  readonly bindings: readonly BindingFacts[];
  readonly workloads: readonly WorkloadFacts[];
  readonly services: readonly ServiceFacts[];
  readonly webhooks: readonly WebhookFacts[];
  readonly disruptionBudgets: readonly DisruptionBudgetFacts[];
  readonly autoscalers: readonly AutoscalerFacts[];
}

/** A file of facts: one version of a chart. */
export interface ChartFile {
  readonly chart: string;
  readonly version: string;
  readonly renderings: readonly (ReleaseFacts & {
    /** Digests of what was rendered, by `<stack>/<release>`: releases with the same facts are here together. */
    readonly releases: Readonly<Record<string, string>>;
  })[];
}

/** Objects of Kubernetes as charts render them, as far as facts are read from them. */
import type { PortFacts, Resources, Rule, ServiceFacts, Subject } from './fact-types';

export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsGroup?: number;
  readonly runAsNonRoot?: boolean;
  readonly fsGroup?: number;
  readonly readOnlyRootFilesystem?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly privileged?: boolean;
  readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  readonly seccompProfile?: { readonly type: string };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly securityContext?: SecurityContext;
  readonly resources?: Resources;
  readonly ports?: readonly PortFacts[];
}

export interface PodSpec {
  readonly serviceAccountName?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly hostNetwork?: boolean;
  readonly priorityClassName?: string;
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly securityContext?: SecurityContext;
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly volumes?: readonly {
    readonly name: string;
    readonly emptyDir?: { readonly sizeLimit?: string; readonly medium?: string } | null;
  }[];
}

export interface Claim {
  readonly metadata?: { readonly name?: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

interface Selector {
  readonly matchLabels?: Readonly<Record<string, string>>;
}

export interface Template {
  readonly metadata?: { readonly labels?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

export interface WorkloadSpec {
  readonly replicas?: number;
  readonly selector?: Selector;
  readonly template: Template;
  readonly volumeClaimTemplates?: readonly Claim[];
  readonly persistentVolumeClaimRetentionPolicy?: { readonly whenDeleted?: string; readonly whenScaled?: string };
}

/** `Prometheus` and `Alertmanager`, of which the operator makes StatefulSets. */
export interface OperatedSpec extends Partial<PodSpec> {
  readonly image: string;
  readonly replicas?: number;
  readonly portName?: string;
  readonly resources?: Resources;
  readonly storage?: { readonly volumeClaimTemplate: Claim };
  readonly persistentVolumeClaimRetentionPolicy?: WorkloadSpec['persistentVolumeClaimRetentionPolicy'];
}

interface Call {
  readonly service?: { readonly name: string; readonly namespace: string; readonly port?: number };
}

/** By kind; each kind has some of it. */
export interface KubernetesDocument {
  readonly kind: string;
  readonly metadata: Metadata;
  readonly automountServiceAccountToken?: boolean;
  readonly rules?: readonly Rule[] | null;
  readonly roleRef?: { readonly kind: string; readonly name: string };
  readonly subjects?: readonly Subject[];
  readonly webhooks?: readonly {
    readonly name: string;
    readonly failurePolicy?: string;
    readonly clientConfig: Call;
  }[];
  readonly spec?: unknown;
}

export interface ServiceSpec {
  readonly type?: string;
  readonly clusterIP?: string;
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports?: ServiceFacts['ports'];
}

export interface BudgetSpec {
  readonly selector?: Selector;
  readonly minAvailable?: string | number;
  readonly maxUnavailable?: string | number;
}

export interface AutoscalerSpec {
  readonly scaleTargetRef: { readonly kind: string; readonly name: string };
  readonly minReplicas?: number;
  readonly maxReplicas: number;
}

export type ApiServiceSpec = Call;

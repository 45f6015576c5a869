/** What of a workload of Kubernetes policies look at, read from its resource in Terraform. */
import { DefaultTokenResolver, StringConcat, TerraformResource, TerraformStack, Tokenization } from 'cdktf';
import type { IConstruct } from 'constructs';

/** Arguments of a block, as Terraform names them. */
export type Block = Readonly<Record<string, unknown>>;

export interface WorkloadContainer {
  readonly name: string;
  /** Whether it runs before the others, and ends. */
  readonly isInitial: boolean;
  readonly arguments: Block;
}

/** A workload and its pods. */
export interface Workload {
  readonly resource: TerraformResource;
  /** `deployment`, `stateful_set`, `daemon_set`, `job`, `cron_job` or `pod`. */
  readonly kind: string;
  /** Whether it runs until somebody ends it. */
  readonly isServer: boolean;
  /** Pods of a Deployment or StatefulSet; one of what has no number. */
  readonly replicas: number;
  readonly namespace: string;
  /** Labels of pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly pod: Block;
  readonly containers: readonly WorkloadContainer[];
}

/** A rule for workloads. */
export interface WorkloadPolicy {
  /** The sentence that it enforces, as in its file's name. */
  readonly explanation: string;
  /** What is wrong with a workload, and what to do about it, each in a line. */
  readonly problems: (workload: Workload) => readonly string[];
}

const workloadType = /^kubernetes_(deployment|stateful_set|daemon_set|daemonset|job|cron_job|pod)(?:_v\d)?$/;

/** Undefined for what is no workload. */
export function workloadOf(node: IConstruct): Workload | undefined {
  if (!TerraformResource.isTerraformResource(node)) return undefined;
  const kind = workloadType.exec(node.terraformResourceType)?.[1];
  if (kind === undefined) return undefined;
  const { metadata, spec } = argumentsOf(node);
  const outer = block(spec);
  const template = kind === 'cron_job' ? block(block(block(outer.job_template).spec).template) : block(outer.template);
  const pod = kind === 'pod' ? outer : block(template.spec);
  const own = block(metadata);
  return {
    resource: node,
    kind,
    isServer: !['job', 'cron_job', 'pod'].includes(kind),
    replicas: Number(outer.replicas ?? 1),
    namespace: textOf(own.namespace, 'default'),
    labels: block(kind === 'pod' ? own.labels : block(template.metadata).labels) as Workload['labels'],
    pod,
    containers: [...containersOf(pod.init_container, true), ...containersOf(pod.container, false)],
  };
}

/** Arguments of a resource, with the values of tokens as far as they are known. */
export function argumentsOf(resource: TerraformResource): Block {
  const resolved: unknown = Tokenization.resolve(resource.toTerraform(), {
    scope: TerraformStack.of(resource),
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });
  const ofType = block(block(block(resolved).resource)[resource.terraformResourceType]);
  return block(Object.values(ofType)[0]);
}

/** A block, also where Terraform has a list of one. */
export function block(value: unknown): Block {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null ? (one as Block) : {};
}

/** Blocks of a list. */
export const blocks = (value: unknown): readonly Block[] => (Array.isArray(value) ? value.map(block) : []);

/** A text, or another if there is none. */
export const textOf = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);

function containersOf(value: unknown, isInitial: boolean): WorkloadContainer[] {
  return blocks(value).map((container) => ({
    name: textOf(container.name, '(no name)'),
    isInitial,
    arguments: container,
  }));
}

/** Containers of pods that Terraform makes itself, as facts: from synthesized stacks. */
import type { ContainerFacts } from './fact-types';
import { containerFacts } from './pods';
import type { SecurityContext } from './documents';

type Block = Readonly<Record<string, unknown>>;

const workloadTypes = /^kubernetes_(?:deployment|stateful_set|daemon_set|daemonset|job|cron_job|pod)(?:_v\d)?$/;

export interface SynthesizedContainer {
  /** `<resource type>.<name>`. */
  readonly resource: string;
  readonly container: ContainerFacts;
}

/** Containers of a stack, initial ones included. */
export function containersOf(stack: { readonly resource?: unknown }): SynthesizedContainer[] {
  const types = Object.entries((stack.resource ?? {}) as Readonly<Record<string, Readonly<Record<string, Block>>>>);
  return types
    .filter(([type]) => workloadTypes.test(type))
    .flatMap(([type, resources]) =>
      Object.entries(resources).flatMap(([name, resource]) => {
        const pod = podOf(type, resource);
        const facts = (key: string) =>
          blocks(pod[key]).map((container) => ({
            resource: `${type}.${name}`,
            container: factsOf(container, pod, key === 'init_container'),
          }));
        return [...facts('init_container'), ...facts('container')];
      }),
    );
}

function podOf(type: string, { spec }: Block): Block {
  const outer = block(spec);
  if (type.startsWith('kubernetes_pod')) return outer;
  const job = type.startsWith('kubernetes_cron_job') ? block(block(outer.job_template).spec) : outer;
  return block(block(job.template).spec);
}

function factsOf(container: Block, pod: Block, isInitial: boolean): ContainerFacts {
  const ofPod = securityContext(pod);
  return containerFacts(
    {
      name: String(container.name),
      image: String(container.image),
      command: (container.command ?? []) as readonly string[],
      securityContext: securityContext(container),
      resources: block(container.resources),
    },
    { containers: [], securityContext: ofPod },
    isInitial,
  );
}

const numberOf = (value: unknown) => (value === undefined ? {} : { value: Number(value) });

function securityContext({ security_context }: Block): SecurityContext {
  const given = block(security_context);
  const user = numberOf(given.run_as_user).value;
  return {
    ...(user !== undefined && { runAsUser: user }),
    ...(typeof given.run_as_non_root === 'boolean' && { runAsNonRoot: given.run_as_non_root }),
    ...(typeof given.read_only_root_filesystem === 'boolean' && {
      readOnlyRootFilesystem: given.read_only_root_filesystem,
    }),
  };
}

function block(value: unknown): Block {
  const one: unknown = Array.isArray(value) ? value[0] : value;
  return typeof one === 'object' && one !== null ? (one as Block) : {};
}

const blocks = (value: unknown): Block[] =>
  Array.isArray(value) ? value.map(block) : value === undefined ? [] : [block(value)];

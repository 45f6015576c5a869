/** What runs in Kubernetes, and with what, in a synthesized stack. */
import type { KubernetesObject } from '../../constructs/kubernetes/custom-resources';
import { resourcesOf, type Configuration } from './synthesized-construct';

interface Container {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value?: string }[];
  readonly volume_mount: readonly { readonly mount_path: string }[];
}

interface Source {
  readonly secret: readonly { readonly name: string; readonly items: readonly { key: string; path: string }[] }[];
}

interface PodSpec {
  readonly termination_grace_period_seconds: number;
  readonly container: readonly [Container];
  readonly volume?: readonly { readonly projected: readonly { readonly sources: readonly Source[] }[] }[];
}

export interface Workload {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly replicas?: string; readonly template: { readonly spec: PodSpec } };
  readonly depends_on: readonly string[];
}

export const workloads = (configuration: Configuration) =>
  ['kubernetes_deployment_v1', 'kubernetes_job_v1'].flatMap(
    (type) => Object.values(resourcesOf(configuration, type)) as unknown as Workload[],
  );

/** A Deployment or Job by its program. */
export function workload(configuration: Configuration, program: string): Workload {
  const found = workloads(configuration).find(({ metadata: { name } }) => name.startsWith(program));
  if (!found) throw new Error(`no workload of ${program}`);
  return found;
}

export const container = (configuration: Configuration, program: string) =>
  workload(configuration, program).spec.template.spec.container[0];

/** Files of a program: path → Secret and key. */
export function files(configuration: Configuration, program: string): Record<string, string> {
  const volumes = workload(configuration, program).spec.template.spec.volume ?? [];
  const secrets = volumes.flatMap(({ projected }) =>
    projected.flatMap(({ sources }) => sources.flatMap(({ secret }) => secret)),
  );
  return Object.fromEntries(
    secrets.flatMap(({ name, items }) => items.map(({ key, path: file }) => [file, `${name}/${key}`])),
  );
}

/** References of Terraform have quotation marks of their own. */
const withoutReferences = (text: string) => text.replace(/\$\{[^}]*\}/g, 'reference');

/** Objects of all releases. */
export function objects(configuration: Configuration): KubernetesObject[] {
  return Object.values(resourcesOf(configuration, 'helm_release')).flatMap(
    ({ values }) =>
      (JSON.parse(withoutReferences(String((values as string[])[0]))) as { objects: KubernetesObject[] }).objects,
  );
}

export const object = (configuration: Configuration, kind: string, name?: string) =>
  objects(configuration).find((one) => one.kind === kind && (name === undefined || one.metadata.name === name));

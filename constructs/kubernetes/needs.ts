/**
 * What programs in a cluster ask of the API of Kubernetes. Each program's needs are declared beside it; a review compares
 * them with the rights that it has.
 */

export interface KubernetesNeed {
  readonly subject: { readonly namespace: string; readonly serviceAccount: string };
  /** As the API has it: `get`, `list`, `watch`, `create`, … */
  readonly verb: string;
  /** API group; `''` is the core group. */
  readonly group: string;
  /** Plural name, with a subresource after a slash: `pods/log`. */
  readonly resource: string;
  /** @default - in all namespaces, or a resource that is in none */
  readonly namespace?: string;
  /** The one object that is meant. @default - any */
  readonly name?: string;
  readonly why: string;
  /** Where the program's makers say or show it. */
  readonly source?: string;
}

/** Several needs of one subject for one reason: each verb on each resource, in each namespace, of each name. */
export interface NeedGroup {
  readonly verbs: readonly string[];
  /** @default '' - the core group */
  readonly group?: string;
  readonly resources: readonly string[];
  /** @default - in all namespaces, or resources that are in none */
  readonly namespaces?: readonly string[];
  /** @default - any object */
  readonly names?: readonly string[];
  readonly why: string;
  readonly source?: string;
}

export const read = ['get', 'list', 'watch'] as const;

/** What an informer of client-go asks. */
export const observe = ['list', 'watch'] as const;

/** The single needs of groups. */
export function needsOf(subject: KubernetesNeed['subject'], groups: readonly NeedGroup[]): readonly KubernetesNeed[] {
  return groups.flatMap(({ verbs, group = '', resources, namespaces, names, why, source }) =>
    verbs.flatMap((verb) =>
      resources.flatMap((resource) =>
        (namespaces ?? [undefined]).flatMap((namespace) =>
          (names ?? [undefined]).map((name) => ({
            subject,
            verb,
            group,
            resource,
            ...(namespace !== undefined && { namespace }),
            ...(name !== undefined && { name }),
            why,
            ...(source !== undefined && { source }),
          })),
        ),
      ),
    ),
  );
}

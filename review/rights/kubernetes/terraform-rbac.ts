/** Roles, bindings and service accounts that stacks make themselves, and the charts that they install. */
import { z } from 'zod';
import { rbacObjectsOf } from './manifests';
import { joined, type RbacObjects } from './rbac-objects';

/** A synthesized stack, as far as it counts here. */
export interface StackResources {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** A chart as a stack installs it. */
export interface InstalledChart {
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  /** @default - the chart is a folder of this repository */
  readonly version?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** An object in the values of the project's own chart of custom resources. */
export interface PlacedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

const kinds: Readonly<Record<string, string>> = {
  kubernetes_role_v1: 'Role',
  kubernetes_cluster_role_v1: 'ClusterRole',
  kubernetes_role_binding_v1: 'RoleBinding',
  kubernetes_cluster_role_binding_v1: 'ClusterRoleBinding',
  kubernetes_service_account_v1: 'ServiceAccount',
};

type Attributes = Readonly<Record<string, unknown>>;

const attributes = z.record(z.string(), z.unknown());

const helmRelease = z.object({
  name: z.string(),
  namespace: z.string(),
  chart: z.string(),
  version: z.string().optional(),
  values: z.array(z.string()).max(1).default([]),
});

/** Objects of access control of a stack, without those of charts. @param name of the stack */
export function stackObjects(name: string, stack: StackResources): RbacObjects {
  const { resource = {} } = stack;
  const source = { origin: `stack ${name}`, namespace: 'default' };
  return joined(
    Object.entries(kinds).map(([type, kind]) =>
      rbacObjectsOf(
        Object.values(resource[type] ?? {}).map((value) => manifestOf(kind, resolved(value, resource))),
        source,
      ),
    ),
  );
}

/** Charts that a stack installs. Values are one document of JSON, as `ChartRelease` writes them. */
export function installedCharts({ resource = {} }: StackResources): readonly InstalledChart[] {
  return Object.values(resource.helm_release ?? {}).map((value) => {
    const { name, namespace, chart, version, values } = helmRelease.parse(value);
    const parsed = values.map((text) => attributes.parse(JSON.parse(withoutQuotesInReferences(text))));
    return { name, namespace, chart, ...(version !== undefined && { version }), values: parsed[0] ?? {} };
  });
}

/** Terraform's expressions stand in the text as they are, their quotation marks not escaped. */
const withoutQuotesInReferences = (text: string) =>
  text.replace(/\$\{[^}]*\}/g, (expression) => expression.replaceAll('"', "'"));

/** Objects of the project's own chart of custom resources; none of other charts. */
export function placedObjects({ version, namespace, values }: InstalledChart): readonly PlacedObject[] {
  if (version !== undefined) return [];
  return z
    .array(z.looseObject({ kind: z.string(), metadata: z.looseObject({ namespace: z.string().optional() }) }))
    .parse(values.objects ?? [])
    .map((manifest) => ({ kind: manifest.kind, namespace: manifest.metadata.namespace ?? namespace, manifest }));
}

/** A resource of the provider in the form of the API: its blocks may be one or a list of one. */
function manifestOf(kind: string, value: unknown): unknown {
  const { metadata, rule, role_ref: roleRef, subject, aggregation_rule: aggregation } = attributes.parse(value);
  return {
    kind,
    metadata: block(metadata),
    rules: blocks(rule).map((entry) => ({
      apiGroups: entry.api_groups,
      resources: entry.resources,
      resourceNames: entry.resource_names,
      nonResourceURLs: entry.non_resource_urls,
      verbs: entry.verbs,
    })),
    roleRef: block(roleRef),
    subjects: blocks(subject),
    ...(aggregation !== undefined && { aggregationRule: aggregationOf(block(aggregation)) }),
  };
}

const aggregationOf = (aggregation: Attributes | undefined) => ({
  clusterRoleSelectors: blocks(aggregation?.cluster_role_selectors).map((selector) => ({
    matchLabels: selector.match_labels,
    matchExpressions: blocks(selector.match_expressions),
  })),
});

function blocks(value: unknown): readonly Attributes[] {
  if (value === undefined || value === null) return [];
  return z.array(attributes).parse(Array.isArray(value) ? value : [value]);
}

const block = (value: unknown): Attributes | undefined => blocks(value)[0];

type Resources = Readonly<Record<string, Attributes>>;

/** The same with names in the places of references to them. @throws Error for a reference that isn't to a name here */
function resolved(value: unknown, resource: Resources): unknown {
  if (Array.isArray(value)) return value.map((entry: unknown) => resolved(entry, resource));
  if (typeof value === 'string') return value.includes('${') ? referredName(value, resource) : value;
  if (typeof value !== 'object' || value === null) return value;
  const known = Object.entries(value).filter(([key]) => key !== '//' && key !== 'depends_on');
  return Object.fromEntries(known.map(([key, entry]: [string, unknown]) => [key, resolved(entry, resource)]));
}

const reference = /^\$\{(kubernetes_\w+)\.([\w-]+)\.metadata\[0\]\.(name|namespace)\}$/;

function referredName(text: string, resource: Resources): string {
  const [, type = '', id = '', field = ''] = reference.exec(text) ?? [];
  const target = attributes.optional().parse(resource[type]?.[id]);
  const name = block(target?.metadata)?.[field];
  if (typeof name === 'string') return name;
  throw new Error(
    `${text}: rights can't be reviewed; refer to the name of an object of the same stack, or write it out`,
  );
}

/** Where the resources that the synthesis resolves, from which environments are deployed without Terraform, are not as Terraform plans them. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadEnvironment } from '../../environments/index';
import { planEnvironment } from '../../review/synthesis/environment-plan';
import { parseTemplate } from '../../review/synthesis/expression';
import { readStacks } from '../../review/synthesis/stack-files';
import { readSurroundings } from '../../stacks/surroundings';

const root = path.resolve(__dirname, '../..');

interface PlannedResource {
  readonly mode: string;
  readonly type: string;
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Resources of Kubernetes that Terraform plans in a stack. */
function plannedIn(plans: string, stack: string): readonly PlannedResource[] {
  const plan = JSON.parse(readFileSync(path.join(plans, `${stack}.json`), 'utf8')) as {
    readonly planned_values: { readonly root_module?: { readonly resources?: readonly PlannedResource[] } };
  };
  return (plan.planned_values.root_module?.resources ?? []).filter(
    ({ mode, type }) => mode === 'managed' && isOfKubernetes(type),
  );
}

const isOfKubernetes = (type: string) => type.startsWith('kubernetes_') || type === 'helm_release';

export interface Difference {
  readonly place: string;
  readonly resolved: unknown;
  readonly planned: unknown;
}

/**
 * Where a resolved argument isn't the planned one. Terraform has one block as a list of one, and leaves out what is unknown
 * before an apply. A text that the synthesis makes of an attribute of AWS is compared by its literal parts.
 */
function differences(resolved: unknown, planned: unknown, written: unknown, place: string): readonly Difference[] {
  if (resolved === undefined || resolved === null) return [];
  if (Array.isArray(resolved)) {
    const list = Array.isArray(planned) ? planned : [];
    if (resolved.length !== list.length) return [{ place, resolved, planned }];
    const texts = Array.isArray(written) ? written : [];
    return resolved.flatMap((item, index) => differences(item, list[index], texts[index], `${place}[${index}]`));
  }
  const [other, text] = [planned, written].map(blockOf);
  if (typeof resolved !== 'object') return isSame(resolved, other, text) ? [] : [{ place, resolved, planned: other }];
  return Object.entries(resolved).flatMap(([key, value]) =>
    differences(value, memberOf(other, key), memberOf(text, key), `${place}.${key}`),
  );
}

/** One block of a list of one. */
const blockOf = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 ? (value as unknown[])[0] : value;

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;

function isSame(resolved: unknown, planned: unknown, written: unknown): boolean {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  if (text(resolved) === text(planned)) return true;
  if (typeof written !== 'string' || !written.includes('${')) return false;
  // Unknown before an apply: the plan has no value, as where AWS chooses an id.
  if (planned === undefined || planned === null) return true;
  const pattern = parseTemplate(written).map((part) =>
    typeof part === 'string' ? part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&') : '.*',
  );
  return new RegExp(`^${pattern.join('')}$`, 's').test(text(planned));
}

/** Arguments that the synthesis writes and nothing else. */
const metaArguments: readonly string[] = ['//', 'lifecycle', 'depends_on', 'provider', 'timeouts'];

export interface PlanComparison {
  /** Addresses of resources of Kubernetes and Helm: resolved, and planned. */
  readonly resolved: readonly string[];
  readonly planned: readonly string[];
  /** How many arguments were compared. */
  readonly compared: number;
  readonly differences: readonly Difference[];
}

/**
 * Compares every argument of an environment's resources of Kubernetes.
 *
 * @param folder of the synthesis
 * @param plans folder of Terraform's plans, a file `<stack>.json` each
 */
export function compareWithPlans(name: string, folder: string, plans: string): PlanComparison {
  const surroundings = readSurroundings(root);
  const { resources } = planEnvironment(loadEnvironment(name, {}, surroundings.today), surroundings);
  const own = resources.filter(({ mode, type }) => mode === 'managed' && isOfKubernetes(type));
  const stacks = readStacks(folder).map(({ name: stack, configuration }) => ({
    ...{ stack, configuration, planned: plannedIn(plans, stack) },
    own: own.filter((resource) => resource.stack === stack),
  }));
  const pairs = stacks.flatMap(({ configuration, planned, own: resolved }) =>
    resolved.flatMap(({ type, id, address, values }) => {
      const other = planned.find((one) => one.type === type && one.name === id)?.values;
      const written = configuration.resource?.[type]?.[id] ?? {};
      return Object.entries(values)
        .filter(([key]) => !metaArguments.includes(key))
        .map(([key, value]) => [value, other?.[key], written[key], `${address}.${key}`] as const);
    }),
  );
  return {
    resolved: own.map(({ stack, type, id }) => `${stack}/${type}.${id}`).sort(),
    planned: stacks
      .flatMap(({ stack, planned }) => planned.map(({ type, name: id }) => `${stack}/${type}.${id}`))
      .sort(),
    compared: pairs.length,
    differences: pairs.flatMap((pair) => differences(...pair)),
  };
}

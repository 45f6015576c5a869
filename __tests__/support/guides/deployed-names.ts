/** Names in the stacks of all environments, which commands in guides are about. */
import { developmentEnvironment } from '../../../environments/development';
import { isCloudEnvironment, type EnvironmentInput } from '../../../environments/environment';
import { environmentNames, loadEnvironment } from '../../../environments/index';
import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { localEnvironment } from '../../../environments/local';
import { productionEnvironment } from '../../../environments/production';
import { stagingEnvironment } from '../../../environments/staging';
import { testDay } from '../kubernetes';
import { synthesize } from '../synthesized';

export interface DeployedNames {
  /** Of `ENVIRONMENT`. */
  readonly environments: readonly string[];
  readonly stacks: readonly string[];
  /** What each stack depends on, directly. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
  readonly namespaces: ReadonlySet<string>;
  /** Objects of Kubernetes as `<namespace>/<kind>/<name>`, the kind in small letters; a namespace may be empty. */
  readonly objects: ReadonlySet<string>;
  /** Labels of pods, as `<key>=<value>`. */
  readonly labels: ReadonlySet<string>;
  /** Values of arguments of AWS resources, by `<type>.<argument>`; of tags by `<type>.tags.<key>`. */
  readonly arguments: ReadonlyMap<string, ReadonlySet<string>>;
  /** Values of outputs, where they are known before the deployment. */
  readonly outputs: ReadonlySet<string>;
  /** Repositories of ECR that pods of the application pull from. */
  readonly imageRepositories: ReadonlySet<string>;
}

type Json = Readonly<Record<string, unknown>>;

const asObject = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const first = (value: unknown): Json => asObject(Array.isArray(value) ? value[0] : value);
const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

const inputs: readonly EnvironmentInput[] = [
  localEnvironment({}),
  kubernetesEnvironment,
  developmentEnvironment,
  stagingEnvironment,
  productionEnvironment,
];

class Collector implements DeployedNames {
  readonly environments = environmentNames;
  readonly stacks: string[] = [];
  readonly dependencies = new Map<string, readonly string[]>();
  readonly namespaces = new Set<string>(['default', 'kube-system']);
  readonly objects = new Set<string>();
  readonly labels = new Set<string>();
  readonly arguments = new Map<string, Set<string>>();
  readonly outputs = new Set<string>();
  readonly imageRepositories = new Set<string>();

  addStack(name: string, stack: object): void {
    this.stacks.push(name);
    const { resource, data, output } = stack as { resource?: Json; data?: Json; output?: Json };
    for (const [type, resources] of [...Object.entries(resource ?? {}), ...Object.entries(data ?? {})]) {
      for (const value of Object.values(asObject(resources))) this.addResource(type, asObject(value));
    }
    for (const value of Object.values(output ?? {})) this.outputs.add(asText(asObject(value).value));
  }

  private addResource(type: string, resource: Json): void {
    if (type.startsWith('aws_')) this.addArguments(type, resource);
    if (type.startsWith('kubernetes_')) this.addObject(kindOf(type), resource);
    if (type === 'helm_release') this.addRelease(resource);
  }

  private addArguments(type: string, resource: Json): void {
    for (const [argument, value] of Object.entries(resource)) {
      const key = `${type}.${argument}`;
      if (typeof value === 'string') this.arguments.set(key, (this.arguments.get(key) ?? new Set()).add(value));
      else if (argument === 'tags') this.addArguments(key, asObject(value));
    }
  }

  /** A resource of Terraform, or an object as the API of Kubernetes has it. */
  private addObject(kind: string, resource: Json): void {
    const { name, namespace } = first(resource.metadata);
    this.objects.add(`${asText(namespace)}/${kind}/${asText(name)}`);
    if (kind === 'namespace') this.namespaces.add(asText(name));
    const template = first(first(resource.spec).template);
    for (const [key, value] of Object.entries(asObject(first(template.metadata).labels)))
      this.labels.add(`${key}=${asText(value)}`);
    // External Secrets makes a Secret of each of its own kind, cert-manager of each Certificate.
    const { target, secretName } = first(resource.spec);
    const made = asText(asObject(target).name) || asText(secretName);
    if (made !== '') this.objects.add(`${asText(namespace)}/secret/${made}`);
  }

  /** Objects in the values of a chart of this project. */
  private addRelease({ values, namespace }: Json): void {
    for (const text of Array.isArray(values) ? values.map(asText) : []) {
      if (!text.startsWith('{')) continue;
      const { objects } = asObject(JSON.parse(withoutExpressions(text)));
      for (const object of Array.isArray(objects) ? objects.map(asObject) : []) {
        const metadata = { namespace, ...asObject(object.metadata) };
        this.addObject(asText(object.kind).toLowerCase(), { ...object, metadata });
      }
    }
  }
}

/** Expressions of Terraform may have quotes, and others in them. */
function withoutExpressions(text: string): string {
  const shorter = text.replaceAll(/\$\{[^{}]*\}/g, 'expression');
  return shorter === text ? text : withoutExpressions(shorter);
}

/** `kubernetes_cron_job_v1` → `cronjob`. */
const kindOf = (type: string) => type.replace(/^kubernetes_|_v\d+$/g, '').replaceAll('_', '');

let collected: DeployedNames | undefined;

export function deployedNames(): DeployedNames {
  collected ??= collect();
  return collected;
}

function collect(): DeployedNames {
  const names = new Collector();
  for (const input of inputs) {
    const { stacks, dependencies } = synthesize(input);
    for (const [name, stack] of Object.entries(stacks)) names.addStack(name, stack);
    for (const [name, others] of Object.entries(dependencies)) names.dependencies.set(name, others);
  }
  for (const name of environmentNames) {
    const environment = loadEnvironment(name, {}, testDay);
    if (isCloudEnvironment(environment)) names.imageRepositories.add(environment.application.image.repository);
  }
  return names;
}

/** What the stacks of an environment hold, with every reference replaced by the value that it will have. */
import { computedAttribute } from './computed-attributes';
import { parseTemplate, type Expression, type Step } from './expression';
import { terraformFunctions } from './functions';
import type { Arguments, StackFile } from './stack-files';

/** A resource or a data source of one stack. */
export interface ResolvedResource {
  readonly stack: string;
  readonly mode: 'managed' | 'data';
  /** `aws_iam_role`, say. */
  readonly type: string;
  /** Id in the stack. */
  readonly id: string;
  /** `<stack>/<type>.<id>`, unique in the environment. */
  readonly address: string;
  /** Region of its provider; undefined where the provider has none. */
  readonly region: string | undefined;
  /** Account of its provider; undefined where the provider has none. */
  readonly accountId: string | undefined;
  /** Arguments by their names in Terraform, without references. */
  readonly values: Arguments;
  /** Value of an argument, or of an attribute that the provider computes. @throws Error for one that isn't known */
  attribute(name: string): unknown;
}

/** Arguments that say how Terraform works on a resource, not what it is. */
const metaArguments = new Set(['//', 'lifecycle', 'depends_on', 'provider', 'provisioner', 'timeouts', 'connection']);

/**
 * Resolves all stacks of an environment together: outputs of one are what others read as remote state.
 *
 * Attributes that AWS chooses get a value that is unique and of the right form (`sg-0f…` for a security group): see
 * computed-attributes.ts. An expression, a function or an attribute that isn't known is an error, never a guess.
 */
export function resolveStacks(stacks: readonly StackFile[]): ResolvedStacks {
  const resolver = new Resolver(stacks);
  return {
    resources: stacks.flatMap((stack) => resolver.resourcesOf(stack)),
    resolve: (stack, value, place) => resolver.resolve(stack, value, place),
  };
}

export interface ResolvedStacks {
  readonly resources: readonly ResolvedResource[];
  /** Replaces references in a value as a stack would read them. @param place what errors name */
  resolve(stack: string, value: unknown, place: string): unknown;
}

class Resolver {
  readonly #stacks: ReadonlyMap<string, StackFile>;
  readonly #resources = new Map<string, ResolvedResource>();

  constructor(stacks: readonly StackFile[]) {
    this.#stacks = new Map(stacks.map((stack) => [stack.name, stack]));
  }

  resourcesOf(stack: StackFile): readonly ResolvedResource[] {
    const { resource = {}, data = {} } = stack.configuration;
    const ids = (mode: 'managed' | 'data', blocks: typeof resource) =>
      Object.entries(blocks).flatMap(([type, byId]) =>
        Object.keys(byId).map((id) => this.#resource(stack, mode, type, id)),
      );
    return [...ids('managed', resource), ...ids('data', data).filter(({ type }) => type !== 'terraform_remote_state')];
  }

  resolve(stackName: string, value: unknown, place: string): unknown {
    const stack = this.#stacks.get(stackName);
    if (!stack) throw new Error(`${place}: there is no stack ${stackName}`);
    return this.#value(stack, value, place);
  }

  #resource(stack: StackFile, mode: 'managed' | 'data', type: string, id: string): ResolvedResource {
    const address = `${stack.name}/${mode === 'data' ? 'data.' : ''}${type}.${id}`;
    const known = this.#resources.get(address);
    if (known) return known;
    const { resource, data } = stack.configuration;
    const block = (mode === 'data' ? data : resource)?.[type]?.[id];
    if (block === undefined)
      throw new Error(`${stack.name}: there is no ${mode === 'data' ? 'data ' : ''}${type}.${id}`);
    const { region, accountId } = placeOf(stack, type, block);
    const resolve = (value: unknown) => this.#value(stack, value, address);
    let values: Arguments | undefined;
    const resolved: ResolvedResource = {
      stack: stack.name,
      mode,
      type,
      id,
      address,
      region,
      accountId,
      get values() {
        const own = Object.entries(block).filter(([name]) => !metaArguments.has(name));
        return (values ??= Object.fromEntries(own.map(([name, value]) => [name, resolve(value)])));
      },
      // Attributes before arguments: the id of a bucket is its name, and not an argument of that name.
      attribute: (name) => computedAttribute(resolved, name) ?? resolve(block[name]) ?? unknownAttribute(address, name),
    };
    this.#resources.set(address, resolved);
    return resolved;
  }

  #value(stack: StackFile, value: unknown, place: string): unknown {
    if (typeof value === 'string') return this.#text(stack, value, place);
    if (Array.isArray(value)) return value.map((item) => this.#value(stack, item, place));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.#value(stack, inner, place)]));
  }

  #text(stack: StackFile, text: string, place: string): unknown {
    if (!text.includes('${') && !text.includes('%%{')) return text;
    try {
      const parts = parseTemplate(text).map((part) => (typeof part === 'string' ? part : this.#evaluate(stack, part)));
      return parts.length === 1 ? parts[0] : parts.map(String).join('');
    } catch (error) {
      throw new Error(`${place}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  #evaluate(stack: StackFile, expression: Expression): unknown {
    switch (expression.kind) {
      case 'literal':
        return expression.value;
      case 'list':
        return expression.items.map((item) => this.#evaluate(stack, item));
      case 'call': {
        const called = terraformFunctions[expression.name];
        if (!called) throw new Error(`the function ${expression.name} isn't in review/synthesis/functions.ts; add it`);
        return called(...expression.arguments.map((argument) => this.#evaluate(stack, argument)));
      }
      case 'reference':
        return this.#reference(stack, expression.steps);
    }
  }

  #reference(stack: StackFile, steps: readonly Step[]): unknown {
    const [root, second, third, ...rest] = steps;
    if (root === 'terraform' && second === 'workspace') return 'default';
    if (root === 'local') return this.#local(stack, String(second), steps.slice(2));
    if (root === 'data' && second === 'terraform_remote_state') return this.#output(stack, String(third), rest);
    if (root === 'data') {
      const [attribute, ...deeper] = rest;
      return follow(this.#resource(stack, 'data', String(second), String(third)).attribute(String(attribute)), deeper);
    }
    return follow(this.#resource(stack, 'managed', String(root), String(second)).attribute(String(third)), rest);
  }

  #local(stack: StackFile, name: string, steps: readonly Step[]): unknown {
    const { locals = {} } = stack.configuration;
    if (!(name in locals)) throw new Error(`${stack.name}: there is no local.${name}`);
    return follow(this.#value(stack, locals[name], `${stack.name}/local.${name}`), steps);
  }

  /** What a stack hands on; CDKTF names the remote state after the stack. */
  #output(stack: StackFile, state: string, [, output, ...steps]: readonly Step[]): unknown {
    const name = state.replace(/^cross-stack-reference-input-/, '');
    const producer = this.#stacks.get(name);
    if (!producer) throw new Error(`${stack.name} reads the state of ${name}, which is no stack here`);
    const found = producer.configuration.output?.[String(output)];
    if (!found) throw new Error(`${stack.name} reads the output ${String(output)}, which ${name} doesn't have`);
    return follow(this.#value(producer, found.value, `${name}/output.${String(output)}`), steps);
  }
}

function unknownAttribute(address: string, name: string): never {
  throw new Error(
    `${address}: no value of the attribute '${name}' is known before a deployment; add it to review/synthesis/computed-attributes.ts`,
  );
}

/** @throws Error if a step leads nowhere: what reads it would take it for something that isn't set */
function follow(value: unknown, steps: readonly Step[]): unknown {
  return steps.reduce((outer: unknown, step) => {
    // CDKTF writes one block as an object, and refers to it as the first of a list.
    if (step === 0 && typeof outer === 'object' && outer !== null && !Array.isArray(outer)) return outer;
    const inner = (outer as Readonly<Record<Step, unknown>> | null | undefined)?.[step];
    if (inner === undefined)
      throw new Error(`nothing is at '${String(step)}' of ${JSON.stringify(outer).slice(0, 80)}`);
    return inner;
  }, value);
}

/** Region and account of the provider that a resource is made by. */
function placeOf(stack: StackFile, type: string, block: Arguments) {
  const [kind = ''] = type.split('_');
  const { provider: alias = kind } = block;
  const [, name] = String(alias).split('.');
  const configured = stack.configuration.provider?.[kind]?.find((provider) => provider.alias === name);
  const { region, allowed_account_ids: accounts } = configured ?? {};
  return {
    region: typeof block.region === 'string' ? block.region : typeof region === 'string' ? region : undefined,
    accountId: Array.isArray(accounts) ? String(accounts[0]) : undefined,
  };
}

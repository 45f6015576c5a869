/** Values of a synthesis with the references in them followed: to other stacks, and to secrets by their names. */
import type { Arguments, Configuration } from './synthesized-construct';
import type { Synthesis } from './synthesized';

/** A stack, with what it looks up. */
export type ConfigurationWithData = Configuration & {
  readonly data?: Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
};

/** The six characters that Secrets Manager would add to a name. */
const ending = '-AbCdEf';

const expression = /\$\{([^}]*)\}/g;
const crossStack =
  /data\.terraform_remote_state\.cross-stack-reference-input-([\w-]+)\.outputs\.(cross-stack-output-[\w-]+)/g;

/** Configuration of a stack. @throws Error if the synthesis has none of this name */
export function stackOf({ stacks }: Synthesis, name: string): ConfigurationWithData {
  const stack = stacks[name];
  if (stack === undefined) throw new Error(`There is no stack '${name}'`);
  return stack as unknown as ConfigurationWithData;
}

/** A text with what Terraform would know after all stacks are deployed, as far as secrets and roles go. */
export function followed(text: string, stackName: string, synthesis: Synthesis): string {
  return text.replace(expression, (_, inner: string) => valueOf(inner, stackName, synthesis));
}

function valueOf(reference: string, stackName: string, synthesis: Synthesis): string {
  let place = stackName;
  const local = reference.replace(crossStack, (_, name: string, output: string) => {
    place = name;
    const { value } = stackOf(synthesis, name).output?.[output] ?? {};
    return String(value).replace(expression, '$1');
  });
  return secretArn(local, stackOf(synthesis, place)) ?? roleName(local, stackOf(synthesis, place)) ?? local;
}

function secretArn(reference: string, stack: ConfigurationWithData): string | undefined {
  // What CloudFormation makes: by the name in the template, in the region of the ARN without an ending.
  const made = /^lookup\(aws_cloudformation_stack\.([\w-]+)\.outputs, "\w+", "(.*:secret:)[^"]*"\)$/.exec(reference);
  if (made)
    return `${made[2]}${templateSecret(argumentsOf(stack.resource, 'aws_cloudformation_stack', made[1]))}${ending}`;
  const named = /^(data\.)?aws_secretsmanager_secret\.([\w-]+)\.arn$/.exec(reference);
  if (named) {
    const { name } = argumentsOf(named[1] ? stack.data : stack.resource, 'aws_secretsmanager_secret', named[2]);
    return `${secretsOf(stack)}${String(name)}${ending}`;
  }
  // Source: "Password management with Amazon RDS and AWS Secrets Manager": the name is RDS' own.
  const administrator = /^aws_(?:db_instance|rds_cluster)\.([\w-]+)\.master_user_secret\[0\]\.secret_arn$/.exec(
    reference,
  );
  return administrator ? `${secretsOf(stack)}rds!db-${String(administrator[1])}${ending}` : undefined;
}

function templateSecret({ template_body: template }: Arguments): string {
  const { Resources } = JSON.parse(String(template)) as {
    readonly Resources: { readonly Secret: { readonly Properties: { readonly Name: string } } };
  };
  return Resources.Secret.Properties.Name;
}

/** What ARNs of secrets begin with. */
function secretsOf({ provider }: ConfigurationWithData): string {
  const { region, allowed_account_ids: [accountId] = [] } = (provider?.aws?.[0] ?? {}) as {
    readonly region?: string;
    readonly allowed_account_ids?: readonly string[];
  };
  return `arn:aws:secretsmanager:${String(region)}:${String(accountId)}:secret:`;
}

function roleName(reference: string, stack: ConfigurationWithData): string | undefined {
  const role = /^aws_iam_role\.([\w-]+)\.(?:id|name)$/.exec(reference);
  return role ? String(argumentsOf(stack.resource, 'aws_iam_role', role[1]).name) : undefined;
}

function argumentsOf(things: Configuration['resource'], type: string, name = ''): Arguments {
  const found = things?.[type]?.[name];
  if (found === undefined) throw new Error(`There is no ${type}.${name}`);
  return found;
}

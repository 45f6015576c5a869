/** Resources that a stack has CloudFormation make, by the templates in its `aws_cloudformation_stack` resources. */
import { partitionOf } from '../../constructs/aws/account';
import type { Arguments } from './stack-files';
import type { ResolvedResource } from './resources';
import { secretSuffix } from './secret-suffix';

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Arguments }>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

/** A resource of a template. */
export interface TemplateResource {
  /** The `aws_cloudformation_stack`. */
  readonly stack: ResolvedResource;
  readonly logicalId: string;
  /** `AWS::SecretsManager::Secret`, say. */
  readonly type: string;
  /** Properties by their names in CloudFormation, without `Ref`s to the same template. */
  readonly properties: Arguments;
  /** What `Ref` stands for: the ARN of a secret, the id of a user. */
  readonly reference: string;
}

/** All resources of the template. @throws Error for a type whose reference isn't known */
export function templateResources(stack: ResolvedResource): readonly TemplateResource[] {
  const { Resources: resources } = templateOf(stack);
  const references = new Map(
    Object.entries(resources).map(([id, { Type: type, Properties: properties = {} }]) => [
      id,
      referenceOf(stack, id, type, properties),
    ]),
  );
  return Object.entries(resources).map(([logicalId, { Type: type, Properties: properties = {} }]) => ({
    stack,
    logicalId,
    type,
    properties: withReferences(properties, references) as Arguments,
    reference: references.get(logicalId) ?? '',
  }));
}

/** The attribute `outputs`. */
export function templateOutputs(stack: ResolvedResource): Readonly<Record<string, unknown>> {
  const references = new Map(templateResources(stack).map(({ logicalId, reference }) => [logicalId, reference]));
  const outputs = Object.entries(templateOf(stack).Outputs ?? {});
  return Object.fromEntries(outputs.map(([name, { Value: value }]) => [name, withReferences(value, references)]));
}

const templateOf = ({ values }: ResolvedResource) => JSON.parse(String(values.template_body)) as Template;

function referenceOf(
  { address, region = '', accountId }: ResolvedResource,
  id: string,
  type: string,
  properties: Arguments,
) {
  const { Name: name, UserId: userId } = properties;
  switch (type) {
    case 'AWS::SecretsManager::Secret': {
      const suffix = secretSuffix(`${address}.${id}`);
      return `arn:${partitionOf(region)}:secretsmanager:${region}:${String(accountId)}:secret:${String(name)}-${suffix}`;
    }
    case 'AWS::ElastiCache::User':
      return String(userId);
    default:
      throw new Error(
        `${address}: what Ref stands for isn't known of ${type}; add it to review/synthesis/cloudformation.ts`,
      );
  }
}

/** Replaces `{ Ref }` and `{ Fn::Join }`. @throws Error for another function */
function withReferences(value: unknown, references: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => withReferences(item, references));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [[key, inner] = ['', undefined]] = entries;
  if (entries.length === 1 && key === 'Ref') return references.get(String(inner)) ?? String(inner);
  if (entries.length === 1 && key === 'Fn::Join') {
    const [separator, parts] = inner as readonly [string, readonly unknown[]];
    return parts.map((part) => String(withReferences(part, references))).join(separator);
  }
  if (key.startsWith('Fn::')) throw new Error(`the function ${key} of CloudFormation isn't known here; add it`);
  return Object.fromEntries(entries.map(([name, part]) => [name, withReferences(part, references)]));
}

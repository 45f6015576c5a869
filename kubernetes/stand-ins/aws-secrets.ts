/** What stands in the place of AWS Secrets Manager for an environment: its values, and who may read them. */
import { randomInt } from 'node:crypto';
import type { CloudEnvironment } from '../../environments/cloud-environment';
import { evaluate } from '../../review/rights/evaluation/evaluate';
import { externalSecretNeeds } from '../../review/rights/aws/declared-needs';
import { impliedNeeds } from '../../review/rights/aws/implied-needs';
import { PlanIndex } from '../../review/rights/aws/plan-index';
import { PlannedPolicies } from '../../review/rights/aws/policies';
import { requestOf } from '../../review/rights/aws/rights-check';
import { templateResources } from '../../review/synthesis/cloudformation';
import type { ResolvedResource } from '../../review/synthesis/resources';
import type { Kubectl } from '../deployment/kubectl';
import type { Manifest } from '../deployment/manifests/manifest';
import {
  accessKey,
  keyOfArn,
  managedSecret,
  secretsManager,
  type AccessList,
  type ManagedSecret,
} from './secrets/secrets-manager';

/** An environment in AWS, resolved. */
export interface CloudPlan {
  readonly environment: CloudEnvironment;
  readonly resources: readonly ResolvedResource[];
}

/** How a value is made. */
interface Recipe {
  readonly arn: string;
  /** Fields beside the password; none for a value that is nothing but chance. */
  readonly fields?: Readonly<Record<string, unknown>>;
  readonly passwordKey: string;
  readonly length: number;
}

/** Properties of `GenerateSecretString`. Source: `AWS::SecretsManager::Secret GenerateSecretString`. */
interface Generation {
  readonly SecretStringTemplate: string;
  readonly GenerateStringKey: string;
  readonly PasswordLength: number;
  readonly ExcludePunctuation: true;
}

/** Characters of a password of RDS. */
const administratorLength = 28;

/** By ARN: whether the policies of the stacks let the role of External Secrets read a secret, and decrypt it. */
export function accessDecisions({ environment, resources }: CloudPlan): AccessList {
  const plan = new PlanIndex(resources, environment);
  const policies = new PlannedPolicies(plan);
  const decisions: Record<string, AccessList[string]> = {};
  for (const need of externalSecretNeeds(plan)) {
    const all = [need, ...impliedNeeds(need, plan)];
    const refused = all
      .map((one) => evaluate(requestOf(one, plan), policies.applyingTo(one)))
      .find(({ allowed }) => !allowed);
    decisions[need.resource] = { allowed: refused === undefined, why: refused?.explanation ?? 'allowed' };
  }
  return decisions;
}

/**
 * The Secret with all values and the ConfigMap with the decisions. Values that are in the cluster stay, unless they would be
 * made from something else now: then the present one becomes the previous.
 */
export async function secretsManagerManifests(plan: CloudPlan, kubectl: Kubectl): Promise<readonly Manifest[]> {
  const { namespace, secret, access } = secretsManager;
  const found = await kubectl.find({ apiVersion: 'v1', kind: 'Secret', namespace, name: secret });
  const kept = found?.data as Readonly<Record<string, string>> | undefined;
  const values = recipesOf(plan).map((recipe) => {
    const key = keyOfArn(recipe.arn);
    const former = kept?.[key];
    const made = valueOf(recipe, former === undefined ? undefined : readSecret(former));
    return [key, Buffer.from(JSON.stringify(made)).toString('base64')] as const;
  });
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: secret, namespace },
      type: 'Opaque',
      data: Object.fromEntries(values),
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: access, namespace },
      data: { [accessKey]: JSON.stringify(accessDecisions(plan), undefined, 2) },
    },
  ];
}

/** The administrator's password of the database, from the values that are in the cluster. @throws Error if it isn't there */
export async function administratorSecret({ resources }: CloudPlan, kubectl: Kubectl): Promise<string> {
  const server = resources.find(({ type }) => databaseTypes.includes(type));
  if (!server) throw new Error('no stack makes a database');
  const { namespace, secret } = secretsManager;
  const found = await kubectl.get({ apiVersion: 'v1', kind: 'Secret', namespace, name: secret });
  const data = found.data as Readonly<Record<string, string>>;
  const { stages } = readSecret(data[keyOfArn(masterSecretArn(server))] ?? '');
  return (JSON.parse(stages.AWSCURRENT) as { readonly password: string }).password;
}

const databaseTypes: readonly string[] = ['aws_db_instance', 'aws_rds_cluster'];

const readSecret = (encoded: string) =>
  managedSecret.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));

/** A value, or the one that is there. */
function valueOf(recipe: Recipe, existing: ManagedSecret | undefined): ManagedSecret {
  const { arn, ...made } = recipe;
  const madeFrom = JSON.stringify(made);
  if (existing?.madeFrom === madeFrom) return existing;
  const previous = existing?.stages.AWSCURRENT;
  return {
    arn,
    madeFrom,
    stages: { AWSCURRENT: newValue(recipe), ...(previous !== undefined && { AWSPREVIOUS: previous }) },
  };
}

function newValue({ fields, passwordKey, length }: Recipe): string {
  const password = randomText(length);
  return fields === undefined ? password : JSON.stringify({ ...fields, [passwordKey]: password });
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

const randomText = (length: number) =>
  Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');

function recipesOf({ resources }: CloudPlan): readonly Recipe[] {
  return resources.flatMap((resource): readonly Recipe[] => {
    if (resource.type === 'aws_cloudformation_stack') return templateRecipes(resource);
    if (databaseTypes.includes(resource.type)) {
      const fields = { username: resource.values.master_username ?? resource.values.username };
      return [{ arn: masterSecretArn(resource), fields, passwordKey: 'password', length: administratorLength }];
    }
    // People make these: a text that nobody knows stands for what they would put in.
    return resource.type === 'aws_secretsmanager_secret'
      ? [{ arn: String(resource.attribute('arn')), passwordKey: '', length: 40 }]
      : [];
  });
}

function templateRecipes(stack: ResolvedResource): readonly Recipe[] {
  return templateResources(stack)
    .filter(({ type }) => type === 'AWS::SecretsManager::Secret')
    .map(({ properties, reference }) => {
      const generation = properties.GenerateSecretString as Generation;
      return {
        arn: reference,
        fields: JSON.parse(generation.SecretStringTemplate) as Readonly<Record<string, unknown>>,
        passwordKey: generation.GenerateStringKey,
        length: generation.PasswordLength,
      };
    });
}

function masterSecretArn(server: ResolvedResource): string {
  const [secret] = server.attribute('master_user_secret') as readonly { readonly secret_arn: string }[];
  return secret?.secret_arn ?? '';
}

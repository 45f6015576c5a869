/** The policies of a plan, and which of them apply to a request. */
import { parsePolicy, type Policy } from '../evaluation/policy';
import type { Policies } from '../evaluation/request';
import { textOf } from '../../synthesis/blocks';
import type { ResolvedResource } from '../../synthesis/resources';
import { managedPolicy } from './managed-policies';
import { serviceOf, type NeededRequest } from './needed-request';
import type { PlanIndex } from './plan-index';
import { intruder } from './outsiders';
import { elasticachePublisher } from './services/stores';

/** Types of policies of resources, with the arguments that hold the policy and say what it is about. */
const resourcePolicyTypes = {
  aws_s3_bucket_policy: { policy: 'policy', of: 'bucket' },
  aws_sns_topic_policy: { policy: 'policy', of: 'arn' },
  aws_sqs_queue_policy: { policy: 'policy', of: 'queue_url' },
  aws_secretsmanager_secret_policy: { policy: 'policy', of: 'secret_arn' },
} as const;

/** In the place of a service's own role of another account: its own account allows it everything. */
const everything = { Statement: [{ Sid: 'Own', Effect: 'Allow', Action: '*', Resource: '*' }], Version: '2012-10-17' };

export class PlannedPolicies {
  readonly #plan: PlanIndex;
  readonly #identity = new Map<string, readonly Policy<'identity'>[]>();
  readonly #boundary = new Map<string, Policy<'identity'>>();
  readonly #trust = new Map<string, Policy<'trust'>>();
  readonly #keys = new Map<string, Policy<'key'>>();
  readonly #resources = new Map<string, Policy<'resource'>>();
  readonly #endpoints = new Map<string, Policy<'endpoint'>>();
  readonly #foreign = parsePolicy('identity', 'account of the service', everything);

  constructor(plan: PlanIndex) {
    this.#plan = plan;
    for (const role of plan.ofType('aws_iam_role')) this.#addRole(role);
    this.#refuseOrphans();
    for (const key of plan.ofType('aws_kms_key')) {
      this.#keys.set(textOf(key.attribute('arn')), parsePolicy('key', key.address, textOf(key.values.policy)));
    }
    for (const [type, names] of Object.entries(resourcePolicyTypes)) {
      for (const resource of plan.ofType(type)) this.#addResourcePolicy(resource, names);
    }
    this.#addFunctionPermissions();
    for (const endpoint of plan.ofType('aws_vpc_endpoint')) {
      const service = textOf(endpoint.values.service_name).split('.').slice(3).join('.');
      this.#endpoints.set(service, parsePolicy('endpoint', endpoint.address, textOf(endpoint.values.policy)));
    }
  }

  /** ARNs of all roles of the plan. */
  get roles(): readonly string[] {
    return [...this.#identity.keys()];
  }

  /** Whether a role has any policy but its trust policy and those that AWS keeps. */
  hasRights(roleArn: string): boolean {
    return (this.#identity.get(roleArn) ?? []).some(({ name }) => !name.startsWith('aws:'));
  }

  /** Policies of roles, without those that AWS keeps. */
  get ofIdentities(): readonly Policy[] {
    return [...this.#identity.values()].flat().filter(({ name }) => !name.startsWith('aws:'));
  }

  /** Every policy of the plan, each once; those that AWS keeps are left out. */
  get own(): readonly Policy[] {
    return [
      ...this.ofIdentities,
      ...this.#trust.values(),
      ...this.#keys.values(),
      ...this.#resources.values(),
      ...this.#endpoints.values(),
    ];
  }

  /** Names of the policies kept by AWS that a role has. */
  managedPoliciesOf(roleArn: string): readonly string[] {
    const names = (this.#identity.get(roleArn) ?? []).map(({ name }) => name);
    return names.filter((name) => name.startsWith('aws:')).map((name) => name.slice('aws:'.length));
  }

  /** What decides about a request. */
  applyingTo({ caller, action, resource, from }: NeededRequest): Policies {
    const policy = this.#resourcePolicy(action, resource);
    const endpoint = from === 'network' ? this.#endpoints.get(endpointOf(action)) : undefined;
    const boundary = caller.kind === 'role' ? this.#boundary.get(caller.arn) : undefined;
    return {
      identity: caller.kind === 'role' ? this.#identityOf(caller.arn) : [],
      ...(boundary && { boundary }),
      ...(policy && { resource: policy }),
      ...(endpoint && { endpoint }),
    };
  }

  #identityOf(arn: string): readonly Policy<'identity'>[] {
    const own = this.#identity.get(arn);
    return own ?? (arn === elasticachePublisher || arn === intruder ? [this.#foreign] : []);
  }

  #addRole(role: ResolvedResource): void {
    const arn = textOf(role.attribute('arn'));
    const name = textOf(role.values.name);
    const own = this.#plan
      .ofType('aws_iam_role_policy')
      .filter(({ values }) => values.role === name)
      .map((policy) => parsePolicy('identity', policy.address, textOf(policy.values.policy)));
    const attached = this.#plan
      .ofType('aws_iam_role_policy_attachment')
      .filter(({ values }) => values.role === name)
      .map(({ values }) => managedPolicy(textOf(values.policy_arn)));
    this.#identity.set(arn, [...own, ...attached]);
    this.#trust.set(arn, parsePolicy('trust', role.address, textOf(role.values.assume_role_policy)));
    const { permissions_boundary: boundary } = role.values;
    if (boundary !== undefined) this.#boundary.set(arn, managedPolicy(textOf(boundary)));
  }

  /** A policy of a role that isn't in the plan would be a right that nothing shows. */
  #refuseOrphans(): void {
    const names = new Set(this.#plan.ofType('aws_iam_role').map(({ values }) => values.name));
    const orphan = ['aws_iam_role_policy', 'aws_iam_role_policy_attachment']
      .flatMap((type) => this.#plan.ofType(type))
      .find(({ values }) => !names.has(values.role));
    if (orphan) {
      throw new Error(
        `${orphan.address}: no stack makes the role '${String(orphan.values.role)}'; name one of the plan's`,
      );
    }
  }

  #addResourcePolicy(resource: ResolvedResource, names: { readonly policy: string; readonly of: string }): void {
    const policy = parsePolicy('resource', resource.address, textOf(resource.values[names.policy]));
    this.#resources.set(this.#subject(textOf(resource.values[names.of])), policy);
  }

  /** A bucket goes by its name, a queue by its URL, the rest by their ARN: all become ARNs. */
  #subject(name: string): string {
    if (name.startsWith('arn:')) return name;
    const [, queue] = /^https:\/\/sqs\.[^/]+\/\d+\/(.+)$/.exec(name) ?? [];
    return queue === undefined ? `arn:aws:s3:::${name}` : this.#plan.arn('sqs', queue);
  }

  /** Permissions of a function are the statements of its policy. Source: "AddPermission" of the Lambda API Reference. */
  #addFunctionPermissions(): void {
    for (const lambda of this.#plan.ofType('aws_lambda_function')) {
      const { function_name: name } = lambda.values;
      const arn = textOf(lambda.attribute('arn'));
      const permissions = this.#plan
        .ofType('aws_lambda_permission')
        .filter(({ values }) => values.function_name === name || values.function_name === arn);
      if (permissions.length === 0) continue;
      const statements = permissions.map((permission) => permissionStatement(permission, arn));
      this.#resources.set(
        arn,
        parsePolicy('resource', lambda.address, { Version: '2012-10-17', Statement: statements }),
      );
    }
  }

  #resourcePolicy(action: string, resource: string): Policies['resource'] {
    if (resource.includes(':kms:')) return this.#keys.get(resource) ?? defaultKeyPolicy(resource);
    if (serviceOf(action) === 'sts') return this.#trust.get(resource);
    return this.#resources.get(resource) ?? this.#resources.get(resource.replace(/^(arn:[^:]+:s3:::[^/]+)\/.*$/, '$1'));
  }
}

function permissionStatement({ address, values }: ResolvedResource, functionArn: string) {
  const { source_arn: source, source_account: account, principal, action } = values;
  const conditions = {
    ...(source !== undefined && { ArnLike: { 'AWS:SourceArn': textOf(source) } }),
    ...(account !== undefined && { StringEquals: { 'AWS:SourceAccount': textOf(account) } }),
  };
  return {
    Sid: address.slice(address.lastIndexOf('.') + 1),
    Effect: 'Allow',
    Principal: { Service: textOf(principal) },
    Action: textOf(action),
    Resource: functionArn,
    ...(Object.keys(conditions).length > 0 && { Condition: conditions }),
  };
}

/** Of a key that people made: KMS' default policy, which leaves it to the account. Source: "Default key policy". */
function defaultKeyPolicy(keyArn: string): Policy<'key'> {
  const [, partition = '', , , account = ''] = keyArn.split(':');
  return parsePolicy('key', `default policy of ${keyArn}`, {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Account',
        Effect: 'Allow',
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });
}

/** Names of endpoints that aren't the prefix of the actions. */
const endpointNames: Readonly<Partial<Record<string, string>>> = { ecr: 'ecr.api', cloudwatch: 'monitoring' };

const endpointOf = (action: string) => endpointNames[serviceOf(action)] ?? serviceOf(action);

/** Requests that constructs declare, and those that follow from objects for External Secrets. */
import { awsNeedsKey, type AwsNeeds } from '../../../constructs/aws/needs';
import { partitionOf } from '../../../constructs/aws/account';
import { externalSecretsServiceAccount } from '../../../constructs/cluster-services/names';
import { namespaces, secretStore } from '../../../constructs/cluster-services/names';
import { textOf } from '../../synthesis/blocks';
import type { Declaration } from '../../synthesis/environment-plan';
import { customObjects } from '../../synthesis/helm-objects';
import type { NeededRequest } from './needed-request';
import type { PlanIndex } from './plan-index';

/** Needs of roles by their ARN, with the policies of AWS that they are to have. */
export interface DeclaredNeeds {
  readonly requests: readonly NeededRequest[];
  /** By ARN of the role: names of policies that AWS keeps. */
  readonly managedPolicies: ReadonlyMap<string, readonly string[]>;
}

export function declaredNeeds(declarations: readonly Declaration[], plan: PlanIndex): DeclaredNeeds {
  const declared = declarations
    .filter(({ key }) => key === awsNeedsKey)
    .map(({ path, data }) => ({ path, needs: data as AwsNeeds }));
  return {
    requests: declared.flatMap(({ path, needs }) => requestsOf(path, needs, plan)),
    managedPolicies: new Map(declared.map(({ needs }) => [roleArn(needs.role, plan), needs.managedPolicies ?? []])),
  };
}

const roleArn = (name: string, { region, accountId }: PlanIndex) =>
  `arn:${partitionOf(region)}:iam::${accountId}:role/${name}`;

function requestsOf(path: string, { role, from, needs }: AwsNeeds, plan: PlanIndex): readonly NeededRequest[] {
  return needs.flatMap(({ actions, resources, context = {}, why }) =>
    actions.flatMap((action) =>
      resources.map((resource) => ({
        caller: { kind: 'role' as const, arn: roleArn(role, plan) },
        action,
        resource: resourceOf(resource, plan),
        context,
        from,
        why,
        declaredBy: path,
      })),
    ),
  );
}

/** Secrets are named without the six characters at the end, which are unknown before a deployment. */
function resourceOf(resource: string, plan: PlanIndex): string {
  return resource.includes(':secretsmanager:') && resource.includes(':secret:') ? plan.secret(resource).arn : resource;
}

interface ExternalSecretSpec {
  readonly secretStoreRef: { readonly kind: string; readonly name: string };
  readonly data: readonly { readonly remoteRef: { readonly key: string } }[];
}

/**
 * Each ExternalSecret of the store for AWS has its controller read the secrets that it names. Source: "AWS Secrets
 * Manager" among the providers of External Secrets: `secretsmanager:GetSecretValue`.
 */
export function externalSecretNeeds(plan: PlanIndex): readonly NeededRequest[] {
  const association = plan
    .ofType('aws_eks_pod_identity_association')
    .find(
      ({ values }) =>
        values.namespace === namespaces.externalSecrets && values.service_account === externalSecretsServiceAccount,
    );
  const read = customObjects(plan.resources)
    .filter(({ object }) => object.kind === 'ExternalSecret')
    .flatMap(({ address, object }) => {
      const { secretStoreRef: store, data } = object.spec as unknown as ExternalSecretSpec;
      if (store.kind !== secretStore.kind || store.name !== secretStore.name) return [];
      return data.map(({ remoteRef }) => ({ address, name: object.metadata.name, key: remoteRef.key }));
    });
  if (read.length > 0 && !association) throw new Error('External Secrets has no role in AWS, but is to read secrets');
  return read.map(({ address, name, key }) => ({
    caller: { kind: 'role', arn: textOf(association?.values.role_arn) },
    action: 'secretsmanager:GetSecretValue',
    resource: plan.secret(key).arn,
    context: {},
    from: 'network',
    why: `the Secret ${name} is made from it`,
    declaredBy: address,
  }));
}

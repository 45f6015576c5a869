/** The rights that External Secrets needs for the Secrets of one namespace, and the stores that these are read from. */
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1';
import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { namespaceStoreObject, secretReader, type SecretSource } from '../application/secret-sources';
import type { AwsAccount } from '../aws/account';
import type { KubernetesObject } from '../kubernetes/custom-resources';
import type { KubernetesSecretValue } from '../redis/endpoint';
import { SecretAccess } from './secret-access';
import { TokenAccess } from './token-access';

export interface ReadingAccessProps {
  /** Account of the sources in Secrets Manager. @default - there are none */
  readonly account?: AwsAccount | undefined;
  /** Namespace that the Secrets are made in. */
  readonly namespace: string;
  readonly sources: readonly SecretSource[];
  readonly dependsOn: readonly ITerraformDependable[];
}

export interface ReadingAccess {
  /** Stores for Secrets of other namespaces, to be made in the namespace. */
  readonly stores: readonly KubernetesObject[];
  /** What has to exist before the objects that have values read. */
  readonly dependables: readonly ITerraformDependable[];
}

/**
 * Grants the reading of every source, and of nothing else. Resources are children of `scope` itself: their addresses in
 * the state don't depend on this function.
 *
 * @throws Error if a source is in Secrets Manager and there is no account
 */
export function grantReading(scope: Construct, props: ReadingAccessProps): ReadingAccess {
  const { account, namespace, sources, dependsOn } = props;
  const elsewhere = sources.filter((source) => source.kind === 'kubernetes-secret');
  const remote = [...new Set(elsewhere.map((source) => source.namespace))];
  const rights = remote.length === 0 ? [] : grantNamespaces(scope, { namespace, values: elsewhere, remote, dependsOn });
  const managed = sources.filter((source) => source.kind === 'secrets-manager');
  return {
    stores: remote.map(namespaceStoreObject),
    dependables: [...rights, ...(managed.length === 0 ? [] : [grantManaged(scope, account, namespace, managed)])],
  };
}

function grantManaged(
  scope: Construct,
  account: AwsAccount | undefined,
  name: string,
  secrets: readonly Extract<SecretSource, { kind: 'secrets-manager' }>[],
): ITerraformDependable {
  if (account === undefined) {
    throw new Error(`${scope.node.path}: secrets of Secrets Manager are read, but the environment has no AWS account`);
  }
  return new SecretAccess(scope, 'access', { account, name, secrets }).policy;
}

interface NamespaceGrant {
  readonly namespace: string;
  readonly values: readonly KubernetesSecretValue[];
  readonly remote: readonly string[];
  readonly dependsOn: readonly ITerraformDependable[];
}

/** A service account that may read these Secrets, each by its name, and none else; External Secrets logs in as it. */
function grantNamespaces(scope: Construct, { namespace, values, remote, dependsOn }: NamespaceGrant) {
  const account = new ServiceAccountV1(scope, 'reader', {
    metadata: { name: secretReader, namespace },
    automountServiceAccountToken: false,
    dependsOn: [...dependsOn],
  });
  const bindings = remote.map((other) => {
    const names = values.filter((value) => value.namespace === other).map(({ name }) => name);
    const metadata = { name: `${namespace}-${secretReader}`, namespace: other };
    const role = new RoleV1(scope, `${other}-role`, {
      metadata,
      rule: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [...new Set(names)].sort(), verbs: ['get'] }],
    });
    return new RoleBindingV1(scope, `${other}-binding`, {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
      subject: [{ kind: 'ServiceAccount', name: secretReader, namespace }],
    });
  });
  const tokens = new TokenAccess(scope, 'tokens', { namespace, serviceAccount: secretReader, dependsOn });
  return [account, ...bindings, ...tokens.dependables];
}

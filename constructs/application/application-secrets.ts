/** Everything secret that the programs need, as Secrets of their namespace. */
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1';
import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1';
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { namespaces } from '../cluster-services/names';
import { SecretAccess } from '../cluster-services/secret-access';
import { TokenAccess } from '../cluster-services/token-access';
import { CustomResources } from '../kubernetes/custom-resources';
import {
  externalSecret,
  namespaceStoreObject,
  secretReader,
  type NamespacedValue,
  type SecretPlan,
  type SecretSource,
} from './secret-sources';

export interface ApplicationSecretsProps {
  readonly account: AwsAccount;
  readonly plans: readonly SecretPlan[];
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * A Secret for each plan. Pods that mount one which isn't there yet wait for it, so nothing here waits: a Secret that never
 * comes fails the migration, the first to need one, in its time.
 */
export class ApplicationSecrets extends Construct {
  /** What has to be there before pods that mount Secrets. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { account, plans, dependsOn }: ApplicationSecretsProps) {
    super(scope, id);
    const sources = plans.flatMap(({ values }) => Object.values(values));
    const elsewhere = sources.filter((source) => source.kind === 'kubernetes-secret');
    const remote = [...new Set(elsewhere.map(({ namespace }) => namespace))];
    const rights = remote.length === 0 ? [] : this.#mayRead(elsewhere, remote, dependsOn);
    const { policy } = new SecretAccess(this, 'access', {
      account,
      name: namespaces.application,
      secrets: sources.filter((source) => source.kind === 'secrets-manager'),
    });
    const { release } = new CustomResources(this, 'secrets', {
      name: 'secrets',
      namespace: namespaces.application,
      objects: [...remote.map(namespaceStoreObject), ...plans.map(externalSecret)],
      dependsOn: [...dependsOn, ...rights, policy],
    });
    this.dependables = [release];
  }

  /** A service account that may read these Secrets, each by its name, and none else; External Secrets logs in as it. */
  #mayRead(
    values: readonly { readonly namespace: string; readonly name: string }[],
    remote: readonly string[],
    dependsOn: readonly ITerraformDependable[],
  ): ITerraformDependable[] {
    const account = new ServiceAccountV1(this, 'reader', {
      metadata: { name: secretReader, namespace: namespaces.application },
      automountServiceAccountToken: false,
      dependsOn: [...dependsOn],
    });
    const bindings = remote.map((namespace) => {
      const names = values.filter((value) => value.namespace === namespace).map(({ name }) => name);
      const metadata = { name: `${namespaces.application}-${secretReader}`, namespace };
      const role = new RoleV1(this, `${namespace}-role`, {
        metadata,
        rule: [{ apiGroups: [''], resources: ['secrets'], resourceNames: [...new Set(names)].sort(), verbs: ['get'] }],
      });
      return new RoleBindingV1(this, `${namespace}-binding`, {
        metadata,
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
        subject: [{ kind: 'ServiceAccount', name: secretReader, namespace: namespaces.application }],
      });
    });
    const tokens = new TokenAccess(this, 'tokens', {
      namespace: namespaces.application,
      serviceAccount: secretReader,
      dependsOn,
    });
    return [account, ...bindings, ...tokens.dependables];
  }
}

/** A Secret of one value, or no plan where the value is in the application's namespace already. */
export function planOf(
  name: string,
  key: string,
  source: SecretSource,
): { readonly plans: readonly SecretPlan[]; readonly value: NamespacedValue } {
  if (source.kind === 'kubernetes-secret' && source.namespace === namespaces.application) {
    return { plans: [], value: { secret: source.name, key: source.key } };
  }
  return { plans: [{ name, values: { [key]: source } }], value: { secret: name, key } };
}

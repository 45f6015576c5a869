/** The right of External Secrets to log in to the API of Kubernetes as one service account. */
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1';
import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { externalSecretsServiceAccount, namespaces } from './names';

export interface TokenAccessProps {
  /** A namespace that exists, of the store and of the service account. */
  readonly namespace: string;
  /** `auth.serviceAccount` of the store. */
  readonly serviceAccount: string;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * A SecretStore of the Kubernetes provider with `auth.serviceAccount` needs it: the controller asks for a token of the
 * account, and does the rest with that. The store is ready if the account may `get` any Secret of the remote namespace;
 * every account may ask for its own rights (`system:basic-user`), and none needs `list` or `watch`. The controller's rights
 * to read the certificate in `kube-root-ca.crt` are the chart's. Source: `serviceAccountToken` in
 * runtime/esutils/k8s_rest_config.go, and `Validate` in providers/v1/kubernetes/validate.go, of External Secrets 2.9.
 */
export class TokenAccess extends Construct {
  /** What has to be there before the store is. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { namespace, serviceAccount, dependsOn }: TokenAccessProps) {
    super(scope, id);
    const metadata = { name: `${externalSecretsServiceAccount}-${serviceAccount}`, namespace };
    const role = new RoleV1(this, 'role', {
      metadata,
      // A name binds this `create`, since the path of the request has it. Source: "Referring to resources" of RBAC.
      rule: [
        { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: [serviceAccount], verbs: ['create'] },
      ],
      dependsOn: [...dependsOn],
    });
    const binding = new RoleBindingV1(this, 'binding', {
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata.name },
      subject: [{ kind: 'ServiceAccount', name: externalSecretsServiceAccount, namespace: namespaces.externalSecrets }],
    });
    this.dependables = [role, binding];
  }
}

/** Leave for the gateway to read a namespace's routes, and what they lead to. */
import { RoleBindingV1 } from '@cdktf/provider-kubernetes/lib/role-binding-v1';
import { RoleV1 } from '@cdktf/provider-kubernetes/lib/role-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { namespaces } from './names';
import { gatewayServiceAccount } from './traefik-values';

export interface GatewayAccessProps {
  /** A namespace that exists: the gateway's own, or the application's. */
  readonly namespace: string;
  /** @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}

const name = 'gateway';
const read = ['get', 'list', 'watch'];

/**
 * The gateway serves none of its namespaces before it can read all of them, and goes on to try. So the stack that makes
 * the application's namespace makes this, too. Source: the role that the chart makes for a whole cluster.
 */
export class GatewayAccess extends Construct {
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { namespace, dependsOn = [] }: GatewayAccessProps) {
    super(scope, id);
    const role = new RoleV1(this, 'role', {
      metadata: { name, namespace },
      rule: [
        // Secrets are certificates of routes and passwords of middlewares; a watch can't be bound to names.
        { apiGroups: [''], resources: ['configmaps', 'secrets', 'services'], verbs: read },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
        {
          apiGroups: ['traefik.io'],
          resources: [
            'ingressroutes',
            'ingressroutetcps',
            'ingressrouteudps',
            'middlewares',
            'middlewaretcps',
            'serverstransports',
            'serverstransporttcps',
            'tlsoptions',
            'tlsstores',
            'traefikservices',
          ],
          verbs: read,
        },
      ],
      dependsOn: [...dependsOn],
    });
    const binding = new RoleBindingV1(this, 'binding', {
      metadata: { name, namespace },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name },
      subject: [{ kind: 'ServiceAccount', name: gatewayServiceAccount, namespace: namespaces.gateway }],
      dependsOn: [role],
    });
    this.dependables = [binding];
  }
}

/** How clients reach the api: a route of the gateway, and its limit on requests. */
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { ApplicationDeploymentSettings } from '../../environments/application-deployment-settings';
import { namespaces } from '../cluster-services/names';
import { rateLimitMiddleware } from '../cluster-services/rate-limit';
import { gatewayEntryPoint } from '../cluster-services/traefik-values';
import { CustomResources, type KubernetesObject } from '../kubernetes/custom-resources';
import { declareFlows } from '../network/flows';
import { gatewayCountFlows } from './application-flows';
import type { DeployedRedisEndpoint } from './mounted-endpoints';
import { programLabels, programPorts } from './programs';
import type { SecretPlans } from './secret-plans';

export interface ApplicationRouteProps {
  readonly settings: Pick<ApplicationDeploymentSettings, 'hostName' | 'gatewayRateLimit'>;
  readonly redis: DeployedRedisEndpoint;
  readonly secrets: Pick<SecretPlans, 'gatewaySecret' | 'gatewayCaSecret'>;
  /** Pods of the gateway at least. */
  readonly gatewayReplicas: number;
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Paths that are the platform's business, and no client's. */
const internalPaths = ['/healthz', '/readyz', '/metrics'];

const limitName = 'client-rate';

export class ApplicationRoute extends Construct {
  constructor(scope: Construct, id: string, props: ApplicationRouteProps) {
    super(scope, id);
    const { gatewayRateLimit } = props.settings;
    const counts = gatewayRateLimit.kind === 'by-client' && props.redis.topology !== 'sentinel';
    if (counts) declareFlows(this, gatewayCountFlows(props));
    const limits = limitObjects(props);
    new CustomResources(this, 'route', {
      name: 'api-route',
      namespace: namespaces.application,
      objects: [
        ...limits,
        routeObject(
          props.settings.hostName,
          limits.map(({ metadata: { name } }) => name),
        ),
      ],
      dependsOn: props.dependsOn,
    });
  }
}

function limitObjects({ settings, ...props }: ApplicationRouteProps): readonly KubernetesObject[] {
  const { gatewayRateLimit } = settings;
  if (gatewayRateLimit.kind === 'none') return [];
  const { redis, gatewayReplicas } = props;
  const { gatewaySecret, gatewayCaSecret } = props.secrets;
  return [
    rateLimitMiddleware({
      name: limitName,
      namespace: namespaces.application,
      averagePerSecond: gatewayRateLimit.requestsPerSecond,
      burst: gatewayRateLimit.burst,
      redis,
      credentialsSecret: gatewaySecret,
      ...(gatewayCaSecret !== undefined && { caSecret: gatewayCaSecret }),
      gatewayReplicas,
    }),
  ];
}

/** TLS by the gateway's own certificate, which is what an empty `tls` says. */
function routeObject(hostName: string, middlewares: readonly string[]): KubernetesObject {
  const hidden = internalPaths.map((path) => ` && !PathPrefix(\`${path}\`)`).join('');
  return {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'IngressRoute',
    metadata: { name: 'api', labels: programLabels('api') },
    spec: {
      entryPoints: [gatewayEntryPoint],
      routes: [
        {
          kind: 'Rule',
          match: `Host(\`${hostName}\`)${hidden}`,
          ...(middlewares.length > 0 && { middlewares: middlewares.map((name) => ({ name })) }),
          services: [{ name: 'api', port: programPorts.api }],
        },
      ],
      tls: {},
    },
  };
}

/** Values of the chart traefik, by the keys of version 41; the one place that knows them. */
import type { ClusterServicesSettings, GatewaySettings } from '../../environments/cluster-services-settings';
import type { AwsAccount } from '../aws/account';
import type { ChartValues } from '../kubernetes/chart-release';
import type { ChartWorkload } from '../kubernetes/chart-workloads';
import { gatewayListenerPort } from './gateway-listener';
import { namespaces, servicePriorityClass } from './names';
import { emptyDir, hardenedContainer, oneAtATime, resources, spreadOverZones } from './pods';
import { imageReference } from './sources';
import type { ClusterAddresses } from './traffic';

/** Name of the service account of the gateway's pods. */
export const gatewayServiceAccount = 'traefik';

/** Where routes listen; `entryPoints` of an IngressRoute. */
export const gatewayEntryPoint = 'websecure';

/** Port of pods that the load balancer connects to. */
export const gatewayPort = 8443;

/** Secret with the certificate of routes that name none. */
export const gatewayCertificateSecret = 'gateway-certificate';

/** Labels of pods. */
export const gatewayPods = { 'app.kubernetes.io/name': 'traefik' } as const;

/**
 * Seconds that a pod goes on to serve when it is to stop: as long as a load balancer may take to notice, and then for
 * requests that are under way.
 */
const stop = { acceptSeconds: 60, finishSeconds: 30 } as const;

/** Mebibytes of each of the chart's emptyDirs: for certificates that it would get itself, and for temporary files. */
const emptyDirMebibytes = 64;

export function traefikValues(
  { source, gateway: settings }: ClusterServicesSettings,
  account: AwsAccount,
  { networkCidr }: Pick<ClusterAddresses, 'networkCidr'>,
): ChartValues {
  const { registry, repository, tag, digest } = imageReference(source, account, 'traefik', settings);
  return {
    image: { registry, repository, tag, ...(digest !== undefined && { digest }) },
    // By a digest alone the chart couldn't tell what this version takes.
    ...(digest !== undefined && { versionOverride: tag }),
    ...podValues(settings),
    ...routingValues(networkCidr),
    service: { spec: serviceSpec(settings), annotations: loadBalancerAnnotations(settings, account) },
    global: { checkNewVersion: false, sendAnonymousUsage: false },
    api: { dashboard: false },
    log: { format: 'json', level: 'INFO' },
    // Headers and queries hold tokens and names.
    accessLog: {
      enabled: true,
      format: 'json',
      fields: { headers: { defaultMode: 'drop' }, queryParameters: { defaultMode: 'drop' } },
    },
    metrics: { prometheus: { serviceMonitor: { enabled: false } } },
  };
}

function podValues({
  minimumReplicas: minReplicas,
  maximumReplicas: maxReplicas,
  cpuMillicores,
  memoryMebibytes,
}: GatewaySettings) {
  return {
    deployment: {
      // The autoscaler decides.
      replicas: null,
      terminationGracePeriodSeconds: stop.acceptSeconds + stop.finishSeconds + 10,
      tmpVolume: { emptyDir: emptyDir(emptyDirMebibytes) },
    },
    persistence: { emptyDir: emptyDir(emptyDirMebibytes) },
    autoscaling: {
      enabled: true,
      minReplicas,
      maxReplicas,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
    podDisruptionBudget: { enabled: true, ...oneAtATime },
    topologySpreadConstraints: spreadOverZones(gatewayPods),
    priorityClassName: servicePriorityClass,
    resources: resources({ cpuMillicores, memoryMebibytes, emptyDirMebibytes: 2 * emptyDirMebibytes }),
    securityContext: hardenedContainer,
  };
}

/** What is routed, by whom it is described, and how connections come in. */
function routingValues(networkCidr: string) {
  return {
    // Routes of namespaces that let the gateway read them; nothing of the whole cluster, other namespaces' secrets least.
    rbac: { enabled: false, namespaced: true },
    providers: {
      kubernetesCRD: {
        enabled: true,
        namespaces: [namespaces.gateway, namespaces.application],
        allowCrossNamespace: false,
        allowExternalNameServices: false,
        defaultTLSResourcesNamespace: namespaces.gateway,
      },
      kubernetesIngress: { enabled: false },
    },
    ingressClass: { enabled: false },
    core: { strictTLSOptions: true },
    tlsOptions: { default: { minVersion: 'VersionTLS12' } },
    tlsStore: { default: { defaultCertificate: { secretName: gatewayCertificateSecret } } },
    ports: {
      web: { expose: { default: false } },
      [gatewayEntryPoint]: {
        port: gatewayPort,
        exposedPort: gatewayListenerPort,
        asDefault: true,
        http: { tls: { enabled: true } },
        // The load balancer says who the client is. Nobody else's word is taken, in headers neither.
        proxyProtocol: { trustedIPs: [networkCidr] },
        transport: {
          lifeCycle: {
            requestAcceptGraceTimeout: `${stop.acceptSeconds}s`,
            graceTimeOut: `${stop.finishSeconds}s`,
          },
        },
      },
    },
  };
}

function serviceSpec({ loadBalancer }: GatewaySettings) {
  return {
    type: 'LoadBalancer',
    // The AWS Load Balancer Controller's, not that of the control plane.
    loadBalancerClass: 'service.k8s.aws/nlb',
    // It connects to pods directly.
    allocateLoadBalancerNodePorts: false,
    loadBalancerSourceRanges: loadBalancer.kind === 'internet' ? ['0.0.0.0/0'] : loadBalancer.clientCidrs,
  };
}

/** Source: "Service annotations" of the AWS Load Balancer Controller's guide. */
function loadBalancerAnnotations({ loadBalancer, certificate }: GatewaySettings, { environment }: AwsAccount) {
  const annotations: Readonly<Record<string, string>> = {
    name: `${environment}-gateway`,
    scheme: loadBalancer.kind === 'internal' ? 'internal' : 'internet-facing',
    'nlb-target-type': 'ip',
    // With the client's own address as the source, replies to pods on the same node would miss the balancer.
    'target-group-attributes': [
      'preserve_client_ip.enabled=false',
      `deregistration_delay.timeout_seconds=${stop.acceptSeconds}`,
      'deregistration_delay.connection_termination.enabled=true',
    ].join(','),
    'proxy-protocol': '*',
    attributes: 'load_balancing.cross_zone.enabled=true',
    ...(certificate.kind === 'acm' && {
      'ssl-cert': certificate.certificateArn,
      'ssl-ports': String(gatewayListenerPort),
      'ssl-negotiation-policy': 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      'alpn-policy': 'HTTP2Preferred',
      'backend-protocol': 'ssl',
    }),
  };
  return Object.fromEntries(
    Object.entries(annotations).map(([key, value]) => [`service.beta.kubernetes.io/aws-load-balancer-${key}`, value]),
  );
}

/** Where the values say what pods request. */
export const traefikWorkloads: readonly ChartWorkload[] = [
  {
    name: 'traefik',
    kind: 'deployment',
    replicas: { minimum: 'autoscaling.minReplicas', maximum: 'autoscaling.maxReplicas' },
    maximumSetting: 'clusterServices.gateway.maximumReplicas',
    containers: ['resources'],
    spread: 'topologySpreadConstraints',
    // The chart's own update strategy.
    surge: 1,
  },
];

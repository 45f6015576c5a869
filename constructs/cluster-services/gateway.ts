/** The gateway: where clients come in, TLS ends and routes begin. */
import { Construct } from 'constructs';
import type { ITerraformDependable } from 'cdktf';
import { ChartRelease } from '../kubernetes/chart-release';
import { CustomResources, type KubernetesObject } from '../kubernetes/custom-resources';
import { declareFlows, type Flow } from '../network/flows';
import type { GatewaySettings } from '../../environments/cluster-services-settings';
import { callsKubernetes, podsOf } from './flows';
import { GatewayAccess } from './gateway-access';
import { gatewayListenerPort } from './gateway-listener';
import { namespaces, platformIssuer } from './names';
import { ServiceNamespace } from './service-namespace';
import type { ServiceProps } from './service-props';
import { chartRepository } from './sources';
import { gatewayCertificateSecret, gatewayPods, gatewayPort, traefikValues } from './traefik-values';
import { callKubernetes, callRedis, resolveNames, type ClusterAddresses, type TrafficRule } from './traffic';

export interface GatewayProps extends ServiceProps {
  /** The issuer of the certificate: gone last, as it isn't there to be asked for another. */
  readonly issuer: ITerraformDependable;
}

/** Seconds until pods are ready at first: the load balancer has to be there and to have found them. */
const timeoutSeconds = 900;

/**
 * Traefik behind a network load balancer. Of the controller of load balancers everything here depends, the namespace too:
 * it is destroyed when the balancer is gone, and the controller only then.
 */
export class Gateway extends Construct {
  constructor(scope: Construct, id: string, { account, settings, addresses, dependsOn, issuer }: GatewayProps) {
    super(scope, id);
    const namespace = namespaces.gateway;
    declareFlows(this, gatewayFlows(settings.gateway));
    const { dependables } = new ServiceNamespace(this, 'namespace', {
      name: namespace,
      // Pods count as ready when the balancer has found them, so that an update leaves no gap.
      labels: { 'elbv2.k8s.aws/pod-readiness-gate-inject': 'enabled' },
      traffic: gatewayTraffic(addresses),
      dependsOn,
    });
    const access = new GatewayAccess(this, 'access', { namespace, dependsOn: dependables });
    const certificate = new CustomResources(this, 'certificate', {
      name: gatewayCertificateSecret,
      namespace,
      objects: [certificateObject(settings.gateway.hostNames)],
      dependsOn: [issuer, ...dependables],
    });
    new ChartRelease(this, 'chart', {
      name: 'traefik',
      namespace,
      chart: 'traefik',
      repository: chartRepository(settings.source, account, 'traefik'),
      version: settings.gateway.chart,
      values: traefikValues(settings, account, addresses),
      timeoutSeconds,
      dependsOn: [certificate.release, ...access.dependables],
    });
  }
}

function gatewayFlows({ loadBalancer }: GatewaySettings): readonly Flow[] {
  const pods = podsOf(namespaces.gateway, gatewayPods);
  const clients = loadBalancer.kind === 'internet' ? ['0.0.0.0/0'] : loadBalancer.clientCidrs;
  return [
    callsKubernetes(pods, 'routes and certificates are read'),
    ...clients.map((cidr): Flow => ({
      from: { kind: 'clients', cidr },
      to: { kind: 'load-balancer' },
      port: gatewayListenerPort,
      why: 'clusterServices.gateway.loadBalancer',
    })),
    { from: { kind: 'load-balancer' }, to: pods, port: gatewayPort, why: 'requests and health checks' },
  ];
}

function gatewayTraffic(addresses: ClusterAddresses): readonly TrafficRule[] {
  return [
    resolveNames,
    callKubernetes(addresses),
    callRedis(addresses, gatewayPods),
    {
      name: 'serve',
      pods: gatewayPods,
      direction: 'ingress',
      peers: [{ cidr: addresses.networkCidr }],
      ports: [{ port: gatewayPort }],
    },
    {
      name: 'call-application',
      pods: gatewayPods,
      direction: 'egress',
      peers: [{ namespace: namespaces.application }],
    },
  ];
}

function certificateObject(hostNames: readonly string[]): KubernetesObject {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name: gatewayCertificateSecret },
    spec: {
      secretName: gatewayCertificateSecret,
      dnsNames: hostNames,
      duration: '2160h',
      renewBefore: '720h',
      privateKey: { algorithm: 'ECDSA', size: 256, rotationPolicy: 'Always' },
      usages: ['digital signature', 'server auth'],
      issuerRef: platformIssuer,
    },
  };
}

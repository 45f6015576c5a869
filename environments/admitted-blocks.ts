/** Settings that let addresses outside the network call private subnets. */
import { gatewayListenerPort } from '../constructs/cluster-services/gateway-listener';
import { kubernetesApiPort } from '../constructs/kubernetes/control-plane-calls';
import type { AdmittedBlock } from '../constructs/network/admitted-blocks';
import type { GatewaySettings } from './cluster-services-settings';
import type { KubernetesSettings } from './kubernetes-settings';

/** The part of an environment that says who is admitted. */
export interface AdmittingSettings {
  readonly kubernetes: Pick<KubernetesSettings, 'endpoint'>;
  readonly clusterServices: { readonly gateway: Pick<GatewaySettings, 'loadBalancer'> };
}

/**
 * Blocks that may call private subnets, and on which port: the API of Kubernetes, and the gateway when its load balancer is
 * internal. One on the internet is in public subnets, which everybody may call on port 443.
 *
 * The security group of the control plane and that of the load balancer are made from the same settings; a block that is
 * missing here would pass them and be dropped by the access list.
 */
export function admittedBlocks({ kubernetes, clusterServices }: AdmittingSettings): readonly AdmittedBlock[] {
  const { loadBalancer } = clusterServices.gateway;
  const named = (setting: string, port: number, cidrs: readonly string[]) =>
    cidrs.map((cidr) => ({ cidr, port, setting }));
  return [
    ...named('kubernetes.endpoint.privateCidrs', kubernetesApiPort, kubernetes.endpoint.privateCidrs),
    ...(loadBalancer.kind === 'internal'
      ? named('clusterServices.gateway.loadBalancer.clientCidrs', gatewayListenerPort, loadBalancer.clientCidrs)
      : []),
  ];
}

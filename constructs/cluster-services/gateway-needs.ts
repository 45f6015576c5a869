/** What the gateway and the controller of its load balancer ask of the API of Kubernetes. */
import { needsOf, observe, type KubernetesNeed } from '../kubernetes/needs';
import { loadBalancerServiceAccount } from './load-balancer-controller-values';
import { namespaces } from './names';
import { gatewayServiceAccount } from './traefik-values';

const client = 'WatchAll in pkg/provider/kubernetes/crd/client.go of Traefik 3';

/** Its informers list and watch, in its own namespace and in the application's; it serves neither before all are there. */
export const gatewayNeeds: readonly KubernetesNeed[] = needsOf(
  { namespace: namespaces.gateway, serviceAccount: gatewayServiceAccount },
  [
    {
      verbs: observe,
      group: 'traefik.io',
      resources: [
        ...['ingressroutes', 'ingressroutetcps', 'ingressrouteudps', 'middlewares', 'middlewaretcps'],
        ...['serverstransports', 'serverstransporttcps', 'tlsoptions', 'tlsstores', 'traefikservices'],
      ],
      namespaces: [namespaces.gateway, namespaces.application],
      why: 'routes, and how connections are made',
      source: client,
    },
    {
      verbs: observe,
      resources: ['services', 'configmaps', 'secrets'],
      namespaces: [namespaces.gateway, namespaces.application],
      why: 'where routes lead, authorities, and certificates of routes; an informer is bound to no name',
      source: client,
    },
    {
      verbs: observe,
      group: 'discovery.k8s.io',
      resources: ['endpointslices'],
      namespaces: [namespaces.gateway, namespaces.application],
      why: 'addresses of pods',
      source: client,
    },
  ],
);

const markers = 'markers kubebuilder:rbac of the AWS Load Balancer Controller 3.5, from which its chart is generated';

export const loadBalancerNeeds: readonly KubernetesNeed[] = needsOf(
  { namespace: namespaces.loadBalancers, serviceAccount: loadBalancerServiceAccount },
  [
    {
      verbs: [...observe, 'update'],
      resources: ['services'],
      why: 'services with a load balancer, in every namespace; a finalizer keeps one until the balancer is gone',
      source: markers,
    },
    { verbs: ['update'], resources: ['services/status'], why: 'the name of the balancer', source: markers },
    {
      verbs: [...observe, 'create', 'update', 'delete'],
      group: 'elbv2.k8s.aws',
      resources: ['targetgroupbindings'],
      why: 'which pods are targets, in the namespace of the service',
      source: markers,
    },
    { verbs: ['update'], group: 'elbv2.k8s.aws', resources: ['targetgroupbindings/status'], why: 'how far it is' },
    { verbs: observe, resources: ['pods', 'nodes', 'namespaces'], why: 'addresses of targets', source: markers },
    {
      verbs: observe,
      group: 'discovery.k8s.io',
      resources: ['endpointslices'],
      why: 'which pods are ready; enableEndpointSlices is the default',
      source: markers,
    },
    { verbs: ['update'], resources: ['pods/status'], why: 'readiness gates', source: markers },
    {
      verbs: observe,
      group: 'networking.k8s.io',
      resources: ['ingresses', 'ingressclasses'],
      why: 'the controller of ingresses runs in any case, and waits for these informers',
      source: markers,
    },
    {
      verbs: observe,
      group: 'elbv2.k8s.aws',
      resources: ['ingressclassparams'],
      why: 'the same',
      source: markers,
    },
    { verbs: ['create', 'patch'], resources: ['events'], why: 'what it did, and why it could not' },
    {
      verbs: ['create'],
      group: 'coordination.k8s.io',
      resources: ['leases'],
      namespaces: [namespaces.loadBalancers],
      why: 'the first pod that leads makes the lease',
    },
    {
      verbs: ['get', 'update'],
      group: 'coordination.k8s.io',
      resources: ['leases'],
      namespaces: [namespaces.loadBalancers],
      names: ['aws-load-balancer-controller-leader'],
      why: 'one pod leads at a time',
    },
  ],
);

/** Rights beyond what is needed that charts give and have no value for, each with its reason. */
export interface OverGrantException {
  /** `<namespace>/<name>` of the service account. */
  readonly account: string;
  /** `secrets`, `deployments.apps/scale`; `*.<group>` for all of a group. */
  readonly resources: readonly string[];
  readonly reason: string;
  /** Day on which it was last looked at, `YYYY-MM-DD`. */
  readonly reviewed: string;
}

const reviewed = '2026-11-30';
const operator = 'observability/monitoring-operator';
const prometheus = 'observability/monitoring-prometheus';
const certManager = 'cert-manager/cert-manager';
const externalSecrets = 'external-secrets/external-secrets';
const keda = 'keda/keda-operator';
const loadBalancers = 'load-balancers/aws-load-balancer-controller';

/** Of the versions of charts that the environments install. */
export const overGrantExceptions: readonly OverGrantException[] = [
  {
    account: certManager,
    resources: [
      ...['*.acme.cert-manager.io', 'pods', 'services', 'ingresses.networking.k8s.io'],
      ...[
        'ingresses.networking.k8s.io/finalizers',
        '*.gateway.networking.k8s.io',
        'routes.route.openshift.io/custom-host',
      ],
      ...[
        'certificates.cert-manager.io',
        'clusterissuers.cert-manager.io/finalizers',
        'issuers.cert-manager.io/finalizers',
      ],
    ],
    reason: 'ACME and certificates for ingresses, which nothing here uses: the chart binds all of its roles or none',
    reviewed,
  },
  {
    account: certManager,
    resources: ['*.certificates.k8s.io', 'subjectaccessreviews.authorization.k8s.io'],
    reason:
      'requests for certificates of Kubernetes itself, behind a feature gate; the chart binds all of its roles or none',
    reviewed,
  },
  {
    account: certManager,
    resources: ['certificates.cert-manager.io/finalizers', 'certificaterequests.cert-manager.io/finalizers'],
    reason: 'owners of objects, where the cluster checks who may name one (OwnerReferencesPermissionEnforcement)',
    reviewed,
  },
  { account: 'cert-manager/cert-manager-cainjector', resources: ['events'], reason: 'events hold no secret', reviewed },
  {
    account: externalSecrets,
    resources: ['*.generators.external-secrets.io'],
    reason:
      'generators of passwords and tokens: none is defined here, and the chart has a value for those of clusters alone',
    reviewed,
  },
  {
    account: externalSecrets,
    resources: [
      ...['externalsecrets.external-secrets.io/status', 'externalsecrets.external-secrets.io/finalizers'],
      ...['secretstores.external-secrets.io/status', 'secretstores.external-secrets.io/finalizers'],
      ...['clustersecretstores.external-secrets.io/status', 'clustersecretstores.external-secrets.io/finalizers'],
    ],
    reason: 'the same objects as those it acts on; they hold no secret',
    reviewed,
  },
  {
    account: externalSecrets,
    resources: ['configmaps', 'serviceaccounts'],
    reason: 'authorities and accounts that stores name, in any namespace; leases of versions before 0.6',
    reviewed,
  },
  {
    account: keda,
    resources: [
      ...['configmaps/status', 'serviceaccounts', 'endpointslices.discovery.k8s.io', 'replicasets.apps'],
      ...['deployments.apps/scale', 'statefulsets.apps/scale', 'jobs.batch'],
      ...['scaledjobs.keda.sh/finalizers', 'scaledobjects.keda.sh/finalizers', 'leases.coordination.k8s.io'],
    ],
    reason:
      'other triggers, and what may be scaled in any namespace. watchNamespace would bind the role in the one of the application, which a later stack makes',
    reviewed,
  },
  { account: 'keda/keda-webhook', resources: ['events.events.k8s.io'], reason: 'events hold no secret', reviewed },
  {
    account: loadBalancers,
    resources: [
      ...['*.aga.k8s.aws', '*.gateway.k8s.aws', '*.gateway.networking.k8s.io', 'albtargetcontrolconfigs.elbv2.k8s.aws'],
      ...['ingresses.extensions', 'ingresses.extensions/status'],
      ...['ingresses.networking.k8s.io', 'ingresses.networking.k8s.io/status'],
    ],
    reason: 'features that are off here: the chart has one role for all of them',
    reviewed,
  },
  {
    account: loadBalancers,
    resources: ['configmaps', 'endpoints'],
    reason: 'balancers of several clusters, leases of versions before 2.5, and endpoints before endpoint slices',
    reviewed,
  },
  {
    account: operator,
    resources: [
      ...['*.monitoring.coreos.com', 'statefulsets.apps', 'configmaps', 'secrets', 'pods', 'services', 'endpoints'],
      ...['services/finalizers', 'endpointslices.discovery.k8s.io', 'ingresses.networking.k8s.io', 'events'],
    ],
    reason:
      'the operator acts in its own namespace, and on the service of the kubelets; the chart has one cluster role for any number of namespaces',
    reviewed,
  },
  {
    account: prometheus,
    resources: ['services', 'endpoints', 'pods', 'endpointslices.discovery.k8s.io', 'ingresses.networking.k8s.io'],
    reason: 'discovery in any namespace: the chart has one cluster role; none of these holds a secret',
    reviewed,
  },
  {
    account: prometheus,
    resources: ['nodes/metrics', '/metrics', '/metrics/cadvisor'],
    reason: 'metrics of the API server and of kubelets, to be read alone',
    reviewed,
  },
];

/** Connections that no flow needs and that stay open: each with its reason and the day of the decision. */

export interface Exception {
  /** Names of parties that may open it, as a whole. */
  readonly from: RegExp;
  readonly to: RegExp;
  /** @default - all */
  readonly ports?: readonly number[];
  readonly reason: string;
  /** `2026-11-30` */
  readonly since: string;
}

/** Parts of nodes, and pods that no policy selects. */
const onNodes = /^(?:nodes|kube-system\/.+)$/;
const since = '2026-11-30';

export const exceptions: readonly Exception[] = [
  {
    from: onNodes,
    to: /^(?:redis|postgres|endpoints|internet|S3|nodes|control-plane|pod-identity-agent|kube-system\/.+)$/,
    reason:
      "nodes and all their pods have one security group; policies divide pods, and select neither nodes nor EKS' add-ons, the only ones in kube-system",
    since,
  },
  {
    from: onNodes,
    to: /^(?:cert-manager|external-secrets|observability)\/(?:webhook|operator)$/,
    ports: [10_250],
    reason: "the control plane's interfaces have addresses of the nodes' subnets, and policies know addresses alone",
    since,
  },
  {
    from: onNodes,
    to: /^(?:keda|load-balancers)\/(?:metrics|webhooks|controller)$/,
    ports: [6_443, 9_443],
    reason: "the control plane's interfaces have addresses of the nodes' subnets, and policies know addresses alone",
    since,
  },
  {
    from: onNodes,
    to: /^gateway\/traefik$/,
    ports: [8_443],
    reason: 'an internal load balancer has addresses of the nodes’ subnets, and policies know addresses alone',
    since,
  },
  {
    from: /^observability\/.+$/,
    to: /^observability\/operator$/,
    ports: [10_250],
    reason: 'what lets the control plane in goes by addresses, which pods of the namespace have, too',
    since,
  },
  {
    from: /^observability\/prometheus$/,
    to: /^(?:cert-manager|external-secrets)\/webhook$/,
    ports: [10_250],
    reason: 'Prometheus asks kubelets on the same port, under addresses that pods have, too',
    since,
  },
  {
    from: /^(?:observability\/(?:grafana|loki|alertmanager)|load-balancers\/controller|external-secrets\/controller)$/,
    to: /^(?:control-plane|endpoints|internet|S3)$/,
    ports: [443],
    reason: 'services of AWS and receivers of alerts have addresses that change; policies let pass all of port 443',
    since,
  },
  {
    from: /^(?:cert-manager|external-secrets|gateway|keda|observability)\/.+$/,
    to: /^endpoints$/,
    ports: [443],
    reason:
      "the API's interfaces have addresses of the subnets that endpoints are in; without a role in AWS an endpoint answers no request",
    since,
  },
  {
    from: /^(?:clients .+|load-balancer)$/,
    to: /^endpoints$/,
    ports: [443],
    reason: 'endpoints let the whole network in: what has no credentials of the account gets no answer',
    since,
  },
  {
    from: /^control-plane$/,
    to: /^(?:control-plane|endpoints|internet|S3)$/,
    reason: 'EKS gives the interfaces of its control plane a group of its own, with a way out to everywhere',
    since,
  },
  {
    from: /^load-balancer$/,
    to: /^(?:internet|S3)$/,
    reason:
      'the AWS Load Balancer Controller makes its groups with a way out to everywhere; a balancer calls its targets',
    since,
  },
  {
    from: /^gateway\/traefik$/,
    to: /^redis$/,
    reason:
      'its policy is made before it is known which Redis there is and whether requests are counted; without a password Redis refuses it',
    since,
  },
];

export const exceptionFor = ({ from, to, port }: { from: string; to: string; port: number }) =>
  exceptions.find(
    (exception) => exception.from.test(from) && exception.to.test(to) && (exception.ports?.includes(port) ?? true),
  );

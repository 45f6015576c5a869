/** Everything that a deployment without Terraform and without a cloud replaces: the one list of it. */

/** Environments in which something is replaced. */
export type Scope = 'all' | 'in AWS';

export interface StandIn {
  readonly name: string;
  /** What the environment would have. */
  readonly replaces: string;
  readonly scope: Scope;
  /** Why the real thing isn't there. */
  readonly why: string;
  /** What is there, and what a deployment with it doesn't show. */
  readonly differs: string;
}

const noImages = 'its images are pulled from registries that a machine without them does not reach';

export const standIns: readonly StandIn[] = [
  {
    name: 'deployment',
    replaces: 'Terraform with the providers of Kubernetes and Helm',
    scope: 'all',
    why: 'the providers come from a registry',
    differs:
      'The same objects are applied by kubectl, in the order of the stacks and of `depends_on`, and waited for with the same limits. There is no state: nothing is planned, and what is no longer described stays until `destroy`. Nothing is protected from `destroy`.',
  },
  {
    name: 'AWS',
    replaces: 'all resources of the provider of AWS: network, cluster, nodes, roles, keys, alarms, backups',
    scope: 'in AWS',
    why: 'there is no account',
    differs:
      'They are not made. What others read of them (ARNs, ids, host names) has the form that AWS gives it, and belongs to nothing. Nodes have their labels and taints by kubernetes/nodes/up.sh, in the zones of the environment; there may be fewer general ones.',
  },
  {
    name: 'images',
    replaces: 'images of the application, of Redis, of its exporter and of Postgres',
    scope: 'all',
    why: 'there is no registry',
    differs:
      'Images that kubernetes/images/build.sh makes on this machine, loaded to the nodes. Redis and the exporter may be of another version than the environment names: the deployment prints both. `imagePullPolicy` is IfNotPresent.',
  },
  {
    name: 'certificates',
    replaces: 'cert-manager',
    scope: 'all',
    why: noImages,
    differs:
      'The deployment issues each Certificate by openssl, signed by the authority of the platform in the namespace cert-manager, and writes the same Secret. It renews nothing by itself: `renew-certificates` does. The webhook, which refuses wrong Certificates, is not there.',
  },
  {
    name: 'secrets',
    replaces: 'the controller and the webhook of External Secrets',
    scope: 'all',
    why: noImages,
    differs:
      "A program of this repository in a pod, with the controller's service account and the chart's rights. It knows what the stacks write: two kinds of stores, the generator Password, templates with values and `sha256sum`; anything else fails. It looks every two seconds instead of watching, and tries again after ten at most.",
  },
  {
    name: 'Secrets Manager',
    replaces: 'AWS Secrets Manager, KMS, and secrets that people put there',
    scope: 'in AWS',
    why: 'there is no account',
    differs:
      'Values are made at random and kept in a Secret of the namespace stand-ins. One is handed out only if the policies of the stacks let the role of External Secrets read and decrypt it; that is decided when the environment is deployed. A higher generation makes a new value, and the former is AWSPREVIOUS. What people would put in is a text without a meaning. Nothing rotates.',
  },
  {
    name: 'definitions',
    replaces: 'definitions of custom resources, where their charts are not at hand',
    scope: 'all',
    why: 'charts come from registries',
    differs:
      'Definitions that take any member. With CHARTS the definitions of the charts that are in it are used, and the API server checks each object by them.',
  },
  {
    name: 'charts of Redis',
    replaces: "Bitnami's charts redis-cluster and redis, where they are not at hand",
    scope: 'all',
    why: 'charts come from a registry',
    differs:
      'The StatefulSet, services, disruption budget and service account from the same values. ConfigMaps and variables of the charts that nothing reads are left out, and so are labels by Helm. With CHARTS the charts are rendered by helm.',
  },
  {
    name: 'Traefik and KEDA',
    replaces: 'the images of Traefik and KEDA; without the charts traefik and keda, their programs as well',
    scope: 'in AWS',
    why: noImages,
    differs:
      'With CHARTS their charts are rendered by helm and deployed whole, with programs that kubernetes/images/build.sh builds of their modules of Go, in the versions of the environment. Without CHARTS no pod acts on routes, limits of the gateway and ScaledObjects: they are stored.',
  },
  {
    name: 'cluster services',
    replaces: 'programs of the AWS Load Balancer Controller, Loki, Alloy and Grafana',
    scope: 'in AWS',
    why: noImages,
    differs:
      'Their namespaces, network policies, service accounts, rights and objects are there; no pod acts on them. Services of the type LoadBalancer get no address: the gateway is reached by the addresses of its pods.',
  },
  {
    name: 'monitoring',
    replaces: 'the Prometheus operator, and the images of Prometheus and Alertmanager',
    scope: 'in AWS',
    why: noImages,
    differs:
      "The deployment makes the operator's StatefulSets, services and configurations, from the monitors and rules of the stacks; Prometheus and Alertmanager are Debian's. A change of a monitor or rule restarts their pods. Debian's Prometheus has no discovery in Kubernetes: a program beside it, with its service account, asks the API server for pods every five seconds. Every notification goes to one pod, whose log has it (`kubectl -n stand-ins logs deployment/alert-receiver`). The chart's own rules, metrics of Kubernetes' objects and of the kubelet are not there.",
  },
  {
    name: 'volumes',
    replaces: 'disks of a cloud, EBS',
    scope: 'all',
    why: 'nothing provisions disks on one machine',
    differs:
      'Folders of the host as PersistentVolumes, bound to the zone of the claim; every node of the zone sees them. The kubelet changes no owner of such folders, so the deployment gives them to the user of the pod. They have no limit of size, are not encrypted, and are as fast as the disk of the host. With `--storage cluster` the storage classes of the cluster are used.',
  },
  {
    name: 'database',
    replaces: 'RDS',
    scope: 'in AWS',
    why: 'there is no account',
    differs:
      'One pod of Postgres with the same major version, without a standby, backups or parameters of RDS. Pods find it under the name that RDS would have (`hostAliases`), and its certificate is for that name, by the authority that the image built here knows. The administrator is no superuser, as with RDS. Connections without TLS are not refused, and no password changes.',
  },
  {
    name: 'one machine',
    replaces: 'nodes of their own',
    scope: 'all',
    why: 'all nodes are on one host',
    differs:
      'Replicas are those of the environment, and so are requests and limits. Each node reports the processors and the memory of the whole host, so that requests fit which the host could not hold; what is measured is the host. Network policies are stored, and nothing enforces them.',
  },
];

/** The list for a terminal. */
export function standInsText(): string {
  return standIns
    .map(
      ({ name, replaces, scope, why, differs }) =>
        `${name}${scope === 'all' ? '' : ` (environments ${scope})`}\n  replaces  ${replaces}\n  because   ${why}\n  differs   ${differs}\n`,
    )
    .join('\n');
}

/** The list as Markdown. */
export function standInsMarkdown(): string {
  return standIns
    .map(
      ({ name, replaces, scope, why, differs }) =>
        `**${name}**${scope === 'all' ? '' : ` (environments ${scope})`}: in the place of ${replaces}, because ${why}. ${differs}\n`,
    )
    .join('\n');
}

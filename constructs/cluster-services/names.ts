/** What services of a cluster go by, for whatever uses them. */

/** Namespaces of an environment's cluster. */
export const namespaces = {
  certManager: 'cert-manager',
  externalSecrets: 'external-secrets',
  keda: 'keda',
  loadBalancers: 'load-balancers',
  gateway: 'gateway',
  observability: 'observability',
  redis: 'redis',
  database: 'database',
  passwords: 'passwords',
  application: 'application',
} as const;

/** The issuer that signs with the environment's own authority, for every namespace. */
export const platformIssuer = { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'platform' } as const;

/** Service account of the controller of External Secrets, which has its role in AWS. */
export const externalSecretsServiceAccount = 'external-secrets';

/** Keys of a Secret that cert-manager makes. Source: "Certificate resource" of cert-manager's documentation. */
export const certificateKeys = { authority: 'ca.crt', certificate: 'tls.crt', privateKey: 'tls.key' } as const;

/** Where External Secrets reads secrets of AWS Secrets Manager, for the namespaces that are let in. */
export const secretStore = { kind: 'ClusterSecretStore', name: 'aws-secrets-manager' } as const;

/** Namespaces that may read the environment's secrets from the store. */
export const secretNamespaces = [namespaces.observability, namespaces.redis, namespaces.application] as const;

/** Priority of the services' pods: before everything that has none, after the cluster's own. */
export const servicePriorityClass = 'cluster-services';

/** The label that every namespace has, with its name. Source: "Automatic labelling" of the Kubernetes documentation. */
export const namespaceNameLabel = 'kubernetes.io/metadata.name';

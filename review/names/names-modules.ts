/** Modules that names come from. */
import type { NamesModules } from './marked-program';

/**
 * Exports whose values are names that stacks share. A module named `names.ts` has nothing else; others export names beside
 * what they name, and each is listed.
 */
export const namesModules: NamesModules = {
  'constructs/application/programs.ts': ['programPorts', 'programPortName', 'podLabels', 'serviceUrl'],
  'constructs/aws/access-log-bucket.ts': ['accessLogBucketName'],
  'constructs/aws/aws-state.ts': ['stateBucketName', 'stateKeyName', 'stateKey'],
  'constructs/aws/generated-secret.ts': ['usernameField', 'passwordField'],
  'constructs/aws/secret-names.ts': 'all',
  'constructs/backup/backup-bucket.ts': ['backupBucketName'],
  'constructs/backup/bucket-replica.ts': ['replicationRuleId'],
  'constructs/backup/names.ts': 'all',
  'constructs/bitnami/exporter-sidecar.ts': ['exporterPortName'],
  'constructs/bitnami/names.ts': 'all',
  'constructs/cluster-services/cert-manager-values.ts': ['certManagerPods'],
  'constructs/cluster-services/external-secrets-values.ts': ['externalSecretsPods'],
  'constructs/cluster-services/keda-values.ts': ['kedaOperatorPort', 'kedaPods'],
  'constructs/cluster-services/load-balancer-controller-values.ts': ['loadBalancerServiceAccount', 'loadBalancerPods'],
  'constructs/cluster-services/names.ts': 'all',
  'constructs/cluster-services/traefik-values.ts': [
    'gatewayServiceAccount',
    'gatewayEntryPoint',
    'gatewayPort',
    'gatewayCertificateSecret',
    'gatewayPods',
  ],
  'constructs/cluster-services/watchers.ts': ['prometheusPods'],
  'constructs/database/database-access.ts': ['databasePort'],
  'constructs/database/pod-names.ts': 'all',
  'constructs/database/postgres-server.ts': ['administrator', 'applicationRole', 'serverIdentifier'],
  'constructs/elasticache/topology.ts': ['replicationGroupId'],
  'constructs/kubernetes/control-plane-calls.ts': ['controlPlaneCalls'],
  'constructs/kubernetes/names.ts': 'all',
  'constructs/kubernetes/pod-identity-role.ts': ['podRoleName'],
  'constructs/kubernetes/storage-class-names.ts': 'all',
  'constructs/kubernetes/zone-storage.ts': ['zoneVolumes'],
  'constructs/local/local-component.ts': ['provisionerProgram'],
  'constructs/machines/ec2-platform.ts': ['machinesName', 'masterName', 'machineIn'],
  'constructs/observability/alert-topic.ts': ['topicName', 'topicArn'],
  'constructs/observability/cluster/names.ts': 'all',
  'constructs/passwords/cluster-passwords.ts': ['passwordSecretName', 'generatedPasswordKey'],
  'constructs/redis/names.ts': 'all',
};

/** Exports of these modules that are the vocabulary of others, and have one meaning wherever they are written. */
export const vocabularies: readonly string[] = ['constructs/cluster-services/names.ts#namespaceNameLabel'];

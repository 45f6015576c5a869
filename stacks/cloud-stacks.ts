/** The stacks of an environment in AWS, and what each hands to the next. */
import type { App, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { backupBucketName } from '../constructs/backup/backup-bucket';
import { replicationRuleId } from '../constructs/backup/bucket-replica';
import { backupStateMachineArn, notStartedQueueName } from '../constructs/backup/names';
import type { FunctionBundle } from '../constructs/aws/function-bundle';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { redisNodes, replicationGroupId } from '../constructs/elasticache/topology';
import { clusterName } from '../constructs/kubernetes/names';
import type { NetworkValue } from '../constructs/network/network';
import { watchedCluster } from '../constructs/observability/cluster/watched-cluster';
import type { BackupNames } from '../constructs/observability/dashboards/backup-dashboard';
import type { DeployedRedisEndpoint } from '../constructs/application/mounted-endpoints';
import { protectWhatHoldsData } from '../constructs/policies/what-holds-data-is-protected';
import { admittedBlocks } from '../environments/admitted-blocks';
import type { SnapshotExportSettings } from '../environments/backup-settings';
import type { BitnamiSettings } from '../environments/bitnami-settings';
import type { CloudEnvironment } from '../environments/cloud-environment';
import type { ElasticacheServerlessSettings, ElasticacheSettings } from '../environments/elasticache-settings';
import type { MachinesSettings } from '../environments/machines-settings';
import { AlertsStack, type AlertsValue } from './alerts-stack';
import { ApplicationStack } from './application-stack';
import { BackupStack } from './backup-stack';
import { BitnamiRedisStack } from './bitnami-redis-stack';
import { ClusterServicesStack } from './cluster-services-stack';
import { DatabaseStack } from './database-stack';
import { ElasticacheRedisStack } from './elasticache-redis-stack';
import { ElasticacheServerlessStack } from './elasticache-serverless-stack';
import type { Surroundings } from './environment-stacks';
import { KubernetesStack } from './kubernetes-stack';
import { KubernetesStorageStack } from './kubernetes-storage-stack';
import { MachinesRedisStack } from './machines-redis-stack';
import { NetworkStack } from './network-stack';
import { ObservabilityStack } from './observability-stack';
import { outboundPorts } from './outbound-ports';
import { TerraformStateStack } from './terraform-state-stack';

/** What the stacks of one environment are made from. */
interface CloudScope {
  readonly app: App;
  readonly environment: CloudEnvironment;
  readonly account: AwsAccount;
  /** Name of a stack. */
  readonly nameOf: (what: string) => string;
  readonly network: NetworkValue;
  readonly kubernetes: KubernetesValue;
  readonly alerts: AlertsValue;
  /** The stack that makes the topics, which others name by their ARN. */
  readonly alertsStack: TerraformStack;
  readonly rotationBundle: FunctionBundle;
}

export function addCloudStacks(app: App, environment: CloudEnvironment, surroundings: Surroundings): void {
  const { name, accountId, region, tags } = environment;
  const account: AwsAccount = { environment: name, accountId, region, tags };
  const nameOf = (what: string) => `${name}-${what}`;
  const state = new TerraformStateStack(app, nameOf('terraform-state'), {
    account,
    settings: environment.terraformState,
    ownState: surroundings.ownState(),
  });
  const alertsStack = new AlertsStack(app, nameOf('alerts'), {
    account,
    settings: environment.alerting,
    runbooksUrl: environment.observability.runbooksUrl,
    clusterName: watchedCluster(environment).clusterName,
    notifierBundle: surroundings.alarmNotifier(),
  });
  const networkStack = new NetworkStack(app, nameOf('network'), {
    account,
    settings: environment.network,
    clusterName: clusterName(account),
    admitted: admittedBlocks(environment),
  });
  // The state of every other stack, and the logs of its buckets, are in this one's buckets.
  for (const stack of [alertsStack, networkStack]) stack.addDependency(state);
  protectWhatHoldsData(state, environment.terraformState.destruction);
  protectWhatHoldsData(alertsStack, { kind: 'prevented' });
  protectWhatHoldsData(networkStack, environment.network.destruction);
  const { network } = networkStack;
  const kubernetesStack = new KubernetesStack(app, nameOf('kubernetes'), {
    account,
    settings: environment.kubernetes,
    network,
    today: surroundings.today,
    outbound: outboundPorts(environment),
  });
  protectWhatHoldsData(kubernetesStack, environment.kubernetes.destruction);
  const { kubernetes } = kubernetesStack;
  const storageStack = new KubernetesStorageStack(app, nameOf('kubernetes-storage'), {
    account,
    kubernetes,
    network,
  });
  const scope = {
    app,
    environment,
    account,
    nameOf,
    network,
    kubernetes,
    alerts: alertsStack.alerts,
    alertsStack,
    rotationBundle: surroundings.passwordRotation(),
  };
  const servicesStack = addClusterServices(scope);
  // Pods have to be somewhere, and one day one of them has a volume.
  servicesStack.addDependency(storageStack);
  const redis = addRedis(scope, servicesStack);
  const observabilityStack = addObservability(scope, servicesStack);
  addApplication(scope, { servicesStack, redis, databaseStack: addDatabase(scope), observabilityStack });
}

function addClusterServices({ app, environment, account, nameOf, network, kubernetes }: CloudScope) {
  return new ClusterServicesStack(app, nameOf('cluster-services'), {
    account,
    settings: environment.clusterServices,
    network,
    kubernetes,
    serviceCidr: environment.kubernetes.serviceCidr,
  });
}

/** A stack that Redis comes from, and how the application reaches it. */
interface RedisPlatform {
  readonly stack: TerraformStack;
  readonly endpoint: DeployedRedisEndpoint;
}

/** Redis, and its backups where they are made from outside of it. */
function addRedis(scope: CloudScope, servicesStack: ClusterServicesStack): RedisPlatform {
  const { platform } = scope.environment;
  switch (platform.kind) {
    case 'elasticache':
      return addElasticache(scope, platform);
    case 'elasticache-serverless':
      return addElasticacheServerless(scope, platform);
    case 'bitnami-cluster':
    case 'bitnami-sentinel':
      return addBitnami(scope, platform, servicesStack);
    case 'machines':
      return addMachines(scope, platform);
  }
}

const sharedByRedis = ({ account, environment, network, kubernetes, alerts }: CloudScope) => ({
  account,
  network,
  clients: { nodes: kubernetes.nodeSecurityGroupId },
  datasetMebibytes: environment.capacity.datasetMebibytes,
  topicArn: alerts.topicArn,
});

function addElasticache(scope: CloudScope, settings: ElasticacheSettings): RedisPlatform {
  const { app, environment, account, nameOf, alerts } = scope;
  const { backup } = environment;
  const stack = new ElasticacheRedisStack(app, nameOf('redis'), {
    ...sharedByRedis(scope),
    settings,
    backup: backup.kind,
    rotationBundle: scope.rotationBundle,
    eventTopicArn: alerts.elasticacheTopicArn,
  });
  stack.addDependency(scope.alertsStack);
  protectWhatHoldsData(stack, settings.destruction);
  const { endpoint, replicationGroupId, shards } = stack.redis;
  if (backup.kind !== 'none') {
    const backupStack = new BackupStack(app, nameOf('backup'), {
      account,
      settings: backup,
      replicationGroupId,
      shards,
      topicArn: alerts.topicArn,
      topicKeyArn: alerts.topicKeyArn,
    });
    // It names the group by its id, which is known before the group is there.
    backupStack.addDependency(stack);
    protectWhatHoldsData(backupStack, backup.destruction);
  }
  return { stack, endpoint };
}

function addElasticacheServerless(scope: CloudScope, settings: ElasticacheServerlessSettings): RedisPlatform {
  const stack = new ElasticacheServerlessStack(scope.app, scope.nameOf('redis'), {
    ...sharedByRedis(scope),
    settings,
    backup: scope.environment.backup.kind,
    rotationBundle: scope.rotationBundle,
  });
  stack.addDependency(scope.alertsStack);
  protectWhatHoldsData(stack, settings.destruction);
  return { stack, endpoint: stack.redis.endpoint };
}

function addBitnami(scope: CloudScope, settings: BitnamiSettings, servicesStack: ClusterServicesStack): RedisPlatform {
  const { app, environment, account, nameOf, network, kubernetes, alerts } = scope;
  const stack = new BitnamiRedisStack(app, nameOf('redis'), {
    account,
    settings,
    kubernetes,
    redisNodes: environment.kubernetes.redisNodes,
    zones: network.zones.map(({ zone }) => zone),
    datasetMebibytes: environment.capacity.datasetMebibytes,
    topicArn: alerts.topicArn,
  });
  // It issues the certificates, and brings the secrets.
  for (const needed of [servicesStack, scope.alertsStack]) stack.addDependency(needed);
  protectWhatHoldsData(stack, settings.destruction);
  return { stack, endpoint: stack.endpoint };
}

function addMachines(scope: CloudScope, settings: MachinesSettings): RedisPlatform {
  const stack = new MachinesRedisStack(scope.app, scope.nameOf('redis'), { ...sharedByRedis(scope), settings });
  stack.addDependency(scope.alertsStack);
  protectWhatHoldsData(stack, settings.destruction);
  return { stack, endpoint: stack.redis.endpoint };
}

/** It watches what comes before it, and the application from its first request on. */
function addObservability(scope: CloudScope, servicesStack: ClusterServicesStack): ObservabilityStack {
  const { app, environment, account, nameOf, network, kubernetes, alerts } = scope;
  const { platform, observability, alerting, clusterServices } = environment;
  const stack = new ObservabilityStack(app, nameOf('observability'), {
    account,
    settings: observability,
    alerting,
    source: clusterServices.source,
    kubernetes,
    addresses: { networkCidr: network.cidr, serviceCidr: environment.kubernetes.serviceCidr },
    platform: watchedCluster(environment),
    ...(platform.kind === 'elasticache' && {
      elasticacheNodeIds: redisNodes(replicationGroupId(account), platform).map(({ id }) => id),
      ...(environment.backup.kind !== 'none' && { backups: backupNames(account, environment.backup) }),
    }),
    topicArn: alerts.topicArn,
  });
  for (const needed of [servicesStack, scope.alertsStack]) stack.addDependency(needed);
  protectWhatHoldsData(stack, observability.destruction);
  return stack;
}

function backupNames(account: AwsAccount, { replica }: SnapshotExportSettings): BackupNames {
  return {
    clusterName: replicationGroupId(account),
    stateMachineArn: backupStateMachineArn(account),
    bucket: backupBucketName(account),
    deadLetterQueue: notStartedQueueName(account),
    ...(replica.kind !== 'none' && {
      replica: { bucket: backupBucketName({ ...account, region: replica.region }), ruleId: replicationRuleId },
    }),
  };
}

function addDatabase({ app, environment, account, nameOf, network, kubernetes, alerts, alertsStack }: CloudScope) {
  const database = new DatabaseStack(app, nameOf('database'), {
    account,
    settings: environment.database,
    network,
    clients: { nodes: kubernetes.nodeSecurityGroupId },
    topicArn: alerts.topicArn,
  });
  database.addDependency(alertsStack);
  protectWhatHoldsData(database, environment.database.destruction);
  return database;
}

/** What the application needs. */
interface ApplicationNeeds {
  readonly servicesStack: ClusterServicesStack;
  readonly redis: RedisPlatform;
  readonly databaseStack: DatabaseStack;
  readonly observabilityStack: ObservabilityStack;
}

function addApplication(scope: CloudScope, needs: ApplicationNeeds): void {
  const { servicesStack, redis, databaseStack, observabilityStack } = needs;
  const { app, environment, account, nameOf, network, kubernetes, alerts } = scope;
  const { application: settings, database } = environment;
  const stack = new ApplicationStack(app, nameOf('application'), {
    account,
    settings,
    kubernetes,
    addresses: { networkCidr: network.cidr, serviceCidr: environment.kubernetes.serviceCidr },
    redis: redis.endpoint,
    database: databaseStack.database.endpoint,
    databasePasswordGeneration: database.applicationPasswordGeneration,
    gateway: servicesStack.services.gateway,
    topicArn: alerts.topicArn,
  });
  // What it names by itself, and what has to answer before the programs start.
  for (const needed of [servicesStack, redis.stack, databaseStack, observabilityStack, scope.alertsStack]) {
    stack.addDependency(needed);
  }
  protectWhatHoldsData(stack, settings.destruction);
}

/** The stacks of an environment in AWS, and what each hands to the next. */
import type { App, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import type { FunctionBundle } from '../constructs/aws/function-bundle';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { clusterName } from '../constructs/kubernetes/names';
import type { NetworkValue } from '../constructs/network/network';
import { protectWhatHoldsData } from '../constructs/policies/what-holds-data-is-protected';
import type { CloudEnvironment } from '../environments/cloud-environment';
import { AlertsStack, type AlertsValue } from './alerts-stack';
import { BackupStack } from './backup-stack';
import { DatabaseStack } from './database-stack';
import { ElasticacheRedisStack } from './elasticache-redis-stack';
import { ElasticacheServerlessStack } from './elasticache-serverless-stack';
import type { Surroundings } from './environment-stacks';
import { KubernetesStack } from './kubernetes-stack';
import { KubernetesStorageStack } from './kubernetes-storage-stack';
import { NetworkStack } from './network-stack';
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
  });
  const networkStack = new NetworkStack(app, nameOf('network'), {
    account,
    settings: environment.network,
    clusterName: clusterName(account),
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
  });
  protectWhatHoldsData(kubernetesStack, environment.kubernetes.destruction);
  const { kubernetes } = kubernetesStack;
  new KubernetesStorageStack(app, nameOf('kubernetes-storage'), {
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
  addRedis(scope);
  addDatabase(scope);
}

/** Redis, and its backups where they are made from outside of it. */
function addRedis(scope: CloudScope): void {
  const { app, environment, account, nameOf, alerts, alertsStack } = scope;
  const { platform, backup } = environment;
  const shared = {
    account,
    network: scope.network,
    clients: { nodes: scope.kubernetes.nodeSecurityGroupId },
    datasetMebibytes: environment.capacity.datasetMebibytes,
    backup: backup.kind,
    topicArn: alerts.topicArn,
    rotationBundle: scope.rotationBundle,
  };
  if (platform.kind === 'elasticache-serverless') {
    const serverlessStack = new ElasticacheServerlessStack(app, nameOf('redis'), { ...shared, settings: platform });
    serverlessStack.addDependency(alertsStack);
    protectWhatHoldsData(serverlessStack, platform.destruction);
    return;
  }
  const redisStack = new ElasticacheRedisStack(app, nameOf('redis'), {
    ...shared,
    settings: platform,
    eventTopicArn: alerts.elasticacheTopicArn,
  });
  redisStack.addDependency(alertsStack);
  protectWhatHoldsData(redisStack, platform.destruction);
  if (backup.kind === 'none') return;
  const backupStack = new BackupStack(app, nameOf('backup'), {
    account,
    settings: backup,
    replicationGroupId: redisStack.redis.replicationGroupId,
    shards: redisStack.redis.shards,
    topicArn: alerts.topicArn,
    topicKeyArn: alerts.topicKeyArn,
  });
  // It names the group by its id, which is known before the group is there.
  backupStack.addDependency(redisStack);
  protectWhatHoldsData(backupStack, backup.destruction);
}

function addDatabase({
  app,
  environment,
  account,
  nameOf,
  network,
  kubernetes,
  alerts,
  alertsStack,
}: CloudScope): void {
  const database = new DatabaseStack(app, nameOf('database'), {
    account,
    settings: environment.database,
    network,
    clients: { nodes: kubernetes.nodeSecurityGroupId },
    topicArn: alerts.topicArn,
  });
  database.addDependency(alertsStack);
  protectWhatHoldsData(database, environment.database.destruction);
}

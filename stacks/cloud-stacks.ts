/** The stacks of an environment in AWS, and what each hands to the next. */
import type { App, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { clusterName } from '../constructs/kubernetes/names';
import type { NetworkValue } from '../constructs/network/network';
import { protectWhatHoldsData } from '../constructs/policies/what-holds-data-is-protected';
import type { CloudEnvironment } from '../environments/cloud-environment';
import { AlertsStack, type AlertsValue } from './alerts-stack';
import { DatabaseStack } from './database-stack';
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
  const alertsStack = new AlertsStack(app, nameOf('alerts'), { account, settings: environment.alerting });
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
  new KubernetesStorageStack(app, nameOf('kubernetes-storage'), { account, kubernetes, network });
  const scope = { app, environment, account, nameOf, network, kubernetes, alerts: alertsStack.alerts, alertsStack };
  addDatabase(scope);
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
}

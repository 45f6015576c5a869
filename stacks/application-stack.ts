/** The api and worker pair on Kubernetes: their namespace, what they know, the database, the programs, and a proof. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { ApplicationRoute } from '../constructs/application/application-route';
import { endpointViolations, type DeployedRedisEndpoint } from '../constructs/application/mounted-endpoints';
import { gatewayUser } from '../constructs/application/secret-plans';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import type { ClusterAddresses } from '../constructs/cluster-services/traffic';
import type { ManagedDatabaseEndpoint } from '../constructs/database/endpoint';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { useHelm } from '../constructs/kubernetes/helm-provider';
import { useKubernetes } from '../constructs/kubernetes/kubernetes-provider';
import { secretsManagerPasswords } from '../constructs/passwords/secrets-manager-passwords';
import { holdWorkloadsToPolicies } from '../constructs/policies/workload-policies';
import { throwViolations } from '../constructs/validation/violations';
import type { ApplicationDeploymentSettings } from '../environments/application-deployment-settings';
import { deployPrograms, proveDeployment } from './application-programs';

export interface ApplicationStackProps {
  readonly account: AwsAccount;
  readonly settings: ApplicationDeploymentSettings;
  readonly kubernetes: KubernetesValue;
  readonly addresses: ClusterAddresses;
  readonly redis: DeployedRedisEndpoint;
  readonly database: ManagedDatabaseEndpoint;
  /** `applicationPasswordGeneration` of the database. */
  readonly databasePasswordGeneration: number;
  readonly gateway: {
    /** Pods that there are at least. */
    readonly minimumReplicas: number;
  };
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
}

/**
 * In this order: what pods need, the migration, workers, the api, the route to it, the exercise. The stacks of Redis, the
 * database and the cluster's services come before.
 *
 * @throws ViolationsError if the endpoints are not such that the programs can use them
 */
export class ApplicationStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: ApplicationStackProps) {
    super(scope, id);
    const { account, settings, redis, database, addresses } = props;
    throwViolations(id, endpointViolations(redis, database, ['app', 'worker', gatewayUser]));
    useAwsState(this, account);
    useAws(this, account);
    useKubernetes(this, account, props.kubernetes);
    useHelm(this, account, props.kubernetes);
    holdWorkloadsToPolicies(this);
    const { programs, secrets } = deployPrograms(this, {
      account,
      environment: account.environment,
      settings,
      autoscaling: settings,
      redis,
      database,
      databasePasswordGeneration: props.databasePasswordGeneration,
      addresses,
      passwords: secretsManagerPasswords(account, props.topicArn),
      gatewayCounts: settings.gatewayRateLimit.kind === 'by-client' && redis.topology !== 'sentinel',
    });
    new ApplicationRoute(this, 'route', {
      settings,
      redis,
      secrets,
      gatewayReplicas: props.gateway.minimumReplicas,
      dependsOn: [programs.api],
    });
    proveDeployment(this, { settings, programs, secrets });
    new TerraformOutput(this, 'api_url', {
      value: `https://${settings.hostName}`,
      description: 'The api; OpenAPI at /docs',
    });
  }
}
